"""What the clock on the wall says: gaps, doubled hours, days of 23 and 25 hours."""

from datetime import UTC, date, datetime, time

import pytest

from reminders.plan import AmbiguousTime, NonexistentTime, local_day, wall_clock
from tests.reminders.plan.moments import (
    APIA,
    AUTUMN,
    HOUR,
    LORD_HOWE,
    LOS_ANGELES,
    NEW_YORK,
    PHOENIX,
    SPRING,
)


def test_it_turns_wall_clock_into_an_instant():
    instant = wall_clock(date(2026, 3, 10), time(14, 30), NEW_YORK)
    assert instant == datetime(2026, 3, 10, 18, 30, tzinfo=UTC)
    assert instant.tzinfo is UTC


def test_it_refuses_a_time_that_does_not_exist_and_names_the_nearest():
    with pytest.raises(NonexistentTime) as refused:
        wall_clock(SPRING, time(2, 30), NEW_YORK)
    gap = refused.value
    assert gap.before.time() == time(1, 59)
    assert gap.after.time() == time(3)
    assert str(gap) == (
        "2:30 AM does not exist on this day: the clocks go forward. "
        "The nearest times are 1:59 AM and 3:00 AM."
    )


def test_it_refuses_a_gap_even_when_told_which_occurrence():
    with pytest.raises(NonexistentTime):
        wall_clock(SPRING, time(2), NEW_YORK, fold=1)


def test_it_knows_gaps_of_half_an_hour():
    with pytest.raises(NonexistentTime) as refused:
        wall_clock(date(2026, 10, 4), time(2, 15), LORD_HOWE)
    assert refused.value.before.time() == time(1, 59)
    assert refused.value.after.time() == time(2, 30)


def test_it_asks_which_of_two_equal_times_is_meant():
    with pytest.raises(AmbiguousTime) as refused:
        wall_clock(AUTUMN, time(1, 30), NEW_YORK)
    both = refused.value
    assert both.second.astimezone(UTC) - both.first.astimezone(UTC) == HOUR
    assert str(both) == (
        "1:30 AM happens twice on this day: the clocks go back. "
        "Choose the first (EDT) or the second (EST)."
    )


def test_it_takes_the_answer_to_that_question():
    first = wall_clock(AUTUMN, time(1, 30), NEW_YORK, fold=0)
    second = wall_clock(AUTUMN, time(1, 30), NEW_YORK, fold=1)
    assert second - first == HOUR


def test_it_ignores_the_answer_where_there_is_no_question():
    noon = wall_clock(AUTUMN, time(12), NEW_YORK)
    assert wall_clock(AUTUMN, time(12), NEW_YORK, fold=1) == noon


def test_phoenix_has_no_such_nights():
    for day, clock in ((SPRING, time(2, 30)), (AUTUMN, time(1, 30))):
        wall_clock(day, clock, PHOENIX)


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (SPRING, NEW_YORK, 23),
        (AUTUMN, NEW_YORK, 25),
        (SPRING, PHOENIX, 24),
        (date(2028, 2, 29), LOS_ANGELES, 24),
        (date(2026, 10, 4), LORD_HOWE, 23.5),
        (date(2011, 12, 30), APIA, 0),
    ],
)
def test_a_local_day_has_as_many_hours_as_it_has(day, zone, hours):
    begins, ends = local_day(day, zone)
    assert ends - begins == hours * HOUR
