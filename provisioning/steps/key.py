"""Taking up an account on the present-day platform: its key, proven by the balance."""

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from provisioning import credit, stages, wire
from provisioning.models import Interface, Line, ProviderAccount, Stage, User
from provisioning.steps.turn import turn

# In the account's own money: about a hundred texts, where the default means credits.
LOW_BALANCE = Decimal(5)


def take_key(
    account: ProviderAccount, api_key: str, number: str, *, by: User, now: datetime
) -> None:
    """Take up the account that a key opens, with the number the owner named.

    The balance is asked for first, since it is the one call that changes nothing (One
    API, GET /v1/balance; 1 means a wrong key). Nothing is kept before that has worked.
    Whether the number is the integration's shows in the live test, as for every number.
    Raises ProviderError and Busy.
    """
    with turn(account, now):
        if account.has_reached(Stage.REGISTERED):
            return
        balance = wire.one_api(account, by, api_key).balance()
        with transaction.atomic():
            if not stages.advance(
                account,
                stages.Event.KEY_ACCEPTED,
                now=now,
                by=by,
                interface=Interface.ONE_API,
                brought=True,
                username="",
                api_key=api_key,
                currency=balance.currency,
                low_balance=LOW_BALANCE,
                credits_settled_at=now if balance.amount > 0 else None,
            ):
                return
            credit.note_balance(account, balance.amount, now)
            stages.advance(account, stages.Event.NUMBER_NOTED, now=now, by=by)
            Line.objects.create(
                account=account, number=number, claimed_at=now, free_at=now
            )


def replace_key(
    account: ProviderAccount, api_key: str, *, by: User, now: datetime
) -> bool:
    """Keep the key that is valid now, once the balance came for it.

    Texts that waited for it go on. False, asking nothing, where the practice has let go
    of the account. Raises ProviderError and Busy.
    """
    with turn(account, now):
        if account.interface != Interface.ONE_API:
            return False
        balance = wire.one_api(account, by, api_key).balance()
        ProviderAccount.objects.filter(pk=account.pk).update(
            api_key=api_key, currency=balance.currency
        )
        credit.note_balance(account, balance.amount, now)
    return True


def portal_address() -> str:
    """Where the owner of a key manages number, callbacks and money.

    No call gives a link that signs the owner in, as the Connect API does.
    """
    address: str = settings.ONE_API_PORTAL
    return address
