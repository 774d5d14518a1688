"""Heartbeat: which work a process has just done, so that silence can be noticed."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _

# Processes that were silent for so long are gone, and nobody asks about them any more.
KEPT = timedelta(days=1)


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    """Questions about the work of all processes."""

    def of_part(self, part: str) -> Self:
        """Who does this work, the last to have done it first."""
        return self.filter(part=part).order_by("-beat_at")

    def newest(self) -> dict[str, datetime]:
        """When each kind of work was last done, by whichever process."""
        return dict(self.order_by().values_list("part").annotate(Max("beat_at")))

    def working_since(self, moment: datetime) -> dict[str, datetime]:
        """Of processes that have worked since `moment`: when the first began, by part."""
        lately = self.filter(beat_at__gte=moment).order_by()
        return dict(lately.values_list("part").annotate(Min("started_at")))

    def beat(self, part: str, process: str, now: datetime) -> None:
        """Note that `process` has just done this work: one UPDATE, but for its first.

        No index holds `beat_at`, so that PostgreSQL updates the row in its own page.
        """
        if self.filter(part=part, process=process).update(beat_at=now):
            return
        self.filter(beat_at__lt=now - KEPT).delete()
        row = Heartbeat(part=part, process=process, started_at=now, beat_at=now)
        self.bulk_create([row], ignore_conflicts=True)


class Heartbeat(models.Model):
    """One kind of work of one process: since when it does it, and when last.

    A row of its own for each process: nobody waits for another's, and one that is
    stuck beside others that work can be told from them.
    """

    class Part(models.TextChoices):
        """What was done."""

        # Sent by beat, and arrived at a worker: all three parts are at work.
        BEAT = "beat", _("Clock")
        FILL = "fill", _("Planning")
        SEND = "send", _("Sending")
        RECONCILE = "reconcile", _("Asking about doubtful texts")
        WATCH = "watch", _("Watching")

    part = models.CharField(max_length=12, choices=Part.choices)
    # Host, process id and a few random characters: never the same after a restart.
    process = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        ordering = ["part", "process"]
        constraints = [
            models.UniqueConstraint("part", "process", name="one_heartbeat_a_process")
        ]

    def __str__(self) -> str:
        return f"{self.part} of {self.process}"
