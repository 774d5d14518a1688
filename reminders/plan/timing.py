"""One rule, one visit: the instant its text is due, or the reason there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, ngettext

from reminders.plan.local import clock_words, first_valid
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


class Timing(StrEnum):
    """What a rule counts from, and in which unit."""

    ON_BOOKING = "on_booking"
    DAYS_BEFORE = "days_before"  # calendar days, on the practice's wall clock
    HOURS_BEFORE = "hours_before"  # elapsed time, whatever the clocks do


@dataclass(frozen=True)
class RuleTiming:
    """When a rule speaks. `minutes` are elapsed minutes, for HOURS_BEFORE only.

    `days` and `at` are for DAYS_BEFORE; without `at`, the wall-clock time of the
    visit itself.
    """

    timing: Timing
    days: int = 0
    at: time | None = None
    minutes: int = 0

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
            return gettext("On the day, %(at)s") % {"at": at}
        return ngettext(
            "%(days)d day before, %(at)s", "%(days)d days before, %(at)s", self.days
        ) % {"days": self.days, "at": at}


def due_at(
    rule: RuleTiming,
    starts_at: datetime,
    booked_at: datetime,
    zone: ZoneInfo,
    window: SendingWindow,
    *,
    quiet_zone: ZoneInfo | None = None,
    grace: timedelta = UNDO_GRACE,
) -> datetime | SkipReason:
    """When, in UTC, this rule's text for this visit is due, or why never.

    `zone` is the practice's; `quiet_zone` is where the patient sleeps, if elsewhere.
    A text that falls into quiet hours moves to the last allowed minute before; if
    the visit was not booked by then, to the next allowed minute that leaves
    LEAST_NOTICE. `booked_at` is the instant of the booking, or of the last move;
    `grace` after it nothing goes yet.
    """
    quiet_zone = quiet_zone or zone
    if rule.timing is Timing.ON_BOOKING:
        after_grace = (booked_at + grace).astimezone(UTC)
        planned = next_allowed(after_grace, quiet_zone, window)
        return planned if planned < starts_at else SkipReason.BOOKED_TOO_LATE
    wanted = _wanted_at(rule, starts_at, zone)
    if wanted < booked_at:
        return SkipReason.BOOKED_TOO_LATE
    if wanted >= starts_at:
        return SkipReason.VISIT_STARTED
    earlier = last_allowed(wanted, quiet_zone, window)
    if earlier >= booked_at:
        return earlier
    later = next_allowed(wanted, quiet_zone, window)
    in_time = later <= starts_at - LEAST_NOTICE
    return later if in_time else SkipReason.BOOKED_TOO_LATE


def plan_all(
    rules: Sequence[RuleTiming],
    starts_at: datetime,
    booked_at: datetime,
    zone: ZoneInfo,
    window: SendingWindow,
    *,
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
        if plan is SkipReason.BOOKED_TOO_LATE
        and rules[place].timing is not Timing.ON_BOOKING
    ]
    after_grace = (booked_at + grace).astimezone(UTC)
    at_once = next_allowed(after_grace, quiet_zone or zone, window)
    if late and at_once <= starts_at - LEAST_NOTICE:
        nearest = max(late, key=lambda at: _wanted_at(rules[at], starts_at, zone))
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


def _wanted_at(rule: RuleTiming, starts_at: datetime, zone: ZoneInfo) -> datetime:
    """The instant a rule names, before quiet hours and the booking have their say."""
    if rule.timing is Timing.HOURS_BEFORE:
        return starts_at.astimezone(UTC) - timedelta(minutes=rule.minutes)
    local = starts_at.astimezone(zone)
    at = local.time() if rule.at is None else rule.at
    return first_valid(local.date() - timedelta(days=rule.days), at, zone)
