"""Questions about many texts."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Count, F, QuerySet

from reminders.models.message_words import (
    RANK,
    REMINDING,
    WENT_OUT,
    Direction,
    Priority,
    State,
)
from reminders.models.pause import may_leave
from reminders.models.tenant import PracticeQuerySet

if TYPE_CHECKING:
    from reminders.models.message import Message


class MessageQuerySet(PracticeQuerySet["Message"]):
    """Questions about many messages."""

    def inbound(self) -> Self:
        """Texts from patients."""
        return self.filter(direction=Direction.IN)

    def outbound(self) -> Self:
        """Texts to patients."""
        return self.filter(direction=Direction.OUT)

    def due(self, now: datetime) -> Self:
        """Queued texts that may leave now, a pause heeded; most urgent first."""
        queued = self.filter(state=State.QUEUED, send_after__lte=now)
        leaving = queued.filter(may_leave(kind__in=REMINDING))
        return leaving.order_by(
            "priority", F("useful_until").asc(nulls_last=True), "pk"
        )

    def practices_with_waiting(
        self, number: int, now: datetime
    ) -> "QuerySet[Message, Any]":
        """Practices that have so many reminders due to leave; as a subquery.

        What waits for the morning keeps nothing from being decided about.
        """
        waiting = self.filter(
            state=State.QUEUED,
            priority=Priority.VISIT,
            send_after__lte=now,
        )
        counted = waiting.order_by().values("practice").annotate(number=Count("pk"))
        return counted.filter(number__gte=number).values("practice")

    def for_sending(self) -> Self:
        """With what the last look and the wire want of a text, and nothing else."""
        return self.select_related("phone").only(
            "phone__practice_id",
            "phone__number",
            "phone__reach",
            "phone__consented_at",
            "phone__opted_out_at",
            "phone__paused_at",
            "practice_id",
            "kind",
            "body",
            "state",
            "segments",
            "useful_until",
            "client_id",
            "attempt",
            "appointment_id",
        )

    def lease_expired(self, now: datetime) -> Self:
        """Texts whose sender died or lost the answer on the way."""
        return self.filter(state=State.SENDING, lease_until__lt=now)

    def unknown(self) -> Self:
        """Texts whose fate must be asked about before anything is sent again."""
        return self.filter(state=State.UNKNOWN)

    def ranked_below(self, state: State) -> Self:
        """Texts that a report of `state` moves forward; see `RANK`."""
        rank = RANK[state]
        return self.filter(state__in=[known for known in RANK if RANK[known] < rank])

    def went_out(self) -> Self:
        """Texts the patient has, or may have: all but those that surely never left."""
        return self.filter(state__in=WENT_OUT)

    def unworked(self) -> Self:
        """Texts from patients that nothing has tried to understand, oldest first."""
        return self.inbound().filter(worked_at=None).order_by("created_at", "pk")

    def failed_since(self, moment: datetime) -> Self:
        """Texts to patients of which we learned since `moment` that they did not arrive."""
        return self.outbound().filter(
            state__in=[State.UNDELIVERED, State.FAILED],
            state_at__gte=moment,
        )

    def needing_staff(self) -> Self:
        """Texts from patients that nobody has dealt with, oldest first."""
        return (
            self.inbound()
            .filter(needs_staff=True, handled_at=None)
            .order_by("created_at", "pk")
        )

    def take_back(
        self, texts: QuerySet[Any, Any], reason: str, now: datetime
    ) -> list[int]:
        """Withhold those of these texts that have not left; return their ids.

        `texts` is a subquery of their ids. Wants a transaction.
        """
        taken = list(
            self.filter(pk__in=texts, state=State.QUEUED)
            .order_by("pk")
            .select_for_update(of=("self",))
            .values_list("pk", flat=True)
        )
        self.filter(pk__in=taken).update(
            state=State.WITHHELD, state_at=now, reason=reason
        )
        return taken
