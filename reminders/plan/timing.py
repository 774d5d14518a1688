"""One rule, one visit: the instant its text is due, or the reason there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, ngettext

from reminders.plan.days import WorkingDays
from reminders.plan.local import clock_words, first_valid, local_day
from reminders.plan.reasons import SkipReason
from reminders.plan.window import SendingWindow, last_allowed, next_allowed

UNDO_GRACE = timedelta(minutes=3)
"""Nothing goes out this soon after a change: time for staff to take it back."""

PUNCTUAL = timedelta(minutes=10)
"""A text this little behind its due instant counts as on time."""

LEAST_NOTICE = timedelta(minutes=60)
"""A text put off, or late, is of use only with this much left before the visit."""

LEAST_NOTICE_SOON = timedelta(minutes=15)
"""The same for a late "2 hours before": the patient is getting ready anyway."""

USUAL_DAYS = WorkingDays()
"""Monday to Friday, where a practice says nothing else."""

TOO_LATE = (SkipReason.BOOKED_TOO_LATE, SkipReason.QUIET_HOURS)
"""What a booking a little earlier would have got a text in spite of."""

_MINUTE = timedelta(minutes=1)


class Timing(StrEnum):
    """What a rule counts from, and in which unit."""

    ON_BOOKING = "on_booking"
    DAYS_BEFORE = "days_before"  # calendar days, on the practice's wall clock
    HOURS_BEFORE = "hours_before"  # elapsed time, whatever the clocks do


@dataclass(frozen=True)
class RuleTiming:
    """When a rule speaks. `minutes` are elapsed minutes, for HOURS_BEFORE only.

    `days`, `at` and `on_working_days` are for DAYS_BEFORE: without `at`, the wall-clock
    time of the visit itself; `on_working_days`, what falls on a day on which the
    practice is closed goes on the working day before, at the same time of day.
    """

    timing: Timing
    days: int = 0
    at: time | None = None
    minutes: int = 0
    on_working_days: bool = False

    @property
    def offset_words(self) -> str:
        """For example "3 days before, at 10:00 AM" or "1 hour 30 minutes before"."""
        if self.timing is Timing.ON_BOOKING:
            return gettext("When booked")
        if self.timing is Timing.HOURS_BEFORE:
            return self._elapsed_words()
        return self._calendar_words()

    def _elapsed_words(self) -> str:
        hours, minutes = divmod(self.minutes, 60)
        parts = []
        if hours:
            parts.append(ngettext("%d hour", "%d hours", hours) % hours)
        if minutes or not hours:
            parts.append(ngettext("%d minute", "%d minutes", minutes) % minutes)
        return gettext("%(time)s before") % {"time": " ".join(parts)}

    def _calendar_words(self) -> str:
        if self.at is None:
            at = gettext("at the time of the visit")
        else:
            at = gettext("at %(time)s") % {"time": clock_words(self.at)}
        if self.days == 0:
            when = gettext("On the day, %(at)s") % {"at": at}
        else:
            when = ngettext(
                "%(days)d day before, %(at)s", "%(days)d days before, %(at)s", self.days
            ) % {"days": self.days, "at": at}
        if self.on_working_days:
            return gettext("%(when)s, on a working day") % {"when": when}
        return when


def due_at(
    rule: RuleTiming,
    starts_at: datetime,
    booked_at: datetime,
    zone: ZoneInfo,
    window: SendingWindow,
    *,
    working: WorkingDays = USUAL_DAYS,
    quiet_zone: ZoneInfo | None = None,
    grace: timedelta = UNDO_GRACE,
) -> datetime | SkipReason:
    """When, in UTC, this rule's text for this visit is due, or why never.

    `zone` is the practice's; `quiet_zone` is where the phone sleeps, if elsewhere.
    `booked_at` is the instant of the booking, or of the last move.

    1. The rule names an instant: days on the practice's wall clock, hours as elapsed.
    2. In quiet hours that becomes the last allowed minute before.
    3. Where it is then too early, since the visit was not booked yet or only `grace`
       ago, it becomes the next allowed minute that leaves LEAST_NOTICE.
    """
    quiet_zone = quiet_zone or zone
    ready = (booked_at + grace).astimezone(UTC)
    if rule.timing is Timing.ON_BOOKING:
        return _after_booking(ready, starts_at, quiet_zone, window)
    wanted = _wanted_at(rule, starts_at, zone, working)
    if wanted >= starts_at:
        return SkipReason.VISIT_STARTED
    earlier = last_allowed(wanted, quiet_zone, window)
    while rule.on_working_days and earlier >= ready:
        # Quiet hours may lead back from a Monday morning to a Sunday.
        day = earlier.astimezone(zone).date()
        if working.has(day):
            break
        _begins, ends = local_day(working.on_or_before(day), zone)
        earlier = last_allowed(ends - _MINUTE, quiet_zone, window)
    if earlier >= ready:
        return earlier
    if next_allowed(wanted, quiet_zone, window) < booked_at:
        return SkipReason.BOOKED_TOO_LATE
    return _put_off(max(wanted, ready), starts_at, quiet_zone, window)


def _after_booking(
    ready: datetime, starts_at: datetime, quiet_zone: ZoneInfo, window: SendingWindow
) -> datetime | SkipReason:
    if ready >= starts_at:
        return SkipReason.BOOKED_TOO_LATE
    allowed = next_allowed(ready, quiet_zone, window)
    return allowed if allowed < starts_at else SkipReason.QUIET_HOURS


def _put_off(
    wanted: datetime, starts_at: datetime, quiet_zone: ZoneInfo, window: SendingWindow
) -> datetime | SkipReason:
    last = starts_at - LEAST_NOTICE
    if wanted > last:
        return SkipReason.BOOKED_TOO_LATE
    allowed = next_allowed(wanted, quiet_zone, window)
    return allowed if allowed <= last else SkipReason.QUIET_HOURS


def plan_all(
    rules: Sequence[RuleTiming],
    starts_at: datetime,
    booked_at: datetime,
    zone: ZoneInfo,
    window: SendingWindow,
    *,
    working: WorkingDays = USUAL_DAYS,
    quiet_zone: ZoneInfo | None = None,
    grace: timedelta = UNDO_GRACE,
) -> list[datetime | SkipReason]:
    """due_at for all rules of a visit, in their order; and one text if booked late.

    If the visit was booked so late that nothing would go at all, the one rule
    nearest the visit goes at once, given LEAST_NOTICE. Never two or three together.
    """
    plans = [
        due_at(
            rule,
            starts_at,
            booked_at,
            zone,
            window,
            working=working,
            quiet_zone=quiet_zone,
            grace=grace,
        )
        for rule in rules
    ]
    if any(isinstance(plan, datetime) for plan in plans):
        return plans
    late = [
        place
        for place, plan in enumerate(plans)
        if plan in TOO_LATE and rules[place].timing is not Timing.ON_BOOKING
    ]
    after_grace = (booked_at + grace).astimezone(UTC)
    at_once = next_allowed(after_grace, quiet_zone or zone, window)
    if late and at_once <= starts_at - LEAST_NOTICE:
        nearest = max(
            late, key=lambda at: _wanted_at(rules[at], starts_at, zone, working)
        )
        plans[nearest] = at_once
    return plans


def still_useful(
    due_at: datetime, now: datetime, starts_at: datetime, rule: RuleTiming
) -> SkipReason | None:
    """Why a text must not go now although it was planned; None if it should.

    1. At or after the start nothing goes: VISIT_STARTED.
    2. A text that is PUNCTUAL goes; due_at has weighed its instant already.
    3. A late one goes while there is LEAST_NOTICE left (LEAST_NOTICE_SOON for
       HOURS_BEFORE) and is MISSED after that.

    Knows nothing of quiet hours: ask the window about `now` as well.
    """
    if now >= starts_at:
        return SkipReason.VISIT_STARTED
    if now - due_at <= PUNCTUAL:
        return None
    soon = rule.timing is Timing.HOURS_BEFORE
    least = LEAST_NOTICE_SOON if soon else LEAST_NOTICE
    return None if starts_at - now >= least else SkipReason.MISSED


def _wanted_at(
    rule: RuleTiming, starts_at: datetime, zone: ZoneInfo, working: WorkingDays
) -> datetime:
    """The instant a rule names, before quiet hours and the booking have their say."""
    if rule.timing is Timing.HOURS_BEFORE:
        return starts_at.astimezone(UTC) - timedelta(minutes=rule.minutes)
    local = starts_at.astimezone(zone)
    at = local.time() if rule.at is None else rule.at
    day = local.date() - timedelta(days=rule.days)
    if rule.on_working_days:
        day = working.on_or_before(day)
    return first_valid(day, at, zone)
