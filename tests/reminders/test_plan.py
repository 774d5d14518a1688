"""When texts are due, over clock changes, quiet hours and late bookings."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.plan import (
    CALL_INSTEAD,
    SKIP_WORDS,
    UNDO_GRACE,
    AmbiguousTime,
    NonexistentTime,
    RuleTiming,
    SendingWindow,
    SkipReason,
    Timing,
    cap_reached,
    due_at,
    first_valid,
    last_allowed,
    local_day,
    next_allowed,
    plan_all,
    still_useful,
    wall_clock,
)

NEW_YORK = ZoneInfo("America/New_York")
PHOENIX = ZoneInfo("America/Phoenix")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
APIA = ZoneInfo("Pacific/Apia")  # slept through 30 December 2011
ZONES = [NEW_YORK, PHOENIX, LOS_ANGELES, LORD_HOWE, ZoneInfo("UTC")]

SPRING = date(2026, 3, 8)
AUTUMN = date(2026, 11, 1)

WINDOW = SendingWindow()
ALL_DAY = SendingWindow(time(0), time(23, 59), time(0), time(23, 59))
ON_BOOKING = RuleTiming(Timing.ON_BOOKING)
THREE_DAYS = RuleTiming(Timing.DAYS_BEFORE, days=3, at=time(10))
TWO_HOURS = RuleTiming(Timing.HOURS_BEFORE, minutes=120)
DEFAULT_RULES = [ON_BOOKING, THREE_DAYS, TWO_HOURS]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def at(day: str, clock: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    """An instant from what the wall shows: at("2026-03-10", "14:30")."""
    return wall_clock(date.fromisoformat(day), time.fromisoformat(clock), zone)


zones = st.sampled_from(ZONES)
# Instants around both clock changes of both hemispheres, a leap day and a new year.
instants = st.one_of(
    *(
        st.datetimes(day - timedelta(days=9), day + timedelta(days=9)).map(
            lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
        )
        for day in (
            datetime(2026, 3, 8),  # noqa: DTZ001 hypothesis wants naive bounds
            datetime(2026, 4, 5),  # noqa: DTZ001
            datetime(2026, 10, 4),  # noqa: DTZ001
            datetime(2026, 11, 1),  # noqa: DTZ001
            datetime(2028, 2, 29),  # noqa: DTZ001
            datetime(2027, 1, 1),  # noqa: DTZ001
        )
    )
)
rules = st.one_of(
    st.just(ON_BOOKING),
    st.builds(
        RuleTiming,
        st.just(Timing.DAYS_BEFORE),
        days=st.integers(0, 7),
        at=st.none() | st.times().map(lambda clock: clock.replace(microsecond=0)),
    ),
    st.builds(RuleTiming, st.just(Timing.HOURS_BEFORE), minutes=st.integers(0, 6000)),
)
minutes = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))


@st.composite
def windows(draw):
    """Any window that opens on some day, however odd."""
    week = sorted((draw(minutes), draw(minutes)))
    sunday = sorted((draw(minutes), draw(minutes)))
    if week[0] == week[1] and sunday[0] == sunday[1]:
        week = [time(9), time(20)]
    return SendingWindow(*week, *sunday)


# --- What the wall clock says -------------------------------------------------------


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


def test_local_days_leave_no_gap_and_do_not_overlap():
    for zone in ZONES:
        for offset in range(-2, 3):
            day = AUTUMN + timedelta(days=offset)
            assert local_day(day, zone)[1] == local_day(day + DAY, zone)[0]


@given(instants, zones)
def test_every_instant_reads_back_from_its_own_wall_clock(instant, zone):
    local = instant.astimezone(zone)
    assert wall_clock(local.date(), local.time(), zone, fold=local.fold) == instant


@given(instants, zones, minutes)
def test_the_first_valid_time_is_never_before_the_wanted_one(instant, zone, clock):
    day = instant.date()
    found = first_valid(day, clock, zone).astimezone(zone)
    assert (found.date(), found.time()) >= (day, clock)
    assert found - found.replace(hour=clock.hour, minute=clock.minute) <= HOUR


# --- Quiet hours --------------------------------------------------------------------


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


@given(instants, zones, windows())
def test_nearest_minutes_are_allowed_and_on_the_right_side(instant, zone, window):
    earlier = last_allowed(instant, zone, window)
    later = next_allowed(instant, zone, window)
    assert earlier <= instant <= later
    assert window.allows(earlier.astimezone(zone))
    assert window.allows(later.astimezone(zone))
    if window.allows(instant.astimezone(zone)):
        assert earlier == instant == later


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
    assert too_soon is SkipReason.BOOKED_TOO_LATE


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
    assert late is SkipReason.BOOKED_TOO_LATE


@given(rules, instants, st.integers(-60, 60 * 24 * 9), zones, zones, windows())
def test_a_due_text_is_allowed_and_lies_between_booking_and_visit(
    rule, starts_at, notice, zone, quiet_zone, window
):
    booked_at = starts_at - timedelta(minutes=notice)
    due = due_at(rule, starts_at, booked_at, zone, window, quiet_zone=quiet_zone)
    if isinstance(due, SkipReason):
        assert due in {SkipReason.BOOKED_TOO_LATE, SkipReason.VISIT_STARTED}
        return
    assert booked_at <= due < starts_at
    assert due.tzinfo is UTC
    assert window.allows(due.astimezone(quiet_zone))
    assert still_useful(due, due, starts_at, rule) is None


@given(instants, zones, st.integers(1, 7), st.integers(9, 19))
def test_days_before_never_drifts_by_an_hour(starts_at, zone, days, hour):
    rule = RuleTiming(Timing.DAYS_BEFORE, days=days, at=time(hour))
    due = due_at(rule, starts_at, starts_at - 30 * DAY, zone, ALL_DAY)
    assert isinstance(due, datetime)
    local = due.astimezone(zone)
    assert local.time() == time(hour)
    assert local.date() == starts_at.astimezone(zone).date() - timedelta(days=days)


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


@given(st.lists(rules, max_size=4), instants, st.integers(-60, 60 * 24 * 9), zones)
def test_planning_all_changes_at_most_one_plan(rules, starts_at, notice, zone):
    booked_at = starts_at - timedelta(minutes=notice)
    alone = [due_at(rule, starts_at, booked_at, zone, WINDOW) for rule in rules]
    together = plan_all(rules, starts_at, booked_at, zone, WINDOW)
    changed = [new for old, new in zip(alone, together, strict=True) if old != new]
    assert len(changed) <= 1
    assert all(
        isinstance(new, datetime) and WINDOW.allows(new.astimezone(zone))
        for new in changed
    )


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


@given(rules, instants, st.integers(0, 9000), st.integers(-9000, 9000))
def test_nothing_ever_goes_once_the_visit_has_begun(rule, starts_at, due, now):
    verdict = still_useful(
        starts_at - timedelta(minutes=due),
        starts_at + timedelta(minutes=now),
        starts_at,
        rule,
    )
    assert (verdict is SkipReason.VISIT_STARTED) == (now >= 0)


# --- Words --------------------------------------------------------------------------


def test_every_reason_has_a_sentence():
    assert set(SKIP_WORDS) == set(SkipReason)
    assert all(str(words).endswith(".") for words in SKIP_WORDS.values())


def test_nobody_is_phoned_about_a_visit_that_is_off():
    off = {SkipReason.MOVED, SkipReason.CANCELLED, SkipReason.ALREADY_CONFIRMED}
    assert not CALL_INSTEAD & off
    assert SkipReason.LANDLINE in CALL_INSTEAD


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
        (TWO_HOURS, "2 hours before"),
        (RuleTiming(Timing.HOURS_BEFORE, minutes=90), "1 hour 30 minutes before"),
        (RuleTiming(Timing.HOURS_BEFORE, minutes=1), "1 minute before"),
        (RuleTiming(Timing.HOURS_BEFORE, minutes=0), "0 minutes before"),
    ],
)
def test_an_offset_reads_like_a_sentence(rule, words):
    assert rule.offset_words == words


# --- Caps ---------------------------------------------------------------------------


def test_it_counts_a_phones_reminders_by_local_days_and_back_over_a_week():
    zone = ZoneInfo("America/New_York")
    noon = datetime(2026, 3, 2, 17, tzinfo=UTC)
    # 23:00 the evening before, though the same day in UTC.
    evening = datetime(2026, 3, 2, 4, tzinfo=UTC)

    def cap(*sent):
        return cap_reached(sent, noon, zone, daily=1, weekly=3)

    assert cap() is None
    assert cap(evening) is None
    assert cap(noon - timedelta(hours=2)) is SkipReason.DAILY_CAP
    week = [noon - timedelta(days=days) for days in (1, 2, 6)]
    assert cap(*week) is SkipReason.WEEKLY_CAP
    assert cap(*week[:2], noon - timedelta(days=7)) is None
