"""The demo practice and its three weeks of history."""

from datetime import UTC, datetime, timedelta

import pytest

from provisioning.models import Practice
from reminders.demo import cast, practice
from reminders.demo.history import live_through
from reminders.models import (
    Appointment,
    CallListEntry,
    Message,
    Patient,
    Phone,
    Reminder,
)
from tests.make import make_account, make_line, make_practice

pytestmark = pytest.mark.django_db

# A Wednesday, half past two in New York.
NOW = datetime(2026, 3, 4, 19, 30, tzinfo=UTC)


def make_demo(now: datetime = NOW) -> Practice:
    """Furnish a practice that has signed up, and let its history happen."""
    made = make_practice(cast.OWNER.practice)
    make_line(make_account(made, now=now), now=now)
    signed_up = now - timedelta(days=21)
    live_through(practice.furnish(made, signed_up=signed_up, now=now), now)
    return made


def test_it_shows_every_state_of_a_day() -> None:
    make_demo()

    today = Appointment.objects.filter(starts_at__date=NOW.date())
    assert {visit.state for visit in today} >= {
        "booked",
        "confirmed",
        "cancelled",
        "arrived",
        "completed",
    }
