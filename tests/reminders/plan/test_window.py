"""Quiet hours, and the nearest minutes outside them."""

from datetime import datetime, time

import pytest

from reminders.plan import SendingWindow, last_allowed, next_allowed, wall_clock
from tests.reminders.plan.moments import (
    AUTUMN,
    NEW_YORK,
    WINDOW,
    at,
)


@pytest.mark.parametrize(
    ("clock", "allowed"),
    [
        ("2026-03-10T08:59", False),
        ("2026-03-10T09:00", True),
        ("2026-03-10T19:59", True),
        ("2026-03-10T20:00", False),
        ("2026-03-08T11:59", False),
        ("2026-03-08T12:00", True),
        ("2026-03-07T09:00", True),
    ],
)
def test_the_window_opens_and_closes_to_the_minute(clock, allowed):
    local = datetime.fromisoformat(clock).replace(tzinfo=NEW_YORK)
    assert WINDOW.allows(local) is allowed


@pytest.mark.parametrize(
    "hours",
    [
        (time(20), time(9)),
        (time(9), time(20), time(20), time(12)),
        (time(9), time(9), time(12), time(12)),
        (time(9), time(20, 0, 30)),
        (time(9), time.max),
    ],
)
def test_a_window_that_makes_no_sense_is_refused(hours):
    with pytest.raises(ValueError, match="Sending hours"):
        SendingWindow(*hours)


def test_a_closed_sunday_sends_on_saturday_or_monday():
    window = SendingWindow(sunday_from=time(0), sunday_to=time(0))
    sunday = at("2026-03-15", "15:00")
    assert last_allowed(sunday, NEW_YORK, window) == at("2026-03-14", "19:59")
    assert next_allowed(sunday, NEW_YORK, window) == at("2026-03-16", "09:00")


def test_hours_that_lie_in_the_gap_wait_for_another_week():
    only_in_the_gap = SendingWindow(time(0), time(0), time(2, 15), time(2, 45))
    sunday = at("2026-03-08", "12:00")
    before = last_allowed(sunday, NEW_YORK, only_in_the_gap)
    assert before == at("2026-03-01", "02:44")
    early = at("2026-03-08", "00:30")
    assert next_allowed(early, NEW_YORK, only_in_the_gap) == at("2026-03-15", "02:15")


def test_the_wall_clock_decides_in_the_doubled_hour():
    """From 1:30 on: in its second round, 1:15 is quiet again."""
    window = SendingWindow(sunday_from=time(1, 30), sunday_to=time(20))
    second_quarter_past = wall_clock(AUTUMN, time(1, 15), NEW_YORK, fold=1)
    earlier = last_allowed(second_quarter_past, NEW_YORK, window)
    assert earlier == at("2026-10-31", "19:59")
    later = next_allowed(second_quarter_past, NEW_YORK, window)
    assert later == at("2026-11-02", "09:00")
