"""RefusedCallback: somebody knocked where only the provider does, and was sent away."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from provisioning.models import Practice
from reminders.models.tenant import PracticeQuerySet

# A flood writes once a second; what comes in between is not counted.
COUNTED_EVERY = timedelta(seconds=1)
# Refusals so far apart are no one story: the count starts over.
FORGOTTEN = timedelta(days=1)


class RefusedCallbackQuerySet(PracticeQuerySet["RefusedCallback"]):
    """Questions about callbacks that were sent away."""

    def note(self, practice: Practice | None, reason: str, now: datetime) -> None:
        """Count one more; `practice` is None where the address names nobody."""
        row = self.filter(practice=practice, reason=reason)
        if row.filter(last_at__gt=now - COUNTED_EVERY).exists():
            return
        if row.filter(last_at__gt=now - FORGOTTEN).update(
            last_at=now, times=F("times") + 1
        ):
            return
        if row.update(first_at=now, last_at=now, times=1):
            return
        new = RefusedCallback(
            practice=practice, reason=reason, first_at=now, last_at=now, times=1
        )
        self.bulk_create([new], ignore_conflicts=True)


class RefusedCallback(models.Model):
    """Callbacks refused for one reason: from when to when, and how often at least.

    What was posted is not kept: whoever posts it is not known.
    """

    class Reason(models.TextChoices):
        """Why."""

        STRANGER = "stranger", _("An address that is nobody’s")
        PASSWORD = "password", _("Without the password")
        UNREADABLE = "unreadable", _("Cannot be read")

    practice = models.ForeignKey(
        Practice,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="refused_callbacks",
    )
    reason = models.CharField(max_length=12, choices=Reason.choices)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField()

    objects = RefusedCallbackQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "practice", "reason", name="one_refusal_a_practice_and_reason"
            ),
            models.UniqueConstraint(
                "reason", condition=Q(practice=None), name="one_refusal_of_strangers"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.times}"
