"""What holds of every plan: any rule, any zone, on any night on which clocks change."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reminders.plan import (
    UNDO_GRACE,
    NonexistentTime,
    RuleTiming,
    SkipReason,
    Timing,
    due_at,
    first_valid,
    last_allowed,
    local_day,
    next_allowed,
    plan_all,
    still_useful,
    wall_clock,
)
from tests.reminders.plan.moments import (
    ALL_DAY,
    DAY,
    HOUR,
    MINUTE,
    WINDOW,
    clocks,
    day_rules,
    day_windows,
    hour_rules,
    instants,
    rules,
    windows,
    working_days,
    zones,
)

always = settings(max_examples=100, deadline=None)

LONG_AGO = 60 * DAY
notices = st.integers(-60, 60 * 24 * 9).map(lambda minutes: timedelta(minutes=minutes))
silent = {
    SkipReason.BOOKED_TOO_LATE,
    SkipReason.QUIET_HOURS,
    SkipReason.VISIT_STARTED,
}


# --- The wall clock and the window --------------------------------------------------


@always
@given(instants, zones)
def test_every_instant_reads_back_from_its_own_wall_clock(instant, zone):
    local = instant.astimezone(zone)
    assert wall_clock(local.date(), local.time(), zone, fold=local.fold) == instant


@always
@given(instants, zones, clocks)
def test_the_first_valid_time_is_never_before_the_wanted_one(instant, zone, clock):
    day = instant.date()
    found = first_valid(day, clock, zone).astimezone(zone)
    assert (found.date(), found.time()) >= (day, clock)
    assert found - found.replace(hour=clock.hour, minute=clock.minute) <= HOUR


@always
@given(instants, zones)
def test_local_days_leave_no_gap_and_do_not_overlap(instant, zone):
    day = instant.date()
    assert local_day(day, zone)[1] == local_day(day + DAY, zone)[0]


@always
@given(instants, zones, windows())
def test_nearest_minutes_are_allowed_and_on_the_right_side(instant, zone, window):
    earlier = last_allowed(instant, zone, window)
    later = next_allowed(instant, zone, window)
    assert earlier <= instant <= later
    assert window.allows(earlier.astimezone(zone))
    assert window.allows(later.astimezone(zone))
    if window.allows(instant.astimezone(zone)):
        assert earlier == instant == later


@always
@given(instants, working_days)
def test_the_working_day_before_is_the_nearest(instant, working):
    day = instant.date()
    found = working.on_or_before(day)
    assert working.has(found)
    between = (found + n * DAY for n in range(1, (day - found).days + 1))
    assert not any(working.has(each) for each in between)


# --- One rule, one visit ------------------------------------------------------------


@always
@given(rules, instants, notices, zones, zones, windows(), working_days)
def test_a_due_text_is_allowed_and_lies_between_booking_and_visit(
    rule, starts_at, notice, zone, quiet_zone, window, working
):
    booked_at = starts_at - notice
    due = due_at(
        rule,
        starts_at,
        booked_at,
        zone,
        window,
        working=working,
        quiet_zone=quiet_zone,
    )
    if isinstance(due, SkipReason):
        assert due in silent
        return
    assert booked_at + UNDO_GRACE <= due < starts_at
    assert due.tzinfo is UTC
    assert window.allows(due.astimezone(quiet_zone))
    assert still_useful(due, due, starts_at, rule) is None


@always
@given(day_rules | hour_rules, instants, zones, zones, day_windows, working_days)
def test_no_hours_and_days_drop_what_was_booked_long_ahead(
    rule, starts_at, zone, quiet_zone, window, working
):
    due = due_at(
        rule,
        starts_at,
        starts_at - LONG_AGO,
        zone,
        window,
        working=working,
        quiet_zone=quiet_zone,
    )
    assert isinstance(due, datetime) or due is SkipReason.VISIT_STARTED
    if rule.on_working_days and isinstance(due, datetime):
        assert working.has(due.astimezone(zone).date())


@always
@given(instants, zones, st.integers(1, 7), clocks)
def test_days_before_keep_the_wall_clock(starts_at, zone, days, clock):
    """What the clocks skip comes at the end of the gap, what they repeat at first."""
    assume(clock != time(23, 59))  # quiet even in ALL_DAY
    rule = RuleTiming(Timing.DAYS_BEFORE, days=days, at=clock)
    due = due_at(rule, starts_at, starts_at - LONG_AGO, zone, ALL_DAY)
    day = starts_at.astimezone(zone).date() - timedelta(days=days)
    try:
        expected = wall_clock(day, clock, zone, fold=0)
    except NonexistentTime as gap:
        expected = gap.after
    assert due == expected


@always
@given(hour_rules, instants, zones, day_windows)
def test_hours_before_are_exact_or_the_last_minute_before_quiet_hours(
    rule, starts_at, zone, window
):
    assume(rule.minutes > 0)
    due = due_at(rule, starts_at, starts_at - LONG_AGO, zone, window)
    wanted = starts_at - timedelta(minutes=rule.minutes)
    if window.allows(wanted.astimezone(zone)):
        assert due == wanted
    else:
        assert due < wanted
        assert not window.allows((due + MINUTE).astimezone(zone))


@always
@given(day_rules | hour_rules, instants, notices, zones, day_windows)
def test_a_visit_moved_away_and_back_keeps_what_is_still_to_come(
    rule, starts_at, notice, zone, window
):
    first = due_at(rule, starts_at, starts_at - LONG_AGO, zone, window)
    again = starts_at - notice
    assume(isinstance(first, datetime) and again + UNDO_GRACE <= first)
    assert due_at(rule, starts_at, again, zone, window) == first


@always
@given(rules, instants, notices, notices, zones, day_windows)
def test_who_books_later_is_texted_no_earlier(
    rule, starts_at, one, other, zone, window
):
    late, early = sorted((one, other))
    sooner = due_at(rule, starts_at, starts_at - early, zone, window)
    later = due_at(rule, starts_at, starts_at - late, zone, window)
    if isinstance(later, datetime):
        assert isinstance(sooner, datetime)
        assert sooner <= later


@always
@given(
    day_rules.filter(lambda rule: rule.at) | hour_rules,
    instants,
    st.integers(0, 60 * 24 * 9),
    zones,
    day_windows,
    working_days,
)
def test_the_text_of_a_later_visit_comes_no_earlier(
    rule, starts_at, minutes, zone, window, working
):
    plans = [
        due_at(rule, start, starts_at - LONG_AGO, zone, window, working=working)
        for start in (starts_at, starts_at + timedelta(minutes=minutes))
    ]
    assume(all(isinstance(plan, datetime) for plan in plans))
    assert plans == sorted(plans)


# --- All rules of a visit, and whether they still should ----------------------------


@always
@given(st.lists(rules, max_size=4), instants, notices, zones, working_days)
def test_planning_all_changes_at_most_one_plan(rules, starts_at, notice, zone, working):
    booked_at = starts_at - notice
    alone = [
        due_at(rule, starts_at, booked_at, zone, WINDOW, working=working)
        for rule in rules
    ]
    together = plan_all(rules, starts_at, booked_at, zone, WINDOW, working=working)
    changed = [new for old, new in zip(alone, together, strict=True) if old != new]
    assert len(changed) <= 1
    assert all(
        booked_at < new < starts_at and WINDOW.allows(new.astimezone(zone))
        for new in changed
    )


@always
@given(rules, instants, st.integers(0, 9000), st.integers(-9000, 9000))
def test_nothing_ever_goes_once_the_visit_has_begun(rule, starts_at, due, now):
    verdict = still_useful(
        starts_at - timedelta(minutes=due),
        starts_at + timedelta(minutes=now),
        starts_at,
        rule,
    )
    assert (verdict is SkipReason.VISIT_STARTED) == (now >= 0)
