"""Taking up an account that the owner has at the provider already."""

from datetime import datetime

from django.db import transaction

from provisioning import stages, wire
from provisioning.clickatell.types import CaptchaAnswer, Credentials
from provisioning.models import ProviderAccount, Stage, User
from provisioning.steps.password import try_password
from provisioning.steps.turn import e164, turn


def take_up(
    account: ProviderAccount,
    typed: Credentials,
    *,
    by: User,
    now: datetime,
    captcha: CaptchaAnswer | None = None,
) -> None:
    """Take up the provider account that `typed` opens; go on from where it stands.

    Nothing of `typed` is kept before the provider has accepted it. All is asked first
    and noted in one go after it, so that a failure half-way leaves no half account.
    """
    with turn(account, now):
        if account.has_reached(Stage.REGISTERED):
            return
        email = try_password(account, typed, by=by, now=now, captcha=captcha)
        client = wire.connect(account, by)
        mobile = client.mobile_state(typed) if email.active else None
        with transaction.atomic():
            stages.advance(
                account,
                stages.Event.REGISTERED,
                now=now,
                by=by,
                username=typed.user,
                password=typed.password,
                brought=True,
                email_address=email.email_address or account.email_address,
            )
            if mobile is None:
                return
            number = e164(mobile.mobile_number) or account.mobile_number
            stages.advance(
                account,
                stages.Event.EMAIL_CONFIRMED,
                now=now,
                by=by,
                user_number=email.user_number,
                mobile_number=number,
            )
            if mobile.active:
                stages.advance(account, stages.Event.MOBILE_VERIFIED, now=now, by=by)
