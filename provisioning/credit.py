"""Credit: how fast it goes, how long it lasts, and when it is low.

All figures are in the account's own unit: credits, of which a text part takes about
one, or the money of `currency`. They come from what the provider said the balance was
(`BalanceReading`); a rise is a purchase and no part of what was used.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from itertools import pairwise

from django.db.models import F

from provisioning.models import BalanceReading, ProviderAccount

# What the chart shows, and over how long the rate is taken.
SHOWN = timedelta(days=30)
RATED = timedelta(days=14)
# A rate from less than this would be about one morning.
ENOUGH = timedelta(days=2)
A_DAY = timedelta(days=1)
FINEST = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Use:
    """The present rate; both None where too little is known.

    `days_left` is in whole days, rounded down, and None when nothing is used.
    """

    per_day: Decimal | None = None
    days_left: int | None = None


def readings(account: ProviderAccount, now: datetime) -> list[BalanceReading]:
    """What was on the account in the days that are shown, oldest first; one query."""
    return list(account.balance_readings.since(now - SHOWN))


def spent(balances: Sequence[Decimal]) -> Decimal:
    """The sum of all falls from one balance to the next."""
    falls = (max(before - after, Decimal(0)) for before, after in pairwise(balances))
    return sum(falls, Decimal(0))


def use(known: Sequence[BalanceReading], balance: Decimal | None, now: datetime) -> Use:
    """Work out the rate of the last fourteen days, from readings oldest first.

    A reading is kept only when the balance changed, so the last one before those days
    still held when they began.
    """
    began = now - RATED
    earlier = [reading for reading in known if reading.at <= began][-1:]
    recent = [reading for reading in known if reading.at > began]
    if not (earlier or recent):
        return Use()
    since = began if earlier else recent[0].at
    if now - since < ENOUGH:
        return Use()
    used = spent([reading.balance for reading in (*earlier, *recent)])
    per_day = used / Decimal((now - since) / A_DAY)
    if balance is None or not per_day:
        return Use(per_day)
    return Use(per_day, max(int(balance / per_day), 0))


def kept(amount: Decimal) -> Decimal:
    """An amount to as many places as its column has, so that a balance equals itself.

    Rounded down: nobody is told of more than there is.
    """
    return amount.quantize(FINEST, rounding=ROUND_DOWN)


def note_balance(account: ProviderAccount, balance: Decimal, now: datetime) -> None:
    """Keep what the provider said, and what follows from it.

    An answer proves the stored password, and credit ends the want of it. A reading is
    kept when the balance is another than before, by whoever changes it first.
    """
    balance = kept(balance)
    row = ProviderAccount.objects.still(account)
    if row.exclude(balance=balance).update(balance=balance):
        account.balance_readings.create(balance=balance, at=now)
    row.update(balance_at=now, credentials_refused_at=None)
    if balance > 0:
        row.update(out_of_credit_at=None)
    judge(account, now)


def judge(account: ProviderAccount, now: datetime) -> None:
    """Note since when credit is low, or that it is not: by the row as it stands."""
    row = ProviderAccount.objects.still(account)
    row.filter(credit_low_at=None, balance__lte=F("low_balance")).update(
        credit_low_at=now
    )
    row.filter(credit_low_at__isnull=False, balance__gt=F("low_balance")).update(
        credit_low_at=None
    )


def warn_at(account: ProviderAccount, low_balance: Decimal, now: datetime) -> None:
    """Set the balance at which the owners are told, and look at once whether it is."""
    ProviderAccount.objects.still(account).update(low_balance=low_balance)
    judge(account, now)
