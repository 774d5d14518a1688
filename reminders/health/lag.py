"""What could leave at this moment and has not, and since when.

A text that waits for its line, which carries one part a second, is not late; nor is
what waits for an account that cannot send. What is counted here has nothing to wait
for but us.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest

from provisioning.models import Line, Practice
from reminders.models import Message, Reminder
from reminders.outbox.lines import live_lines

# Nobody has to know whether it is ten thousand or twenty.
MOST = 10_000
# The oldest of so many due reminders stand for all of them.
LOOKED_AT = 1_000


@dataclass(frozen=True)
class Lag:
    """Since when the oldest text and the oldest reminder could have left, or None."""

    text: datetime | None
    reminder: datetime | None

    @property
    def since(self) -> datetime | None:
        """The older of the two."""
        return min((at for at in (self.text, self.reminder) if at), default=None)


@dataclass(frozen=True)
class Queue:
    """How many texts there are in each state on their way, at most `MOST` each."""

    waiting: int
    sending: int
    unknown: int
    # The text that has been in doubt for the longest time, since when.
    unknown_since: datetime | None


def free_lines(now: datetime, practice: Practice | None = None) -> QuerySet[Line]:
    """Lines that may carry a text this instant."""
    lines = live_lines(now).filter(free_at__lte=now)
    return lines.filter(account__practice=practice) if practice else lines


def waiting_texts(now: datetime, practice: Practice | None = None) -> QuerySet[Any]:
    """Free lines that have a text to carry, each with `since`; one look each."""
    next_text = Message.objects.due(now).filter(practice=OuterRef("account__practice"))
    return (
        free_lines(now, practice)
        .annotate(head=Subquery(next_text.values("send_after")[:1]))
        .filter(head__isnull=False)
        .annotate(since=Greatest("head", "free_at"))
    )


def waiting_reminders(now: datetime, practice: Practice | None = None) -> QuerySet[Any]:
    """Due reminders for lines that have nothing else to carry, the oldest of them.

    Where texts wait already, reminders wait behind them by design.
    """
    busy = Message.objects.due(now).filter(practice=OuterRef("account__practice"))
    idle = free_lines(now, practice).exclude(Exists(busy))
    line = Line.objects.live().filter(account__practice=OuterRef("practice"))
    return (
        Reminder.objects.due(now)
        .filter(practice__in=idle.values("account__practice"))
        .annotate(since=Greatest("due_at", Subquery(line.values("free_at")[:1])))
        .order_by("due_at")[:LOOKED_AT]
    )


def lag(now: datetime, practice: Practice | None = None) -> Lag:
    """Of one practice, or of the whole installation; two queries."""
    texts, reminders = waiting_texts(now, practice), waiting_reminders(now, practice)
    return Lag(
        texts.aggregate(oldest=Min("since"))["oldest"],
        reminders.aggregate(oldest=Min("since"))["oldest"],
    )


def late_accounts(now: datetime, late_since: datetime) -> set[int]:
    """Ids of the accounts whose practice has had something to send for so long."""
    texts = waiting_texts(now).filter(since__lte=late_since)
    due = waiting_reminders(now).values_list("practice__account", "since")
    return {
        *texts.values_list("account_id", flat=True),
        *(account for account, since in due if since <= late_since),
    }


def queue(now: datetime, practice: Practice | None = None) -> Queue:
    """Count what is on its way, up to `MOST`."""
    texts = Message.objects.of(practice) if practice else Message.objects.all()
    return Queue(
        waiting=texts.due(now).order_by()[:MOST].count(),
        sending=texts.filter(state=Message.State.SENDING)[:MOST].count(),
        unknown=texts.unknown()[:MOST].count(),
        unknown_since=texts.unknown().aggregate(oldest=Min("state_at"))["oldest"],
    )
