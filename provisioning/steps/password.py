"""The provider password, once the account exists: typed anew, or forgotten.

The provider counts failures: after two in a row on one account it wants a picture code
with every call (Connect API User Guide, errors 003 and 004). So what a person types is
tried at one place, `try_password`, once a click, and before it is kept.
"""

from datetime import datetime

from provisioning import lockout, wire
from provisioning.clickatell.errors import NeedsCaptcha, ProviderError
from provisioning.clickatell.types import CaptchaAnswer, Credentials, EmailState
from provisioning.models import ProviderAccount, User
from provisioning.steps.turn import turn


def try_password(
    account: ProviderAccount,
    password: str,
    *,
    by: User,
    now: datetime,
    captcha: CaptchaAnswer | None = None,
) -> EmailState:
    """Ask the provider whether this password is the account's; raises ProviderError.

    Says nothing about the stored one. Source: Connect API User Guide,
    authenticate_user: "not activated yet" (103) is an answer to the right password.
    """
    typed = Credentials(user=account.username, password=password)
    try:
        state = wire.connect(account, by).authenticate(typed, captcha)
    except NeedsCaptcha:
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
) -> None:
    """Keep the password that is valid at the provider now, once it has proved so.

    Texts that waited for it go on.
    """
    with turn(account, now):
        try_password(account, password, by=by, now=now, captcha=captcha)
        ProviderAccount.objects.filter(pk=account.pk).update(
            password=password, credentials_refused_at=None, check_after=now
        )


def forgot_password(
    account: ProviderAccount,
    email_address: str,
    *,
    by: User,
    now: datetime,
    captcha: CaptchaAnswer,
) -> bool:
    """Have the provider mail a new password; False when its answer was lost.

    The stored one is dead from then on, for texts as well (Connect API User Guide,
    forgot_password). It counts as refused at once, also when the answer was lost, so
    that texts wait for the new one instead of failing with the old.
    """
    answered = True
    with turn(account, now):
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
