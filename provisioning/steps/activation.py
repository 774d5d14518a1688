"""Proving the owner's e-mail address and mobile number to the provider."""

from datetime import datetime

from provisioning import stages, wire
from provisioning.clickatell.errors import AlreadyDone, ProviderError
from provisioning.clickatell.types import CaptchaAnswer
from provisioning.models import ProviderAccount, User
from provisioning.steps.turn import credentials, digits, noting, turn


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
    ProviderAccount.objects.filter(pk=account.pk).update(
        locked_at=None, credentials_refused_at=None
    )
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

    Whoever mistyped it signs in with the corrected one from then on, unless somebody
    else does already. 107, "already activated", is good news: the account moves on.
    """
    before = account.email_address
    changed = email_address if email_address != before else None
    with turn(account, now):
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

    108, "already activated", moves the account on.
    """
    changed = mobile_number != account.mobile_number
    with turn(account, now):
        try:
            with noting(account, now):
                wire.connect(account, by).send_activation_sms(
                    credentials(account),
                    digits(mobile_number) if changed else None,
                    captcha,
                )
        except AlreadyDone:
            stages.advance(account, stages.Event.MOBILE_VERIFIED, now=now, by=by)
            return
        ProviderAccount.objects.filter(pk=account.pk).update(
            mobile_number=mobile_number, code_sent_at=now
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
        client = wire.connect(account, by)
        try:
            with noting(account, now):
                client.validate_activation_sms(credentials(account), code, captcha)
        except AlreadyDone:
            pass
        except ProviderError as error:
            if not error.maybe_done:
                raise
            if not client.mobile_state(credentials(account)).active:
                raise
        stages.advance(account, stages.Event.MOBILE_VERIFIED, now=now, by=by)
