"""Message: the ledger of every text in or out.

    queued → sending → sent → delivered | undelivered | failed
    `unknown` while an outcome is asked about, `withheld` when taken back in the queue

A message is never updated in meaning, only in delivery state, and that only moves
forward (`RANK`). The row exists, committed, before the request does.
"""

from typing import TypeAlias

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from provisioning.models import Line, Practice
from reminders.models import message_words
from reminders.models.appointment import Appointment
from reminders.models.message_indexes import MESSAGE_INDEXES
from reminders.models.message_queries import MessageQuerySet
from reminders.models.patient import Phone
from reminders.plan import SkipReason
from reminders.wording import is_latin, not_gsm, pessimistic_parts


class Message(models.Model):
    """One text."""

    Direction: TypeAlias = message_words.Direction
    Kind: TypeAlias = message_words.Kind
    State: TypeAlias = message_words.State
    Priority: TypeAlias = message_words.Priority
    RANK = message_words.RANK
    REMINDING = message_words.REMINDING
    LAWFUL = message_words.LAWFUL
    WENT_OUT = message_words.WENT_OUT
    # Characters of `reason` and `why`; longer words of the provider are cut.
    LONGEST_REASON = 200

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
