"""Out to patients: what is due becomes a text, a text is claimed, sent and accounted for.

    fill → claim → deliver → apply_report          reconcile, for what was left in doubt

- `composing`: the words of a text, and putting one into the queue
- `filling`: due reminders become texts, or are skipped with a reason
- `giving_up`: what waited too long for an account that cannot send
- `claiming`: one text for each free line
- `last_look`: whether a text that is about to leave may still go
- `holding`: people hold, release and hasten reminders, or pause them all
- `foretelling`: what will become of planned reminders, as things stand (`glances`)
- `week`: the days and hours of these on a page
- `delivering`: over the wire, and what became of each
- `reports`: delivery reports, which only move a text forward
- `doubt`: texts whose outcome is not known; nothing is sent twice without an answer

The database is the queue: every row is committed before the wire is touched, and any
number of workers may run any of these at the same time.
"""

from reminders.outbox.claiming import BEAT, claim, is_waiting
from reminders.outbox.composing import (
    CannotText,
    compose,
    compose_list,
    queue_by_staff,
    queue_text,
)
from reminders.outbox.delivering import deliver, packets, put_back
from reminders.outbox.doubt import reconcile
from reminders.outbox.filling import fill
from reminders.outbox.foretelling import Fate, Forecast, foretell
from reminders.outbox.giving_up import give_up
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
    "BEAT",
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
    "give_up",
    "go_on",
    "hold",
    "is_quiet",
    "is_waiting",
    "packets",
    "put_back",
    "queue_by_staff",
    "queue_text",
    "reconcile",
    "release",
    "send_now",
    "what_became_of",
    "why_not_now",
]
