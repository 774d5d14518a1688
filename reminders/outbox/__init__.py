"""Out to patients: what is due becomes a text, a text is claimed, sent and accounted for.

    fill → claim → deliver → apply_report          reconcile, for what was left in doubt

- `composing`: the words of a text, and putting one into the queue
- `filling`: due reminders become texts, or are skipped with a reason
- `giving_up`: what waited too long for an account that cannot send
- `claiming`: one text for each free line
- `last_look`: whether a text that is about to leave may still go
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
from reminders.outbox.delivering import deliver, packets
from reminders.outbox.doubt import reconcile
from reminders.outbox.filling import fill
from reminders.outbox.giving_up import give_up
from reminders.outbox.reports import apply_report

__all__ = [
    "BEAT",
    "CannotText",
    "apply_report",
    "claim",
    "compose",
    "compose_list",
    "deliver",
    "fill",
    "give_up",
    "is_waiting",
    "packets",
    "queue_by_staff",
    "queue_text",
    "reconcile",
]
