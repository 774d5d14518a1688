"""Out to patients: what is due becomes a text, a text is claimed, sent and accounted for.

    fill → claim → deliver → apply_report          reconcile, for what was left in doubt

- `composing`: the words of a text, and putting one into the queue
- `filling`: due reminders become texts, or are skipped with a reason
- `claiming`: one text for each free line, looked at a last time
- `holding`: people hold, release and hasten reminders, or pause them all
- `foretelling`: what will become of planned reminders, as things stand (`glances`)
- `week`: the days and hours of these on a page
- `delivering`: over the wire, and what became of each
- `reports`: delivery reports, which only move a text forward
- `doubt`: texts whose outcome is not known; nothing is sent twice without an answer

The database is the queue: every row is committed before the wire is touched, and any
number of workers may run any of these at the same time.
"""

from reminders.outbox.claiming import claim
from reminders.outbox.composing import (
    CannotText,
    compose,
    compose_list,
    queue_by_staff,
    queue_text,
)
from reminders.outbox.delivering import deliver
from reminders.outbox.doubt import reconcile
from reminders.outbox.filling import fill
from reminders.outbox.foretelling import Fate, Forecast, foretell
from reminders.outbox.holding import (
    NotNow,
    OutsideHours,
    go_on,
    hold,
    is_quiet,
    release,
    send_now,
    what_became_of,
    why_not_now,
)
from reminders.outbox.reports import apply_report

__all__ = [
    "CannotText",
    "Fate",
    "Forecast",
    "NotNow",
    "OutsideHours",
    "apply_report",
    "claim",
    "compose",
    "compose_list",
    "deliver",
    "fill",
    "foretell",
    "go_on",
    "hold",
    "is_quiet",
    "queue_by_staff",
    "queue_text",
    "reconcile",
    "release",
    "send_now",
    "what_became_of",
    "why_not_now",
]
