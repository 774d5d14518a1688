"""Credit: readings, the rate, how long it lasts, and when it is low."""

from datetime import timedelta
from decimal import Decimal

import pytest

from provisioning import accounts, chart, clock, credit
from provisioning.exchange.family import ProviderError
from provisioning.models import BalanceReading, ProviderAccount
from provisioning.sandbox.models import Account as ProvidersAccount
from provisioning.sandbox.models import Rule
from tests.make import NOW, make_account, make_practice
from tests.provisioning.owner import Owner


def reading(days_ago: float, balance: float) -> BalanceReading:
    """What was on the account so many days ago."""
    return BalanceReading(
        balance=Decimal(str(balance)), at=NOW - timedelta(days=days_ago)
    )


# --- The rate ----------------------------------------------------------------------


def test_it_takes_the_rate_from_falls_alone():
    known = [reading(10, 100), reading(8, 60), reading(6, 560), reading(2, 500)]
    found = credit.use(known, Decimal(500), NOW)
    assert found.per_day == 10
    assert found.days_left == 50


def test_it_goes_by_the_last_fourteen_days_and_what_held_when_they_began():
    known = [reading(29, 900), reading(20, 200), reading(7, 60)]
    assert credit.use(known, Decimal(60), NOW) == credit.Use(Decimal(10), 6)


def test_it_knows_no_rate_from_too_little():
    assert credit.use([], Decimal(5), NOW) == credit.Use()
    known = [reading(1.9, 100), reading(1, 50)]
    assert credit.use(known, Decimal(50), NOW) == credit.Use()


def test_what_is_not_used_lasts_for_no_number_of_days():
    known = [reading(20, 100)]
    assert credit.use(known, Decimal(100), NOW) == credit.Use(Decimal(0), None)
    known = [reading(20, 100), reading(3, 30)]
    assert credit.use(known, None, NOW) == credit.Use(Decimal(5), None)


def test_it_counts_a_debt_as_no_days():
    known = [reading(20, 100), reading(3, -5)]
    assert credit.use(known, Decimal(-5), NOW).days_left == 0


# --- The chart ---------------------------------------------------------------------


def test_it_draws_steps_from_the_first_reading_to_now():
    drawn = chart.steps(
        [(NOW - timedelta(days=15), Decimal(100)), (NOW, Decimal(50))],
        since=NOW - timedelta(days=30),
        until=NOW,
        limit=Decimal(50),
    )
    assert drawn
    assert drawn.line == "M300.0 4.0 L300.0 4.0 L600.0 4.0 L600.0 50.0 L600 50.0"
    assert drawn.limit == 50
    assert drawn.area.endswith("L600 96 L300.0 96 Z")


def test_it_draws_nothing_from_one_reading_and_no_limit_beyond_the_picture():
    point = (NOW, Decimal(100))
    span = {"since": NOW - timedelta(days=30), "until": NOW}
    assert chart.steps([point], limit=Decimal(5), **span) is None
    drawn = chart.steps([point, point], limit=Decimal(500), **span)
    assert drawn
    assert drawn.limit is None


# --- Readings ----------------------------------------------------------------------


@pytest.mark.django_db
def test_it_keeps_a_reading_when_the_balance_is_another():
    owner = Owner()
    owner.has_a_number()
    for credit_there in (80, 80, 70):
        ProvidersAccount.objects.update(credit=credit_there)
        accounts.refresh_balance(owner.account, clock.now())
    kept = owner.account.balance_readings.values_list("balance", flat=True)
    assert list(kept) == [70, 80]
    known = credit.readings(owner.account, clock.now())
    assert [each.balance for each in known] == [80, 70]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "column"),
    [
        ("001", "credentials_refused_at"),
        ("004", "suspended_at"),
        ("301", "out_of_credit_at"),
    ],
)
def test_it_notes_what_a_refused_question_says_of_the_account(code, column):
    owner = Owner()
    owner.has_a_number()
    Rule.objects.create(action="getBalance", kind="answer", code=code, times=1)
    with pytest.raises(ProviderError):
        accounts.refresh_balance(owner.account, clock.now())
    assert getattr(owner.account, column)


@pytest.mark.django_db
def test_it_shows_no_other_accounts_readings():
    mine, theirs = make_account(make_practice()), make_account(make_practice())
    credit.note_balance(theirs, Decimal(5), NOW)
    assert credit.readings(mine, NOW) == []


@pytest.mark.django_db
def test_credit_is_low_at_the_threshold_and_no_longer_above_it():
    account = make_account(make_practice(), low_balance=50)
    later = NOW + timedelta(hours=1)

    credit.note_balance(account, Decimal(51), NOW)
    assert low(account) is None
    credit.note_balance(account, Decimal(50), NOW)
    assert low(account) == NOW
    credit.note_balance(account, Decimal(40), later)
    assert low(account) == NOW  # since when, not when last seen
    credit.note_balance(account, Decimal(500), later)
    assert low(account) is None


@pytest.mark.django_db
def test_another_threshold_is_looked_at_at_once():
    account = make_account(make_practice())
    credit.warn_at(account, Decimal(100), NOW)
    assert low(account) is None  # nothing is known of the balance
    credit.note_balance(account, Decimal(90), NOW)
    assert low(account) == NOW
    credit.warn_at(account, Decimal(80), NOW)
    assert low(account) is None


def low(account: ProviderAccount) -> object:
    """Since when credit is low, fresh."""
    account.refresh_from_db()
    return account.credit_low_at
