"""What was on the demo's account: a reading for each day on which texts went out.

The provider cannot be asked about the past, so it is made up, backwards from the balance
that the sign-up left: a credit a text part, and one pack bought when credit was low.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby

from provisioning.models import BalanceReading, Practice
from reminders.demo.signup import PACK
from reminders.models import Message

# How long it took the owner to buy when credit was low.
A_WHILE = timedelta(hours=1)


def make_up(practice: Practice) -> None:
    """Put readings of the past in place of those of the sign-up.

    Makes none where the account has no more than a pack, since it bought none then.
    """
    account = practice.account
    pack = Decimal(PACK)
    if account.balance is None or account.balance <= pack:
        return
    days = list(_parts_by_day(practice))
    left = account.balance - pack + sum(parts for _at, parts in days)
    bought = False
    account.balance_readings.all().delete()
    for at, parts in days:
        left -= parts
        _note(practice, left, at)
        if not bought and left < account.low_balance:
            bought, left = True, left + pack
            _note(practice, left, at + A_WHILE)


def _parts_by_day(practice: Practice) -> Iterator[tuple[datetime, int]]:
    """When the last text of a day went out, and how many parts all of them had."""
    outbound = Message.objects.of(practice).outbound().order_by("sent_at")
    known = outbound.values_list("sent_at", "segments")
    texts = [(sent_at, segments) for sent_at, segments in known if sent_at]
    for _day, found in groupby(texts, lambda text: _date(practice, text[0])):
        of_day = list(found)
        yield of_day[-1][0], sum(parts for _at, parts in of_day)


def _date(practice: Practice, at: datetime) -> date:
    return at.astimezone(practice.zone).date()


def _note(practice: Practice, balance: Decimal, at: datetime) -> None:
    BalanceReading.objects.create(account=practice.account, balance=balance, at=at)
