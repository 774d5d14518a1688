"""Registering the practice at the provider: once, whatever happens on the way."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from provisioning import stages, wire
from provisioning.clickatell.errors import NeedsCaptcha, ProviderError, Refused
from provisioning.clickatell.types import CaptchaAnswer, Registration
from provisioning.lockout import BAD_CREDENTIALS
from provisioning.models import ProviderAccount, Stage, User
from provisioning.steps.turn import (
    calls_of_present_account,
    credentials,
    digits,
    turn,
)

USERNAME_TAKEN = "439"


@dataclass(frozen=True, slots=True)
class Details:
    """What the form has and the account row has not."""

    captcha: CaptchaAnswer
    create_anyway: bool = False


def new_username(practice_name: str) -> str:
    """Make a username: letters and digits only, as the provider's guide wants it."""
    letters = "".join(c for c in practice_name.lower() if c.isascii() and c.isalnum())
    return f"{letters[:40] or 'practice'}{secrets.randbelow(9000) + 1000}"


def register(
    account: ProviderAccount, details: Details, *, by: User, now: datetime
) -> None:
    """Register the practice at the provider, unless an earlier try got through.

    Source: Connect API User Guide, register. On 439 the username is replaced, since
    we made it up; the person only has to type the next picture.
    """
    with turn(account, now):
        if account.has_reached(Stage.REGISTERED) or _went_through(
            account, details.captcha, by, now
        ):
            return
        try:
            wire.connect(account, by).register(_registration(account, by, details))
        except ProviderError as error:
            if USERNAME_TAKEN in error.codes:
                account.username = new_username(account.practice.name)
                account.save(update_fields=["username"])
            if not (error.maybe_done and _went_through(account, None, by, now)):
                raise
        else:
            stages.advance(account, stages.Event.REGISTERED, now=now, by=by)


def _registration(account: ProviderAccount, by: User, details: Details) -> Registration:
    return Registration(
        user=account.username,
        password=account.password,
        first_name=by.first_name,
        surname=by.last_name,
        email_address=account.email_address,
        country_id=account.country_id or 0,
        mobile_number=digits(account.mobile_number),
        company=account.practice.name,
        account_id=account.account_type_id or 0,
        accept_terms=True,
        captcha=details.captcha,
        force_create=details.create_anyway,
        activation_redirect=settings.BASE_URL + reverse("wizard"),
    )


def find_registration(account: ProviderAccount, *, now: datetime) -> bool:
    """Whether a draft turns out to be registered at the provider; then it moves on.

    Asks only where an earlier try may have been done. Raises ProviderError when the
    provider cannot say, and Busy.
    """
    with turn(account, now):
        return _went_through(account, None, None, now)


def _went_through(
    account: ProviderAccount,
    captcha: CaptchaAnswer | None,
    by: User | None,
    now: datetime,
) -> bool:
    """Find out whether an earlier registration was done, and move on if so.

    Its answer was lost, or came and we died before we had noted it. Asked once: when
    the provider does not know us, the doubt is settled. The picture code is spent on
    this where our address is locked (003); the registration then asks for another.
    """
    doubtful = calls_of_present_account(account, "register").maybe_done()
    if not doubtful.exists():
        return False
    client = wire.connect(account, by)
    try:
        try:
            client.authenticate(credentials(account))
        except NeedsCaptcha:
            if captcha is None:
                raise
            client.authenticate(credentials(account), captcha)
    except Refused as error:
        if not BAD_CREDENTIALS & set(error.codes):
            raise
        doubtful.update(outcome="failed")
        return False
    return stages.advance(account, stages.Event.REGISTERED, now=now, by=by)
