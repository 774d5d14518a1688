"""Proving the owner's e-mail address and mobile number to the provider."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from provisioning import accounts, stages, wire
from provisioning.clickatell.errors import AlreadyDone, ProviderError
from provisioning.clickatell.types import CaptchaAnswer
from provisioning.models import Interface, ProviderAccount, Stage, User
from provisioning.steps import pace
from provisioning.steps.turn import credentials, digits, noting, turn

# No more texts with a code (Connect API User Guide, error table).
TRIES_USED_UP = "102"


def check_email(
    account: ProviderAccount,
    *,
    by: User | None,
    now: datetime,
    captcha: CaptchaAnswer | None = None,
) -> bool:
    """Ask whether the activation link was opened; True when the account moved on.

    There is no push: authenticate_user answers 103 until then (INFERRED method,
    Connect API User Guide, account states).
    """
    with noting(account, now):
        state = wire.connect(account, by).authenticate(credentials(account), captcha)
    if not state.active:
        return False
    return stages.advance(
        account,
        stages.Event.EMAIL_CONFIRMED,
        now=now,
        by=by,
        user_number=state.user_number,
    )


def resend_email(
    account: ProviderAccount,
    email_address: str,
    *,
    by: User,
    now: datetime,
    captcha: CaptchaAnswer | None = None,
) -> None:
    """Have the activation mail sent again, to a corrected address if it differs.

    Raises TooSoon right after the last one. Whoever mistyped it signs in with the
    corrected one from then on, unless somebody else does already. 107, "already activated", is good news: the account moves on.
    """
    with turn(account, now):
        if account.stage != Stage.REGISTERED:
            return
        before = account.email_address
        changed = email_address if email_address != before else None
        pace.keep(account, pace.RESEND, now)
        try:
            with noting(account, now):
                wire.connect(account, by).resend_activation(
                    credentials(account), changed, captcha
                )
        except AlreadyDone:
            stages.advance(account, stages.Event.EMAIL_CONFIRMED, now=now, by=by)
            return
        ProviderAccount.objects.filter(pk=account.pk).update(
            email_address=email_address, check_after=now
        )
        if changed and not User.objects.filter(email__iexact=email_address).exists():
            mistyped = User.objects.filter(pk=by.pk, email__iexact=before)
            mistyped.update(email=email_address.lower())


def send_code(
    account: ProviderAccount,
    mobile_number: str,
    *,
    by: User,
    now: datetime,
    captcha: CaptchaAnswer | None = None,
) -> None:
    """Have an activation code texted; another number becomes the account's own.

    Raises TooSoon right after the last one. 108, "already activated", moves the account
    on. 102, no more texts, is noted; a text that does go out lifts that again.
    """
    with turn(account, now):
        if account.stage != Stage.EMAIL_ACTIVATED:
            return
        changed = mobile_number != account.mobile_number
        pace.keep(account, pace.TEXT, now)
        try:
            with noting(account, now), _counting_tries(account, now):
                wire.connect(account, by).send_activation_sms(
                    credentials(account),
                    digits(mobile_number) if changed else None,
                    captcha,
                )
        except AlreadyDone:
            _is_verified(account, now, by)
            return
        ProviderAccount.objects.filter(pk=account.pk).update(
            mobile_number=mobile_number,
            code_sent_at=now,
            mobile_tries_used_up_at=None,
        )


def verify_mobile(
    account: ProviderAccount,
    code: str,
    *,
    by: User,
    now: datetime,
    captcha: CaptchaAnswer | None = None,
) -> None:
    """Confirm the mobile with the code from the text.

    When the answer is lost, the provider is asked whether it counts.
    """
    with turn(account, now):
        if account.stage != Stage.EMAIL_ACTIVATED:
            return
        client = wire.connect(account, by)
        try:
            with noting(account, now), _counting_tries(account, now):
                client.validate_activation_sms(credentials(account), code, captcha)
        except AlreadyDone:
            pass
        except ProviderError as error:
            if not error.maybe_done:
                raise
            if not client.mobile_state(credentials(account)).active:
                raise
        _is_verified(account, now, by)


def check_mobile(
    account: ProviderAccount,
    *,
    by: User,
    now: datetime,
    captcha: CaptchaAnswer | None = None,
) -> bool:
    """Ask whether the mobile counts as confirmed; True when the account moved on.

    Clickatell's support can confirm it by hand (INFERRED), which nobody tells us.
    """
    with noting(account, now):
        state = wire.connect(account, by).mobile_state(credentials(account), captcha)
    return state.active and _is_verified(account, now, by)


def _is_verified(account: ProviderAccount, now: datetime, by: User) -> bool:
    return stages.advance(
        account,
        stages.Event.MOBILE_VERIFIED,
        now=now,
        by=by,
        mobile_tries_used_up_at=None,
    )


@contextmanager
def _counting_tries(account: ProviderAccount, now: datetime) -> Iterator[None]:
    try:
        yield
    except ProviderError as error:
        if TRIES_USED_UP in error.codes:
            ProviderAccount.objects.filter(
                pk=account.pk, mobile_tries_used_up_at=None
            ).update(mobile_tries_used_up_at=now)
        raise


def look_again(
    account: ProviderAccount,
    *,
    by: User,
    now: datetime,
    captcha: CaptchaAnswer | None = None,
) -> None:
    """Sign in to learn whether the provider has made the account active again (006).

    One API has no sign-in to try: the next text tells.
    """
    if account.interface == Interface.CONNECT:
        with noting(account, now):
            wire.connect(account, by).authenticate(credentials(account), captcha)
    accounts.try_again(account)
