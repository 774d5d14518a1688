"""When a text is due, over clock changes, quiet hours and late bookings."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from reminders.plan import (
    UNDO_GRACE,
    RuleTiming,
    SkipReason,
    Timing,
    WorkingDays,
    due_at,
    plan_all,
    still_useful,
    wall_clock,
)
from tests.reminders.plan.moments import (
    ALL_DAY,
    AUTUMN,
    DAY,
    DEFAULT_RULES,
    HOUR,
    LOS_ANGELES,
    NEW_YORK,
    ON_BOOKING,
    THREE_DAYS,
    TWO_HOURS,
    WINDOW,
    at,
)

# --- One rule, one visit ------------------------------------------------------------


def plan(rule, starts_at, booked_at=None, zone=NEW_YORK, window=WINDOW, **more):
    booked_at = booked_at or starts_at - 30 * DAY
    return due_at(rule, starts_at, booked_at, zone, window, **more)


def test_days_before_keeps_the_wall_clock_over_both_changes():
    for visit in ("2026-03-10", "2026-11-03"):
        due = plan(THREE_DAYS, at(visit, "14:30"))
        assert isinstance(due, datetime)
        local = due.astimezone(NEW_YORK)
        assert local.date() == date.fromisoformat(visit) - 3 * DAY
        assert local.time() == time(10)
        assert due.tzinfo is UTC


def test_days_before_without_a_time_uses_the_time_of_the_visit():
    due = plan(RuleTiming(Timing.DAYS_BEFORE, days=2), at("2026-03-10", "14:30"))
    assert due == at("2026-03-08", "14:30")


def test_days_before_counts_leap_days():
    due = plan(THREE_DAYS, at("2028-03-02", "14:30"))
    assert due == at("2028-02-28", "10:00")
    due = plan(THREE_DAYS, at("2028-03-03", "14:30"))
    assert due == at("2028-02-29", "10:00")


def test_days_before_in_the_gap_goes_at_its_end():
    rule = RuleTiming(Timing.DAYS_BEFORE, days=1, at=time(2, 30))
    due = plan(rule, at("2026-03-09", "09:00"), window=ALL_DAY)
    assert due == at("2026-03-08", "03:00")


def test_days_before_in_the_doubled_hour_goes_the_first_time():
    rule = RuleTiming(Timing.DAYS_BEFORE, days=1, at=time(1, 30))
    due = plan(rule, at("2026-11-02", "09:00"), window=ALL_DAY)
    assert due == wall_clock(AUTUMN, time(1, 30), NEW_YORK, fold=0)


def test_hours_before_are_elapsed_hours():
    visit = at("2026-03-08", "03:15")
    due = plan(RuleTiming(Timing.HOURS_BEFORE, minutes=30), visit, window=ALL_DAY)
    assert isinstance(due, datetime)
    assert due == visit - timedelta(minutes=30)
    assert due.astimezone(NEW_YORK).time() == time(1, 45)


def test_quiet_hours_move_a_text_earlier():
    assert plan(TWO_HOURS, at("2026-03-11", "08:00")) == at("2026-03-10", "19:59")
    sunday_at_ten = RuleTiming(Timing.DAYS_BEFORE, days=1, at=time(10))
    monday = at("2026-03-16", "14:00")
    assert plan(sunday_at_ten, monday) == at("2026-03-14", "19:59")


def test_quiet_hours_move_a_text_later_when_the_booking_came_after():
    rule = RuleTiming(Timing.HOURS_BEFORE, minutes=240)
    visit = at("2026-03-11", "12:00")
    booked = at("2026-03-10", "21:00")
    assert plan(rule, visit, booked) == at("2026-03-11", "09:00")


def test_later_must_leave_an_hour():
    rule = RuleTiming(Timing.HOURS_BEFORE, minutes=75)
    booked = at("2026-03-10", "21:00")
    assert plan(rule, at("2026-03-11", "10:00"), booked) == at("2026-03-11", "09:00")
    too_soon = plan(rule, at("2026-03-11", "09:59"), booked)
    assert too_soon is SkipReason.QUIET_HOURS


def test_nothing_goes_while_a_booking_may_be_taken_back():
    visit, booked = at("2026-03-11", "14:00"), at("2026-03-11", "11:59")
    assert plan(TWO_HOURS, visit, booked) == booked + UNDO_GRACE
    half_an_hour = RuleTiming(Timing.HOURS_BEFORE, minutes=30)
    soon = plan(half_an_hour, visit, at("2026-03-11", "13:29"))
    assert soon is SkipReason.BOOKED_TOO_LATE


def test_a_booking_at_night_is_as_good_before_as_after_the_rules_own_instant():
    """Whoever books in the same quiet hours is texted in the same morning."""
    rule = RuleTiming(Timing.HOURS_BEFORE, minutes=16 * 60)  # 20:00 the evening before
    visit, morning = at("2026-03-11", "12:00"), at("2026-03-11", "09:00")
    for booked in (at("2026-03-10", "19:59"), at("2026-03-11", "07:00")):
        assert plan(rule, visit, booked) == morning
    assert plan(rule, visit, morning + HOUR) is SkipReason.BOOKED_TOO_LATE


def test_quiet_hours_are_those_of_the_patient():
    rule = RuleTiming(Timing.DAYS_BEFORE, days=1, at=time(10))
    visit = at("2026-03-11", "14:00")
    due = plan(rule, visit, quiet_zone=LOS_ANGELES)
    assert due == at("2026-03-09", "19:59", LOS_ANGELES)


def test_what_was_past_when_booked_is_too_late():
    visit = at("2026-03-11", "14:00")
    for rule in (THREE_DAYS, TWO_HOURS):
        late = plan(rule, visit, visit - HOUR)
        assert late is SkipReason.BOOKED_TOO_LATE


def test_a_time_after_the_start_is_of_no_use():
    rule = RuleTiming(Timing.DAYS_BEFORE, days=0, at=time(15))
    assert plan(rule, at("2026-03-11", "14:00")) is SkipReason.VISIT_STARTED


def test_a_booking_is_confirmed_after_the_time_to_undo_it():
    booked = at("2026-03-10", "15:00")
    due = plan(ON_BOOKING, at("2026-03-20", "14:00"), booked)
    assert due == booked + UNDO_GRACE


def test_a_booking_at_night_is_confirmed_in_the_morning():
    booked = at("2026-03-10", "19:58")
    due = plan(ON_BOOKING, at("2026-03-11", "09:30"), booked)
    assert due == at("2026-03-11", "09:00")
    late = plan(ON_BOOKING, at("2026-03-11", "09:00"), booked)
    assert late is SkipReason.QUIET_HOURS
    later_still = plan(ON_BOOKING, booked + UNDO_GRACE, booked)
    assert later_still is SkipReason.BOOKED_TOO_LATE


# --- Working days -------------------------------------------------------------------

DAY_BEFORE = RuleTiming(Timing.DAYS_BEFORE, days=1, at=time(10), on_working_days=True)
MONDAY = at("2026-03-16", "14:00")


def test_monday_is_asked_about_on_friday():
    assert plan(DAY_BEFORE, MONDAY) == at("2026-03-13", "10:00")
    assert plan(DAY_BEFORE, MONDAY + DAY) == at("2026-03-16", "10:00")


def test_what_falls_on_a_closed_day_goes_on_the_working_day_before():
    closed = WorkingDays(closed=frozenset({date(2026, 3, 13), date(2026, 3, 12)}))
    assert plan(DAY_BEFORE, MONDAY, working=closed) == at("2026-03-11", "10:00")


def test_a_practice_says_on_which_days_it_works():
    closed_on_friday = WorkingDays(frozenset({1, 2, 3, 4, 6}))
    saturday = plan(DAY_BEFORE, MONDAY, working=closed_on_friday)
    assert saturday == at("2026-03-14", "10:00")
    with pytest.raises(ValueError, match="some day of the week"):
        WorkingDays(frozenset())


def test_quiet_hours_lead_back_to_a_working_day_too():
    """At 8 on Monday it is quiet, and the minute before is on a Sunday."""
    early = RuleTiming(Timing.DAYS_BEFORE, days=1, at=time(8), on_working_days=True)
    tuesday = at("2026-03-17", "14:00")
    assert plan(early, tuesday) == at("2026-03-13", "19:59")


def test_a_text_that_would_have_gone_on_friday_waits_for_monday_morning():
    early = RuleTiming(Timing.DAYS_BEFORE, days=1, at=time(8), on_working_days=True)
    booked_on_saturday = at("2026-03-14", "12:00")
    due = plan(early, at("2026-03-17", "14:00"), booked_on_saturday)
    assert due == at("2026-03-16", "09:00")


def test_a_visit_booked_on_friday_evening_for_monday_is_asked_about_at_once():
    friday = at("2026-03-13", "15:00")
    plans = plan_all([DAY_BEFORE], MONDAY, friday, NEW_YORK, WINDOW)
    assert plans == [friday + UNDO_GRACE]


def test_rules_in_hours_know_nothing_of_working_days():
    two_days = RuleTiming(Timing.HOURS_BEFORE, minutes=48 * 60)
    assert plan(two_days, MONDAY) == at("2026-03-14", "14:00")


# --- All rules of a visit -----------------------------------------------------------


def test_a_visit_booked_in_time_gets_all_its_texts():
    visit, booked = at("2026-03-20", "14:00"), at("2026-03-10", "15:00")
    assert plan_all(DEFAULT_RULES, visit, booked, NEW_YORK, WINDOW) == [
        booked + UNDO_GRACE,
        at("2026-03-17", "10:00"),
        at("2026-03-20", "12:00"),
    ]


def test_a_visit_booked_late_keeps_what_is_still_to_come():
    visit, booked = at("2026-03-11", "14:00"), at("2026-03-10", "15:00")
    rules = [THREE_DAYS, TWO_HOURS]
    assert plan_all(rules, visit, booked, NEW_YORK, WINDOW) == [
        SkipReason.BOOKED_TOO_LATE,
        at("2026-03-11", "12:00"),
    ]


def test_a_visit_booked_too_late_for_all_gets_the_nearest_at_once():
    visit, booked = at("2026-03-10", "16:30"), at("2026-03-10", "15:00")
    rules = [THREE_DAYS, TWO_HOURS]
    assert plan_all(rules, visit, booked, NEW_YORK, WINDOW) == [
        SkipReason.BOOKED_TOO_LATE,
        booked + UNDO_GRACE,
    ]


def test_nothing_goes_at_once_within_the_last_hour():
    visit, booked = at("2026-03-10", "15:45"), at("2026-03-10", "15:00")
    rules = [THREE_DAYS, TWO_HOURS]
    assert plan_all(rules, visit, booked, NEW_YORK, WINDOW) == [
        SkipReason.BOOKED_TOO_LATE,
        SkipReason.BOOKED_TOO_LATE,
    ]


def test_the_text_on_booking_is_never_the_one_sent_late():
    visit, booked = at("2026-03-10", "15:00"), at("2026-03-10", "15:30")
    plans = plan_all([ON_BOOKING], visit, booked, NEW_YORK, WINDOW)
    assert plans == [SkipReason.BOOKED_TOO_LATE]


# --- Whether it should still go -----------------------------------------------------

VISIT = at("2026-03-10", "14:00")


@pytest.mark.parametrize(
    ("rule", "due_before", "left", "expected"),
    [
        (TWO_HOURS, 120, 120, None),
        (TWO_HOURS, 120, 15, None),
        (TWO_HOURS, 120, 14, SkipReason.MISSED),
        (TWO_HOURS, 120, 0, SkipReason.VISIT_STARTED),
        (TWO_HOURS, 120, -30, SkipReason.VISIT_STARTED),
        (THREE_DAYS, 3 * 1440, 60, None),
        (THREE_DAYS, 3 * 1440, 59, SkipReason.MISSED),
        (ON_BOOKING, 300, 60, None),
        (ON_BOOKING, 300, 59, SkipReason.MISSED),
        (ON_BOOKING, 20, 15, None),  # on time, however short the notice
        (RuleTiming(Timing.HOURS_BEFORE, minutes=10), 10, 5, None),
        (RuleTiming(Timing.HOURS_BEFORE, minutes=10), 10, 0, SkipReason.VISIT_STARTED),
    ],
)
def test_a_text_goes_while_it_is_of_use(rule, due_before, left, expected):
    due = VISIT - timedelta(minutes=due_before)
    now = VISIT - timedelta(minutes=left)
    assert still_useful(due, now, VISIT, rule) is expected


# --- Words --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (ON_BOOKING, "When booked"),
        (THREE_DAYS, "3 days before, at 10:00 AM"),
        (RuleTiming(Timing.DAYS_BEFORE, 1, time(17, 30)), "1 day before, at 5:30 PM"),
        (RuleTiming(Timing.DAYS_BEFORE, 0, time(0)), "On the day, at 12:00 AM"),
        (
            RuleTiming(Timing.DAYS_BEFORE, 2),
            "2 days before, at the time of the visit",
        ),
        (DAY_BEFORE, "1 day before, at 10:00 AM, on a working day"),
        (TWO_HOURS, "2 hours before"),
        (RuleTiming(Timing.HOURS_BEFORE, minutes=90), "1 hour 30 minutes before"),
        (RuleTiming(Timing.HOURS_BEFORE, minutes=1), "1 minute before"),
        (RuleTiming(Timing.HOURS_BEFORE, minutes=0), "0 minutes before"),
    ],
)
def test_an_offset_reads_like_a_sentence(rule, words):
    assert rule.offset_words == words
