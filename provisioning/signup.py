"""From the first form to rows: user, practice, membership and the draft account.

They are committed before the provider is called, so that nothing typed is lost when
it says no, when it is silent, or when the person goes on tomorrow on another device.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from provisioning import steps
from provisioning.models import Membership, Practice, ProviderAccount, Stage, User


class AddressTaken(Exception):
    """Somebody else signed up with this address a moment ago."""


def open_practice(
    details: dict[str, Any], *, user: User | None, now: datetime
) -> ProviderAccount:
    """Create what the form describes, or bring the signed-in owner's draft up to date.

    `details`: the cleaned data of a form made from `provisioning.forms.PracticeForm`;
    what it does not ask stays as it is. A practice that has an account at the provider
    by now stays as it is, too. Raises AddressTaken, and Busy while another click is
    opening that account: the rows must say what the provider was told.
    """
    try:
        with transaction.atomic():
            person = user or User(email=details["email"])
            if user is None:
                person.set_password(details["app_password"])
                person.save()
            account = _account_of(person, now)
            if not account.has_reached(Stage.REGISTERED):
                if account.is_busy(now):
                    raise steps.Busy
                if not account.is_registered:
                    _describe_practice(account.practice, person, details)
                _describe_account(account, person, details)
    except IntegrityError as error:
        raise AddressTaken from error
    return account


def _account_of(person: User, now: datetime) -> ProviderAccount:
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


def _describe_practice(
    practice: Practice, person: User, details: dict[str, Any]
) -> None:
    person.email = details["email"]
    person.first_name = details["first_name"]
    person.last_name = details["last_name"]
    person.save(update_fields=["email", "first_name", "last_name"])
    practice.name = details["practice_name"]
    practice.phone = details["practice_phone"]
    practice.time_zone = details["time_zone"]
    practice.save(update_fields=["name", "phone", "time_zone"])


# Columns of the account by the field of the form that asks for them.
COLUMNS = {
    "mobile_number": "mobile_number",
    "country": "country_id",
    "account_type": "account_type_id",
}


def _describe_account(
    account: ProviderAccount, person: User, details: dict[str, Any]
) -> None:
    account.email_address = person.email
    account.username = account.username or steps.new_username(account.practice.name)
    asked = {COLUMNS[name]: details[name] for name in COLUMNS if name in details}
    for column, value in asked.items():
        setattr(account, column, value)
    account.save(update_fields=["email_address", "username", *asked])


def typed_before(user: User, account: ProviderAccount) -> dict[str, Any]:
    """What an owner typed earlier, for the forms to start from."""
    practice = account.practice
    return {
        "practice_name": practice.name,
        "practice_phone": practice.phone,
        "time_zone": practice.time_zone,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "mobile_number": account.mobile_number,
        "country": account.country_id,
        "account_type": account.account_type_id,
    }
