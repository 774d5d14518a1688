"""Message: the ledger of every text in or out.

    queued → sending → sent → delivered | undelivered | failed
    `unknown` while an outcome is being asked about; `withheld` when the last check
    before sending said no.

A message is never updated in meaning, only in delivery state, and that only moves
forward (`RANK`). The row exists, committed, before the request does.
"""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from provisioning.models import Line, Practice
from reminders.models.appointment import Appointment
from reminders.models.message_indexes import MESSAGE_INDEXES
from reminders.models.patient import Phone
from reminders.models.tenant import PracticeQuerySet
from reminders.plan import SkipReason
from reminders.wording import is_latin, not_gsm, pessimistic_parts


class MessageQuerySet(PracticeQuerySet["Message"]):
    """Questions about many messages."""

    def inbound(self) -> Self:
        """Texts from patients."""
        return self.filter(direction=Message.Direction.IN)

    def outbound(self) -> Self:
        """Texts to patients."""
        return self.filter(direction=Message.Direction.OUT)

    def due(self, now: datetime) -> Self:
        """Queued texts that may leave now, most urgent first."""
        return self.filter(state=Message.State.QUEUED, send_after__lte=now).order_by(
            "priority", F("useful_until").asc(nulls_last=True), "pk"
        )

    def practices_with_waiting(
        self, number: int, now: datetime
    ) -> "QuerySet[Message, Any]":
        """Practices that have so many reminders due to leave; as a subquery.

        What waits for the morning keeps nothing from being decided about.
        """
        waiting = self.filter(
            state=Message.State.QUEUED,
            priority=Message.Priority.VISIT,
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
        return self.filter(state=Message.State.SENDING, lease_until__lt=now)

    def unknown(self) -> Self:
        """Texts whose fate must be asked about before anything is sent again."""
        return self.filter(state=Message.State.UNKNOWN)

    def ranked_below(self, state: "Message.State") -> Self:
        """Texts that a report of `state` moves forward; see `Message.RANK`."""
        rank = Message.RANK[state]
        return self.filter(
            state__in=[known for known in Message.RANK if Message.RANK[known] < rank]
        )

    def went_out(self) -> Self:
        """Texts the patient has, or may have: all but those that surely never left."""
        return self.filter(state__in=Message.WENT_OUT)

    def unworked(self) -> Self:
        """Texts from patients that nothing has tried to understand, oldest first."""
        return self.inbound().filter(worked_at=None).order_by("created_at", "pk")

    def failed_since(self, moment: datetime) -> Self:
        """Texts to patients of which we learned since `moment` that they did not arrive."""
        return self.outbound().filter(
            state__in=[Message.State.UNDELIVERED, Message.State.FAILED],
            state_at__gte=moment,
        )

    def needing_staff(self) -> Self:
        """Texts from patients that nobody has dealt with, oldest first."""
        return (
            self.inbound()
            .filter(needs_staff=True, handled_at=None)
            .order_by("created_at", "pk")
        )


class Message(models.Model):
    """One text."""

    class Direction(models.TextChoices):
        """From us or to us."""

        OUT = "out", _("Sent")
        IN = "in", _("Received")

    class Kind(models.TextChoices):
        """What the text is."""

        REMINDER = "reminder", _("Reminder")
        # Apart from reminders, since the caps on those do not count it.
        BOOKING = "booking", _("Booking confirmation")
        STAFF = "staff", _("Written by staff")
        ANSWER = "answer", _("Automatic answer")
        # The one text that may pass the opt-out it confirms.
        OPT_OUT_CONFIRMATION = "opt_out_confirmation", _("Opt-out confirmation")
        OPT_IN_CONFIRMATION = "opt_in_confirmation", _("Opt-in confirmation")
        HELP = "help", _("Help")
        INBOUND = "inbound", _("From the patient")

    class State(models.TextChoices):
        """How far the text got."""

        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        UNKNOWN = "unknown", _("Outcome unknown")
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        UNDELIVERED = "undelivered", _("Not delivered")
        FAILED = "failed", _("Failed")
        WITHHELD = "withheld", _("Not sent")
        RECEIVED = "received", _("Received")

    # A receipt may only raise the rank; equal final states keep the first.
    RANK = {
        State.QUEUED: 0,
        State.SENDING: 1,
        State.UNKNOWN: 1,
        State.SENT: 2,
        State.UNDELIVERED: 3,
        State.FAILED: 3,
        State.DELIVERED: 4,
    }

    # Kinds about visits: they have hours, caps and a last-moment look at the visit.
    REMINDING = (Kind.REMINDER, Kind.BOOKING)
    # What the law asks for in answer to a patient's own text, opt-out or not.
    LAWFUL = (Kind.OPT_OUT_CONFIRMATION, Kind.OPT_IN_CONFIRMATION, Kind.HELP)
    WENT_OUT = (State.SENDING, State.UNKNOWN, State.SENT, State.DELIVERED)
    # Characters of `reason` and `why`; longer words of the provider are cut.
    LONGEST_REASON = 200

    class Priority(models.IntegerChoices):
        """Who goes first on a line that carries one part a second."""

        LEGAL = 0, _("Opt-out and help answers")
        CONVERSATION = 10, _("Answers and staff")
        VISIT = 20, _("Reminders, the next visit first")

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    # Of practice and phone alone there is no index: larger ones begin with them.
    phone = models.ForeignKey(
        Phone, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    line = models.ForeignKey(
        Line,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    direction = models.CharField(max_length=3, choices=Direction.choices)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    body = models.TextField()
    # The visit the text is about, where it is about one; reminders name theirs.
    appointment = models.ForeignKey(
        Appointment,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
    )
    created_at = models.DateTimeField()

    # Outbound: how it is sent.
    state = models.CharField(max_length=12, choices=State.choices)
    state_at = models.DateTimeField()
    encoding = models.CharField(max_length=4, blank=True)
    segments = models.PositiveSmallIntegerField(default=1)
    priority = models.PositiveSmallIntegerField(
        choices=Priority.choices, default=Priority.VISIT
    )
    send_after = models.DateTimeField(null=True, blank=True)
    # Nothing is sent at or after this instant (a reminder's visit has begun).
    useful_until = models.DateTimeField(null=True, blank=True)
    client_id = models.CharField(max_length=32, blank=True)
    provider_id = models.CharField(max_length=64, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the provider was last asked its fate.")
    )
    error_code = models.CharField(max_length=8, blank=True)
    reason = models.CharField(
        max_length=LONGEST_REASON, blank=True, help_text=_("In words.")
    )
    charge = models.DecimalField(
        max_digits=10, decimal_places=6, null=True, blank=True, help_text="Credits"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    # Inbound: what it meant, and whether staff have dealt with it. `needs_staff` is
    # set from the start: what we never get to understand is a person's to read.
    worked_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When it was understood and acted on.")
    )
    intent = models.CharField(max_length=16, blank=True)
    why = models.CharField(max_length=LONGEST_REASON, blank=True)
    is_fragment = models.BooleanField(
        default=False, help_text=_("One part of a long text, the others beside it.")
    )
    in_reply_to = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="replies",
        db_index=False,
    )
    needs_staff = models.BooleanField(default=False)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "client_id", condition=~Q(client_id=""), name="one_message_a_client_id"
            ),
            # The provider repeats callbacks: an inbound text is taken in once.
            models.UniqueConstraint(
                "practice",
                "provider_id",
                condition=Q(direction="in"),
                name="inbound_text_is_taken_in_once",
            ),
        ]
        indexes = MESSAGE_INDEXES

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}: {self.state}"

    def why_not(self) -> SkipReason | None:
        """Why the phone must not be sent this kind of text; None when it may."""
        if self.kind in self.LAWFUL:
            return None
        if self.kind in self.REMINDING:
            return self.phone.why_not()
        return self.phone.why_not_at_all()

    @property
    def max_parts(self) -> int:
        """How many parts the provider may split it into, at worst."""
        return pessimistic_parts(self.body)

    @property
    def travels_as_unicode(self) -> bool:
        """Whether some character needs Unicode on the wire.

        INFERRED: the provider takes the GSM alphabet as ISO-8859-1, so what is in the
        one but not in the other (the euro sign, Greek capitals) needs it as well.
        """
        return bool(not_gsm(self.body)) or not is_latin(self.body)

    @property
    def is_inbound(self) -> bool:
        """Whether the patient wrote it."""
        return self.direction == self.Direction.IN
