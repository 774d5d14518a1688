"""What was on the demo's account before it was opened."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from provisioning.models import ProviderAccount
from reminders.demo import spending
from reminders.models import Message
from tests.make import make_account, make_line, make_message, make_phone, make_practice

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 19, 30, tzinfo=UTC)


def make_texts(balance: int, *, days: int, parts: int) -> ProviderAccount:
    """An account that sent one text a day until yesterday."""
    practice = make_practice()
    account = make_account(practice, now=NOW)
    make_line(account, now=NOW)
    ProviderAccount.objects.filter(pk=account.pk).update(balance=balance)
    phone = make_phone(practice)
    for day in range(1, days + 1):
        text = make_message(phone, now=NOW)
        Message.objects.filter(pk=text.pk).update(
            sent_at=NOW - timedelta(days=day), segments=parts
        )
    account.refresh_from_db()
    account.balance_readings.create(balance=balance, at=NOW)
    return account


def test_it_falls_with_each_day_rises_once_and_ends_where_the_account_stands() -> None:
    account = make_texts(510, days=6, parts=12)
    spending.make_up(account.practice)

    known = account.balance_readings.order_by("at").values_list("balance", flat=True)
    assert [int(balance) for balance in known] == [70, 58, 46, 546, 534, 522, 510]
    assert account.balance_readings.filter(at__lt=NOW).count() == len(known)


def test_it_invents_nothing_where_no_pack_was_bought() -> None:
    account = make_texts(40, days=2, parts=1)
    spending.make_up(account.practice)

    assert account.balance_readings.get().balance == Decimal(40)
