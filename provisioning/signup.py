"""From the first form to rows: user, practice, membership and the draft account.

They are committed before the provider is called, so that nothing typed is lost when
it says no, when it is silent, or when the person goes on tomorrow on another device.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from provisioning import steps
from provisioning.models import Membership, Practice, ProviderAccount, User


class AddressTaken(Exception):
    """Somebody else signed up with this address a moment ago."""


def open_practice(
    details: dict[str, Any], *, user: User | None, now: datetime
) -> ProviderAccount:
    """Create what the form describes, or bring the signed-in owner's draft up to date.

    `details`: the cleaned data of `provisioning.forms.RegisterForm`. A practice that
    is registered by now stays as it is. Raises AddressTaken, and Busy while another
    click is registering it: the rows must say what the provider was told.
    """
    try:
        with transaction.atomic():
            person = user or User(email=details["email"])
            if user is None:
                person.set_password(details["app_password"])
                person.save()
            account = _draft_of(person, now)
            if not account.is_registered:
                _fill_in(account, person, details, now)
    except IntegrityError as error:
        raise AddressTaken from error
    return account


def _draft_of(person: User, now: datetime) -> ProviderAccount:
    """The person's account, locked, so that no registration overtakes the form."""
    if membership := person.membership():
        return ProviderAccount.objects.select_for_update().get(
            practice=membership.practice
        )
    practice = Practice.objects.create()
    Membership.objects.create(
        user=person, practice=practice, role=Membership.Role.OWNER
    )
    return ProviderAccount.objects.create(practice=practice, stage_since=now)


def _fill_in(
    account: ProviderAccount, person: User, details: dict[str, Any], now: datetime
) -> None:
    if account.busy_until and account.busy_until > now:
        raise steps.Busy
    person.email = details["email"]
    person.first_name = details["first_name"]
    person.last_name = details["last_name"]
    person.save(update_fields=["email", "first_name", "last_name"])
    practice = account.practice
    practice.name = details["practice_name"]
    practice.phone = details["practice_phone"]
    practice.time_zone = details["time_zone"]
    practice.save(update_fields=["name", "phone", "time_zone"])
    account.email_address = details["email"]
    account.mobile_number = details["mobile_number"]
    account.country_id = details["country"]
    account.account_type_id = details["account_type"]
    account.username = account.username or steps.new_username(practice.name)
    account.save(
        update_fields=[
            "email_address",
            "mobile_number",
            "country_id",
            "account_type_id",
            "username",
        ]
    )


def typed_before(user: User, account: ProviderAccount) -> dict[str, Any]:
    """What the owner of a draft typed earlier, for the form to start from."""
    practice = account.practice
    return {
        "practice_name": practice.name,
        "practice_phone": practice.phone,
        "time_zone": practice.time_zone,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": account.email_address,
        "mobile_number": account.mobile_number,
        "country": account.country_id,
        "account_type": account.account_type_id,
    }
