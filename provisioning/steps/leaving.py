"""Letting go of the provider account: the app forgets it, the provider is not asked."""

from datetime import datetime
from typing import Any

from django.db import transaction

from provisioning import stages
from provisioning.models import Interface, ProviderAccount, User
from provisioning.models.account import new_provider_password
from provisioning.steps.turn import turn

# So many former connections fit their column, at the 32 characters an id may have.
REMEMBERED = 6
# What an account is like before it is registered, and without any condition.
BLANK: dict[str, Any] = {
    "interface": Interface.CONNECT,
    "brought": False,
    "username": "",
    "api_id": "",
    "api_key": "",
    "user_number": "",
    "seen_number": "",
    "code_sent_at": None,
    "locked_at": None,
    "suspended_at": None,
    "out_of_credit_at": None,
    "credentials_refused_at": None,
    "credit_low_at": None,
    "mobile_tries_used_up_at": None,
    "limited_until": None,
    "balance": None,
    "balance_at": None,
    "currency": "",
    # In another unit it means something else.
    "low_balance": ProviderAccount._meta.get_field("low_balance").default,
    "credits_settled_at": None,
}


def disconnect(account: ProviderAccount, *, by: User, now: datetime) -> bool:
    """Let the app go of the account; False where it had none. Raises Busy.

    The account lives on at the provider, with its number and its credit: no call ends
    one. Its password and keys are wiped here. Queued texts wait for the next number.
    The addresses that the provider posts to stay, so that late reports, answers and
    opt-outs are still taken in.
    """
    with turn(account, now), transaction.atomic():
        gone = stages.advance(
            account,
            stages.Event.DISCONNECTED,
            now=now,
            by=by,
            password=new_provider_password(),
            former_api_ids=_former_api_ids(account),
            **BLANK,
        )
        if gone:
            account.lines.live().update(retired_at=now)
            account.notices.open().update(closed_at=now)
            # The next account's balance is no rise or fall of this one's.
            account.balance_readings.all().delete()
    return gone


def _former_api_ids(account: ProviderAccount) -> str:
    """The connections the app has let go of, newest first."""
    known = [account.api_id, *account.former_api_ids.split(",")]
    return ",".join(list(dict.fromkeys(filter(None, known)))[:REMEMBERED])
