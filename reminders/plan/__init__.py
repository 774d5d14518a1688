"""When a text goes out, and whether it still should. Pure: no rows, no clock.

`reasons` names why a reminder does not go out, `caps` counts how many a phone has had,
`local` turns what a wall clock says into instants, `window` knows the hours in which
texts may go, `days` those on which a practice works, and `timing` applies a rule to a
visit.
"""

from reminders.plan.caps import cap_reached
from reminders.plan.days import WorkingDays
from reminders.plan.local import (
    AmbiguousTime,
    NonexistentTime,
    first_valid,
    local_day,
    wall_clock,
)
from reminders.plan.reasons import CALL_INSTEAD, SKIP_WORDS, SkipReason
from reminders.plan.timing import (
    LEAST_NOTICE,
    LEAST_NOTICE_SOON,
    PUNCTUAL,
    UNDO_GRACE,
    RuleTiming,
    Timing,
    due_at,
    plan_all,
    still_useful,
)
from reminders.plan.window import SendingWindow, last_allowed, next_allowed

__all__ = [
    "CALL_INSTEAD",
    "LEAST_NOTICE",
    "LEAST_NOTICE_SOON",
    "PUNCTUAL",
    "SKIP_WORDS",
    "UNDO_GRACE",
    "AmbiguousTime",
    "NonexistentTime",
    "RuleTiming",
    "SendingWindow",
    "SkipReason",
    "Timing",
    "WorkingDays",
    "cap_reached",
    "due_at",
    "first_valid",
    "last_allowed",
    "local_day",
    "next_allowed",
    "plan_all",
    "still_useful",
    "wall_clock",
]
