"""Due instants worked out by hand, on the nights on which clocks change and elsewhere.

Each row can be checked with a calendar and the zone's rules alone: what the wall at the
practice shows when the visit begins, the rule, and when the text is due: on the same
wall, and in UTC, which is what is stored.
"""

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from reminders.plan import (
    RuleTiming,
    SendingWindow,
    SkipReason,
    Timing,
    due_at,
    local_day,
    plan_all,
)
from tests.reminders.plan.moments import ALL_DAY, WINDOW

MONTH = timedelta(days=30)


def days(count: int, clock: str, *, working: bool = False) -> RuleTiming:
    return RuleTiming(
        Timing.DAYS_BEFORE,
        days=count,
        at=time.fromisoformat(clock),
        on_working_days=working,
    )


def hours(count: float) -> RuleTiming:
    return RuleTiming(Timing.HOURS_BEFORE, minutes=int(count * 60))


class Row(NamedTuple):
    """One visit, one rule."""

    about: str
    zone: str
    visit: str  # on the wall
    rule: RuleTiming
    due: str  # on the same wall
    due_utc: str
    window: SendingWindow = ALL_DAY


NEW_YORK, CHICAGO = "America/New_York", "America/Chicago"
PHOENIX, HONOLULU = "America/Phoenix", "Pacific/Honolulu"
LORD_HOWE, DUBLIN = "Australia/Lord_Howe", "Europe/Dublin"

TABLE = [
    # --- Spring: on Sunday 8 March 2026, 2:00 is followed by 3:00 (EST → EDT) ---
    Row("three days keep their 10:00 over the change",
        NEW_YORK, "2026-03-10 14:30", days(3, "10:00"),
        "2026-03-07 10:00", "2026-03-07 15:00"),
    Row("and so they do wholly after it",
        NEW_YORK, "2026-03-12 14:30", days(3, "10:00"),
        "2026-03-09 10:00", "2026-03-09 14:00"),
    Row("24 hours are elapsed hours; on the wall they look like 25",
        NEW_YORK, "2026-03-08 14:00", hours(24),
        "2026-03-07 13:00", "2026-03-07 18:00"),
    Row("two hours before 3:30 is half past midnight",
        NEW_YORK, "2026-03-08 03:30", hours(2),
        "2026-03-08 00:30", "2026-03-08 05:30"),
    Row("half an hour before 3:15 is before the gap, never after the visit",
        NEW_YORK, "2026-03-08 03:15", hours(0.5),
        "2026-03-08 01:45", "2026-03-08 06:45"),
    Row("2:30 does not exist: the text goes at 3:00",
        NEW_YORK, "2026-03-09 09:00", days(1, "02:30"),
        "2026-03-08 03:00", "2026-03-08 07:00"),
    Row("Chicago changes an hour after New York",
        CHICAGO, "2026-03-08 09:00", hours(8),
        "2026-03-08 00:00", "2026-03-08 06:00"),
    Row("Sunday's quiet hours lead to Saturday evening, in winter time",
        NEW_YORK, "2026-03-09 09:00", days(1, "10:00"),
        "2026-03-07 19:59", "2026-03-08 00:59", WINDOW),
    # --- Autumn: on Sunday 1 November 2026, 1:00 to 2:00 comes twice (EDT → EST) ---
    Row("three days keep their 10:00 over the change",
        NEW_YORK, "2026-11-03 14:30", days(3, "10:00"),
        "2026-10-31 10:00", "2026-10-31 14:00"),
    Row("24 hours are elapsed hours; on the wall they look like 23",
        NEW_YORK, "2026-11-01 14:00", hours(24),
        "2026-10-31 15:00", "2026-10-31 19:00"),
    Row("1:30 comes twice: the text goes the first time",
        NEW_YORK, "2026-11-02 09:00", days(1, "01:30"),
        "2026-11-01 01:30", "2026-11-01 05:30"),
    Row("two hours before 2:30 is the first 1:30",
        NEW_YORK, "2026-11-01 02:30", hours(2),
        "2026-11-01 01:30", "2026-11-01 05:30"),
    Row("the evening before a visit at 8 is in summer time still",
        NEW_YORK, "2026-11-01 08:00", hours(2),
        "2026-10-31 19:59", "2026-10-31 23:59", WINDOW),
    # --- Where the clocks never change ---
    Row("Arizona in spring",
        PHOENIX, "2026-03-08 14:00", hours(24),
        "2026-03-07 14:00", "2026-03-07 21:00"),
    Row("Arizona in autumn, at the time that comes twice elsewhere",
        PHOENIX, "2026-11-02 09:00", days(1, "01:30"),
        "2026-11-01 01:30", "2026-11-01 08:30"),
    Row("Hawaii",
        HONOLULU, "2026-03-09 10:00", days(1, "02:30"),
        "2026-03-08 02:30", "2026-03-08 12:30"),
    # --- Lord Howe: half an hour, on 5 April 2026 and 4 October 2026, at 2:00 ---
    Row("back from 2:00 to 1:30: 1:45 comes twice, and goes the first time",
        LORD_HOWE, "2026-04-06 09:00", days(1, "01:45"),
        "2026-04-05 01:45", "2026-04-04 14:45"),
    Row("on from 2:00 to 2:30: 2:15 does not exist",
        LORD_HOWE, "2026-10-05 09:00", days(1, "02:15"),
        "2026-10-04 02:30", "2026-10-03 15:30"),
    Row("24 elapsed hours look like 24½ on the wall",
        LORD_HOWE, "2026-10-04 14:00", hours(24),
        "2026-10-03 13:30", "2026-10-03 03:00"),
    # --- Dublin: summer time is the standard, winter the exception ---
    Row("back from 2:00 to 1:00 on 25 October 2026",
        DUBLIN, "2026-10-26 09:00", days(1, "01:30"),
        "2026-10-25 01:30", "2026-10-25 00:30"),
    # --- Calendars ---
    Row("three days before 3 March in a leap year",
        NEW_YORK, "2028-03-03 14:30", days(3, "10:00"),
        "2028-02-29 10:00", "2028-02-29 15:00"),
    Row("and in any other",
        NEW_YORK, "2026-03-03 14:30", days(3, "10:00"),
        "2026-02-28 10:00", "2026-02-28 15:00"),
    Row("over the new year",
        NEW_YORK, "2027-01-02 09:00", days(3, "10:00"),
        "2026-12-30 10:00", "2026-12-30 15:00"),
    Row("Monday is asked about on Friday, also over the change of clocks",
        NEW_YORK, "2026-03-09 09:00", days(1, "10:00", working=True),
        "2026-03-06 10:00", "2026-03-06 15:00", WINDOW),
    # --- Far away ---
    Row("Kiritimati, fourteen hours ahead: Monday there is Sunday in UTC",
        "Pacific/Kiritimati", "2026-03-09 09:00", days(1, "10:00"),
        "2026-03-08 10:00", "2026-03-07 20:00"),
    Row("Kathmandu, 5:45 ahead",
        "Asia/Kathmandu", "2026-03-09 09:00", hours(2),
        "2026-03-09 07:00", "2026-03-09 01:15"),
    Row("Apia slept through 30 December 2011: the text goes as the 31st begins",
        "Pacific/Apia", "2011-12-31 09:00", days(1, "10:00"),
        "2011-12-31 00:00", "2011-12-30 10:00"),
]  # fmt: skip


def on_the_wall(words: str, zone: tzinfo) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=zone)


def in_utc(words: str) -> datetime:
    return on_the_wall(words, UTC)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.zone}: {row.about}")
def test_it_is_due_as_worked_out_by_hand(row):
    zone = ZoneInfo(row.zone)
    starts_at = on_the_wall(row.visit, zone).astimezone(UTC)
    due = due_at(row.rule, starts_at, starts_at - MONTH, zone, row.window)
    assert due == in_utc(row.due_utc)
    assert due.astimezone(zone).replace(tzinfo=None) == datetime.fromisoformat(row.due)
    assert due < starts_at
    assert row.window.allows(due.astimezone(zone))


@pytest.mark.parametrize(
    ("zone", "day", "begins", "hours"),
    [
        (NEW_YORK, "2026-03-08", "2026-03-08 05:00", 23),
        (NEW_YORK, "2026-11-01", "2026-11-01 04:00", 25),
        (PHOENIX, "2026-03-08", "2026-03-08 07:00", 24),
        (LORD_HOWE, "2026-04-05", "2026-04-04 13:00", 24.5),
        (LORD_HOWE, "2026-10-04", "2026-10-03 13:30", 23.5),
        ("Pacific/Apia", "2011-12-30", "2011-12-30 10:00", 0),
    ],
)
def test_a_day_begins_and_lasts_as_worked_out_by_hand(zone, day, begins, hours):
    first, last = local_day(datetime.fromisoformat(day).date(), ZoneInfo(zone))
    assert first == in_utc(begins)
    assert last - first == timedelta(hours=hours)


def test_a_practice_that_changes_its_zone_keeps_its_visits_and_moves_its_texts():
    """The visit stays the instant it is; 10:00 becomes 10:00 on the other wall."""
    starts_at = in_utc("2026-03-10 18:30")  # 14:30 in New York, 13:30 in Chicago
    rules = [days(3, "10:00"), hours(2)]
    plans = {
        zone: plan_all(rules, starts_at, starts_at - MONTH, ZoneInfo(zone), WINDOW)
        for zone in (NEW_YORK, CHICAGO)
    }
    assert plans == {
        NEW_YORK: [in_utc("2026-03-07 15:00"), in_utc("2026-03-10 16:30")],
        CHICAGO: [in_utc("2026-03-07 16:00"), in_utc("2026-03-10 16:30")],
    }


@pytest.mark.parametrize(
    ("booked", "visit", "due"),
    [
        # Booked in time for Saturday evening, where Sunday 10:00 is quiet.
        ("2026-03-07 19:30", "2026-03-09 09:00", "2026-03-08 00:59"),
        # Booked on Saturday night: Sunday from noon on, in summer time.
        ("2026-03-07 21:00", "2026-03-09 09:00", "2026-03-08 16:00"),
        # Booked on Sunday at 11:30, while it is quiet: at noon as well.
        ("2026-03-08 11:30", "2026-03-09 09:00", "2026-03-08 16:00"),
        # Booked on Sunday at 11:59: once it can no longer be taken back.
        ("2026-03-08 11:59", "2026-03-09 09:00", "2026-03-08 16:02"),
        # Booked on Sunday afternoon: the rule has nothing more to say.
        ("2026-03-08 13:00", "2026-03-09 09:00", SkipReason.BOOKED_TOO_LATE),
    ],
)
def test_a_late_booking_is_answered_as_worked_out_by_hand(booked, visit, due):
    """The rule speaks a day before, at 10:00; Sunday is quiet until noon."""
    zone = ZoneInfo(NEW_YORK)
    starts_at, booked_at = on_the_wall(visit, zone), on_the_wall(booked, zone)
    found = due_at(days(1, "10:00"), starts_at, booked_at, zone, WINDOW)
    assert found == (due if isinstance(due, SkipReason) else in_utc(due))
