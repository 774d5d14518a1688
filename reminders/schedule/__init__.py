"""Book, move, cancel: an appointment, its history and its reminders in one transaction.

- `visits`: the verbs, each one a conditional UPDATE whose count is looked at
- `free`: what a refused booking is told: who has the time, and which times are free
- `planning`: which reminders a visit gets, and what becomes of those it had
- `replanning`: upcoming visits follow what changed beneath them
"""

from reminders.schedule.free import Taken, free_starts
from reminders.schedule.replanning import (
    replan_everywhere,
    replan_patient,
    replan_practice,
)
from reminders.schedule.visits import (
    NotPossible,
    book,
    cancel,
    confirm,
    mark,
    move,
)

__all__ = [
    "NotPossible",
    "Taken",
    "book",
    "cancel",
    "confirm",
    "free_starts",
    "mark",
    "move",
    "replan_everywhere",
    "replan_patient",
    "replan_practice",
]
