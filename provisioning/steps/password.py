"""The provider password: tried, typed anew, or forgotten.

What a person types is tried at one place, `try_password`, once a click, and before it
is kept.
"""

from datetime import datetime

from provisioning import lockout, wire
from provisioning.clickatell.errors import NeedsCaptcha, ProviderError
from provisioning.clickatell.types import CaptchaAnswer, Credentials, EmailState
from provisioning.models import ProviderAccount, User
from provisioning.steps.turn import Busy, turn


def try_password(
    account: ProviderAccount,
    typed: Credentials,
    *,
    by: User,
    now: datetime,
    captcha: CaptchaAnswer | None = None,
) -> EmailState:
    """Ask the provider about a password that a person has typed; raises ProviderError.

    Says nothing about the stored one. Each wrong one counts against the account, which
    two in a row lock behind a picture, and against our server's one address, which all
    practices share and ten in a row lock (Connect API User Guide, captcha). "Not
    activated yet" (103) is an answer to the right one (authenticate_user).
    """
    try:
        state = wire.connect(account, by).authenticate(typed, captcha)
    except NeedsCaptcha:
        # Behind the picture is the account that was named, which may be another yet.
        if typed.user == account.username:
            lockout.close(account, now)
        raise
    lockout.open_up(account, now)
    return state


def replace_password(
    account: ProviderAccount,
    password: str,
    *,
    by: User,
    now: datetime,
    captcha: CaptchaAnswer | None = None,
) -> bool:
    """Keep the password that is valid at the provider now, once it has proved so.

    Texts that waited for it go on. False, asking nothing, where the practice has let go
    of the account.
    """
    with turn(account, now):
        if not account.has_password:
            return False
        typed = Credentials(user=account.username, password=password)
        try_password(account, typed, by=by, now=now, captcha=captcha)
        ProviderAccount.objects.filter(pk=account.pk).update(
            password=password, credentials_refused_at=None, check_after=now
        )
    return True


def forgot_password(
    account: ProviderAccount,
    email_address: str,
    *,
    by: User,
    now: datetime,
    captcha: CaptchaAnswer,
) -> bool:
    """Have the provider mail a new password; False when its answer was lost.

    Raises Busy also where the practice has let go of the account meanwhile.

    The stored one is dead from then on, for texts as well (Connect API User Guide,
    forgot_password). It counts as refused at once, also when the answer was lost, so
    that texts wait for the new one instead of failing with the old.
    """
    answered = True
    with turn(account, now):
        if not account.has_password:
            raise Busy
        try:
            wire.connect(account, by).forgot_password(
                account.username, email_address, captcha
            )
        except ProviderError as error:
            if not error.maybe_done:
                raise
            answered = False
        ProviderAccount.objects.filter(
            pk=account.pk, credentials_refused_at=None
        ).update(credentials_refused_at=now)
    return answered
