"""The clocks change, the law changes them, or the practice moves: texts come when they should.

The workers' clock is the machine's, so these stories hand the instants to what the
worker calls: book, fill, claim, deliver. The provider is a real one on loopback.
"""

import shutil
import zoneinfo
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from reminders import outbox, schedule
from reminders.models import Message, Reminder
from reminders.plan import Timing
from tests import make

A_SECOND, TEN_DAYS = timedelta(seconds=1), timedelta(days=10)

DAY_BEFORE_AT_14 = {"timing": Timing.DAYS_BEFORE, "days": 1, "at": time(14)}
DAY_BEFORE_AT_15 = {"timing": Timing.DAYS_BEFORE, "days": 1, "at": time(15)}
A_DAY_OF_HOURS = {"timing": Timing.HOURS_BEFORE, "minutes": 24 * 60}
HALF_AN_HOUR = {"timing": Timing.HOURS_BEFORE, "minutes": 30}


@pytest.fixture(autouse=True)
def wire_to(provider, settings):
    """Have the product talk to the provider of the story."""
    settings.MESSAGING_URL = provider.url


def booked(zone, local, rule):
    """A visit at this time on the wall, booked ten days ahead, and its one reminder."""
    line = make.make_line(make.make_account(make.make_practice(time_zone=zone)))
    practice = line.account.practice
    make.make_rule(practice, **rule)
    starts_at = make.at(*local.split("T"), practice)
    visit = schedule.book(
        practice,
        patient=make.make_patient(practice),
        clinician=make.make_clinician(practice),
        appointment_type=make.make_appointment_type(practice),
        starts_at=starts_at,
        by=None,
        now=starts_at - TEN_DAYS,
    )
    return visit, Reminder.objects.get(appointment=visit)


def utc(instant):
    return datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "local", "rule", "due"),
    [
        # 8 March 2026: New York goes from -5 to -4 at 2:00.
        pytest.param(
            "America/New_York",
            "2026-03-09T10:00",
            DAY_BEFORE_AT_14,
            "2026-03-08T18:00",
            id="on the day that has 23 hours",
        ),
        pytest.param(
            "America/New_York",
            "2026-03-08T15:00",
            DAY_BEFORE_AT_15,
            "2026-03-07T20:00",
            id="a calendar day over spring",
        ),
        pytest.param(
            "America/New_York",
            "2026-03-08T15:00",
            A_DAY_OF_HOURS,
            "2026-03-07T19:00",
            id="24 hours over spring",
        ),
        # Half an hour before is at night, so it goes in the evening before.
        pytest.param(
            "America/New_York",
            "2026-03-08T03:15",
            HALF_AN_HOUR,
            "2026-03-08T00:59",
            id="right after the gap",
        ),
        # 1 November 2026: New York goes back to -5 at 2:00.
        pytest.param(
            "America/New_York",
            "2026-11-01T15:00",
            DAY_BEFORE_AT_15,
            "2026-10-31T19:00",
            id="a calendar day over autumn",
        ),
        pytest.param(
            "America/New_York",
            "2026-11-01T15:00",
            A_DAY_OF_HOURS,
            "2026-10-31T20:00",
            id="24 hours over autumn",
        ),
        # Arizona leaves its clocks alone, at -7.
        pytest.param(
            "America/Phoenix",
            "2026-03-09T10:00",
            DAY_BEFORE_AT_14,
            "2026-03-08T21:00",
            id="Arizona",
        ),
        # 5 April 2026: Lord Howe goes half an hour back, from +11 to +10:30, at 2:00.
        pytest.param(
            "Australia/Lord_Howe",
            "2026-04-05T15:00",
            DAY_BEFORE_AT_15,
            "2026-04-04T04:00",
            id="a calendar day on Lord Howe",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-04-05T15:00",
            A_DAY_OF_HOURS,
            "2026-04-04T04:30",
            id="24 hours on Lord Howe",
        ),
    ],
)
def test_it_sends_at_the_instant_that_a_calendar_gives_by_hand(
    db, provider, zone, local, rule, due
):
    """E21: not a second before, and never after the visit has begun."""
    visit, reminder = booked(zone, local, rule)
    assert reminder.due_at == utc(due) < visit.starts_at
    assert send_what_is_due(reminder.due_at - A_SECOND) == 0
    assert send_what_is_due(reminder.due_at) == 1
    clock = visit.local_start.strftime("%I:%M").lstrip("0")
    assert [clock in text.text for text in provider.taken] == [True]


def test_it_sends_nothing_when_the_visit_had_begun_by_the_new_clock(db, provider):
    """E21: half an hour before 3:15 was asked for only after the visit had begun."""
    visit, _reminder = booked("America/New_York", "2026-03-08T03:15", HALF_AN_HOUR)
    assert send_what_is_due(visit.starts_at) == 0
    assert not provider.taken


def send_what_is_due(now):
    """What a worker does in a turn; how many texts left."""
    outbox.fill(now)
    texts = outbox.claim(now)
    outbox.deliver(texts, now)
    return Message.objects.filter(pk__in=[text.pk for text in texts]).count()


def test_it_follows_a_practice_to_another_zone_with_the_instants_where_they_were(db):
    """E21: the visit does not move; 14:00 of the day before is another instant now."""
    visit, reminder = booked("America/New_York", "2026-03-09T10:00", DAY_BEFORE_AT_14)
    practice = visit.practice
    practice.time_zone = "America/Phoenix"
    practice.save()
    schedule.replan_practice(practice, now=visit.starts_at - TEN_DAYS)
    reminder.refresh_from_db()
    assert reminder.due_at == utc("2026-03-08T21:00")
    assert reminder.starts_at == utc("2026-03-09T14:00")


@pytest.fixture
def change_of_law(tmp_path):
    """Have New York keep the time of Arizona, as the system's zones tell it."""
    known = zoneinfo.TZPATH
    found = [Path(folder, "America/Phoenix") for folder in known]
    phoenix = next((path for path in found if path.exists()), None)
    if phoenix is None:
        pytest.skip("This machine keeps no zones of its own.")

    def change():
        (tmp_path / "America").mkdir()
        shutil.copy(phoenix, tmp_path / "America" / "New_York")
        zoneinfo.reset_tzpath([tmp_path, *known])
        zoneinfo.ZoneInfo.clear_cache()

    yield change
    zoneinfo.reset_tzpath(known)
    zoneinfo.ZoneInfo.clear_cache()


def test_it_follows_a_change_of_law_with_the_instants_where_they_were(
    db, change_of_law
):
    """E21: new zones come with the system, and the plan goes round once a day."""
    visit, reminder = booked("America/New_York", "2026-03-09T10:00", DAY_BEFORE_AT_14)
    change_of_law()
    schedule.replan_everywhere(now=visit.starts_at - TEN_DAYS)
    reminder.refresh_from_db()
    assert reminder.due_at == utc("2026-03-08T21:00")
    assert reminder.starts_at == utc("2026-03-09T14:00")
