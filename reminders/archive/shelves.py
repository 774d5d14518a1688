"""Which tables only grow, how long each is kept, and what of it never goes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Model, Q, QuerySet

from provisioning.models import BalanceReading, Notice
from reminders.models import (
    AppointmentEvent,
    CallListEntry,
    Choice,
    Message,
    Receipt,
    Reminder,
)

EVERYTHING = Q()
UNDER_WAY = (Message.State.QUEUED, Message.State.SENDING, Message.State.UNKNOWN)


@dataclass(frozen=True)
class Shelf:
    """One table: `moment` says how old a row is, `practice` leads to whose it is.

    `days` names the period in `settings.KEEP`; `going` is what may go at all.
    """

    name: str
    model: type[Model]
    moment: str
    practice: str
    days: str
    going: Q

    def oldest_kept(self, now: datetime) -> datetime | None:
        """What is older goes; None where everything is kept for ever.

        By whole days (UTC), so that what goes of one practice goes together.
        """
        days: int = getattr(settings.KEEP, self.days)
        midnight = now.astimezone(UTC).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        return midnight - timedelta(days=days) if days else None

    def rows(self, after: int) -> QuerySet[Model, Model]:
        """All rows with a higher id, lowest first: about the order they came in."""
        rows: QuerySet[Any, Any] = self.model._default_manager.filter(pk__gt=after)
        return rows.order_by("pk")


# In this order: what hangs on a text goes before it, or would go with it unread.
SHELVES = (
    Shelf("receipts", Receipt, "received_at", "practice_id", "receipts", EVERYTHING),
    Shelf(
        "choices",
        Choice,
        "message__created_at",
        "message__practice_id",
        "texts",
        ~Q(message__state__in=UNDER_WAY),
    ),
    Shelf(
        "reminders",
        Reminder,
        "starts_at",
        "practice_id",
        "texts",
        ~Q(state=Reminder.State.PLANNED)
        & (Q(message=None) | ~Q(message__state__in=UNDER_WAY)),
    ),
    Shelf(
        "texts",
        Message,
        "created_at",
        "practice_id",
        "texts",
        ~Q(state__in=UNDER_WAY)
        & (Q(needs_staff=False) | Q(handled_at__isnull=False))
        & Q(reminders=None, receipts=None, choices=None),
    ),
    Shelf(
        "appointment-events",
        AppointmentEvent,
        "at",
        "appointment__practice_id",
        "texts",
        EVERYTHING,
    ),
    Shelf(
        "calls",
        CallListEntry,
        "created_at",
        "practice_id",
        "texts",
        Q(done_at__isnull=False),
    ),
    Shelf(
        "balances",
        BalanceReading,
        "at",
        "account__practice_id",
        "account",
        EVERYTHING,
    ),
    Shelf(
        "notices",
        Notice,
        "opened_at",
        "account__practice_id",
        "account",
        Q(closed_at__isnull=False),
    ),
)
