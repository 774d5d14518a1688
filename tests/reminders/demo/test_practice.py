"""The demo practice and its three weeks of history."""

from datetime import UTC, datetime

import pytest

from provisioning.models import Membership, Practice, StageChange
from reminders.demo import cast, history
from reminders.models import (
    Appointment,
    CallListEntry,
    Message,
    Patient,
    Phone,
    Reminder,
)
from reminders.plan import SkipReason
from tests.make import make_account, make_line, make_member, make_practice, make_user

pytestmark = pytest.mark.django_db

# A Wednesday, half past two in New York.
NOW = datetime(2026, 3, 4, 19, 30, tzinfo=UTC)


def make_demo(now: datetime) -> Practice:
    """Give a practice that has just signed up its people and its past."""
    practice = make_practice(cast.OWNER.practice)
    make_member(practice, user=make_user(cast.OWNER.email))
    account = make_account(practice, now=now)
    make_line(account, now=now)
    StageChange.objects.create(account=account, before="a", after="b", at=now)
    history.make(now)
    return practice


def test_it_looks_like_a_practice_that_has_been_at_work_for_weeks() -> None:
    practice = make_demo(NOW)

    roles = practice.memberships.values_list("role", flat=True)
    assert set(roles) >= {Membership.Role.FRONT_DESK, Membership.Role.READ_ONLY}
    assert StageChange.objects.get().at == NOW - history.SINCE
    assert len(cast.PATIENTS) == Patient.objects.of(practice).count() >= 40

    today = Appointment.objects.of(practice).filter(starts_at__date=NOW.date())
    states = set(today.values_list("state", flat=True))
    assert states >= {"booked", "confirmed", "cancelled", "arrived", "completed"}
    assert today.count() >= 20

    # Nothing of the past is left to the workers: it would be sent once more.
    assert not Message.objects.due(NOW).exists()
    assert not Reminder.objects.due(NOW).exists()
    assert not Message.objects.unworked().exists()
    # The next few minutes have something to show.
    soon = Reminder.objects.planned().filter(rule__timing_kind="on_booking")
    assert soon.count() == len(cast.NEWCOMERS)
    assert all(0 < (each.due_at - NOW).seconds < 180 for each in soon if each.due_at)

    waiting = Message.objects.of(practice).needing_staff()
    bodies = set(waiting.values_list("body", flat=True))
    assert bodies >= {"R", "STOP", "May I eat before the visit?"}
    assert Message.objects.filter(kind=Message.Kind.STAFF).exists()
    assert Message.objects.filter(choices__isnull=False).exists()  # a family's text
    assert Phone.objects.get(number=cast.STOPPED.phone).opted_out_at
    landline = Phone.objects.get(number=cast.LANDLINE.phone)
    assert landline.reach == Phone.Reach.UNREACHABLE

    skipped = set(Reminder.objects.values_list("skip_reason", flat=True))
    assert skipped >= {SkipReason.NO_CONSENT, SkipReason.NO_MOBILE}
    on_list = CallListEntry.objects.of(practice).open()
    assert on_list.filter(patient__last_name=cast.SILENT.last_name).exists()
