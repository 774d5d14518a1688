"""CallListEntry: a patient who should be phoned, until someone ticks it off."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from provisioning.models import Practice, User
from reminders.models.appointment import Appointment
from reminders.models.patient import Patient
from reminders.models.tenant import PracticeQuerySet


class CallListQuerySet(PracticeQuerySet["CallListEntry"]):
    """Questions about the call list."""

    def open(self) -> Self:
        """Calls that nobody has made yet, soonest visit first."""
        return self.filter(done_at=None).order_by("appointment__starts_at", "pk")

    def put_down(
        self, visits: Iterable[Appointment], reason: str, now: datetime
    ) -> None:
        """Ask staff to phone about these visits; a call that is open already stands."""
        self.bulk_create(
            (
                CallListEntry(
                    practice_id=visit.practice_id,
                    patient_id=visit.patient_id,
                    appointment=visit,
                    reason=reason,
                    created_at=now,
                )
                for visit in visits
            ),
            ignore_conflicts=True,
        )

    def put_first(
        self, visits: Iterable[Appointment], reason: str, now: datetime
    ) -> None:
        """As `put_down`, but the new reason replaces that of an open call."""
        visits = list(visits)
        self.open().filter(appointment__in=visits).update(reason=reason)
        self.put_down(visits, reason, now)


class CallListEntry(models.Model):
    """Somebody to phone, and why."""

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="call_list"
    )
    patient = models.ForeignKey(
        Patient, on_delete=models.CASCADE, related_name="call_list"
    )
    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="call_list"
    )
    reason = models.CharField(max_length=200, help_text=_("A sentence for staff."))
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True
    )

    objects = CallListQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "call list"
        constraints = [
            models.UniqueConstraint(
                "appointment", condition=Q(done_at=None), name="one_open_call_a_visit"
            )
        ]
        indexes = [
            models.Index("practice", condition=Q(done_at=None), name="calls_open")
        ]

    def __str__(self) -> str:
        return f"{self.patient}: {self.reason}"

    def tick_off(self, *, by: User | None, now: datetime) -> bool:
        """Note that the call was made; False when somebody had already noted it."""
        return (
            CallListEntry.objects.filter(pk=self.pk, done_at=None).update(
                done_at=now, done_by=by
            )
            == 1
        )
