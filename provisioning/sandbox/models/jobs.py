"""Callbacks waiting to be posted to a customer's address."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F

from .gates import new_hex_id
from .texts import Text

# Minutes to wait before each repeat, counted from the previous try.
RECEIPT_WAITS = (2, 4, 8, 16, 32, 64, 128, 3 * 24 * 60)
INBOUND_WAITS = (2, 4, 8, 16, 25)


class CallbackJobQuerySet(models.QuerySet["CallbackJob"]):
    """Questions about many jobs."""

    def due(self, now: datetime) -> "CallbackJobQuerySet":
        """What should be posted by now, oldest first.

        Inbound texts are held back while their account has no credit left
        (Two-Way Technical Guide).
        """
        return (
            self.filter(state=CallbackJob.State.WAITING, due_at__lte=now)
            .exclude(kind=CallbackJob.Kind.INBOUND, text__account__credit__lte=0)
            .select_related(
                "text__connection",
                "text__account__number__connection",
                "text__integration",
            )
            .order_by("due_at", "pk")
        )


class CallbackJob(models.Model):
    """One receipt, or one part of an inbound text, with its tries so far.

    The address is not kept here: it is read when posting, so that a corrected
    reply path also serves what is still waiting.
    """

    class Kind(models.TextChoices):
        """What is posted."""

        RECEIPT = "receipt"
        INBOUND = "inbound"

    class State(models.TextChoices):
        """How far it got."""

        WAITING = "waiting"
        DONE = "done"
        GIVEN_UP = "given_up"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.ForeignKey(Text, on_delete=models.CASCADE, related_name="jobs")
    status = models.CharField(max_length=3, blank=True)
    message_id = models.CharField(max_length=32, default=new_hex_id)
    part = models.TextField(blank=True)
    udh = models.CharField(max_length=12, blank=True)
    event_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.WAITING
    )
    last_answer = models.CharField(max_length=200, blank=True)

    objects = CallbackJobQuerySet.as_manager()

    class Meta:
        ordering = ["-event_at", "-pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="sandbox_job_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"

    def claim(self, now: datetime) -> bool:
        """Count this try and set the next one; False when another thread has it."""
        wait = self.waits[min(self.tries, len(self.waits) - 1)]
        return bool(
            CallbackJob.objects.filter(
                pk=self.pk, state=self.State.WAITING, tries=self.tries
            ).update(tries=F("tries") + 1, due_at=now + timedelta(minutes=wait))
        )

    def settle(self, answer: str, *, delivered: bool) -> None:
        """Note how the claimed try went; after the last repeat it is given up."""
        state = self.State.WAITING
        if delivered:
            state = self.State.DONE
        elif self.tries >= len(self.waits):
            state = self.State.GIVEN_UP
        CallbackJob.objects.filter(pk=self.pk).update(
            state=state, last_answer=answer[:200]
        )

    @property
    def waits(self) -> tuple[int, ...]:
        """Minutes before each repeat of this kind of callback."""
        if self.kind == self.Kind.RECEIPT:
            return RECEIPT_WAITS
        return INBOUND_WAITS
