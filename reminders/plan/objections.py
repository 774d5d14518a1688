"""What speaks against a planned reminder, going by its visit and its rule."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from reminders.plan.reasons import SkipReason
from reminders.plan.timing import Timing, still_useful


class Standing(NamedTuple):
    """A planned reminder, its visit and its rule, as they are now."""

    planned_for: datetime  # the start that the reminder speaks of
    starts_at: datetime  # the start that the visit has
    due_at: datetime
    is_upcoming: bool
    is_cancelled: bool
    is_confirmed: bool
    rule_is_active: bool
    skips_confirmed: bool
    timing: Timing


def objection(standing: Standing, now: datetime) -> SkipReason | None:
    """Why it must not be said now; None when it may.

    The phone has reasons of its own, and so has the account.
    """
    if standing.starts_at != standing.planned_for:
        return SkipReason.MOVED
    if standing.is_cancelled:
        return SkipReason.CANCELLED
    if not standing.is_upcoming:
        return SkipReason.VISIT_STARTED
    if not standing.rule_is_active:
        return SkipReason.RULE_OFF
    if standing.skips_confirmed and standing.is_confirmed:
        return SkipReason.ALREADY_CONFIRMED
    return still_useful(standing.due_at, now, standing.planned_for, standing.timing)
