"""Appointment and its history.

    booked → confirmed | cancelled; after the start arrived → completed, or no_show

A move keeps the appointment and puts `confirmed` back to `booked`. Overlaps for one
clinician are refused by the database itself (an exclusion constraint on PostgreSQL,
triggers on SQLite; see the migration), unless staff double-book on purpose.
"""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from provisioning.models import Practice
from reminders.models.clinic import AppointmentType, Clinician
from reminders.models.patient import Patient, Phone, texts_go_to
from reminders.models.tenant import PracticeQuerySet


class AppointmentQuerySet(PracticeQuerySet["Appointment"]):
    """Questions about many appointments."""

    def standing(self) -> Self:
        """Appointments that are still going to happen, or happening."""
        return self.filter(state__in=Appointment.STANDING)

    def between(self, start: datetime, end: datetime) -> Self:
        """Appointments that begin in the half-open span [start, end)."""
        return self.filter(starts_at__gte=start, starts_at__lt=end)

    def upcoming(self, now: datetime) -> Self:
        """Standing appointments that have not begun, soonest first."""
        return self.filter(state__in=Appointment.UPCOMING, starts_at__gt=now).order_by(
            "starts_at", "pk"
        )

    def overlapping(self, clinician: Clinician, start: datetime, end: datetime) -> Self:
        """Standing appointments of a clinician that share time with [start, end)."""
        return self.standing().filter(
            clinician=clinician, starts_at__lt=end, ends_at__gt=start
        )

    def on_phone(self, phone: Phone) -> Self:
        """Appointments about which texts go to this phone.

        Whose that are is read at once: joined with what a list names, it would cost all
        appointments of the practice.
        """
        people = Patient.objects.filter(texts_go_to([phone]))
        return self.filter(patient__in=list(people.values_list("pk", flat=True)))

    def for_lists(self) -> Self:
        """With everything that a row on a page names, in one query."""
        return self.select_related(
            "patient__phone",
            "patient__guardian__phone",
            "clinician",
            "appointment_type",
        )


class Appointment(models.Model):
    """A patient comes to see a clinician at an instant."""

    class State(models.TextChoices):
        """Where the appointment stands."""

        BOOKED = "booked", _("Booked")
        CONFIRMED = "confirmed", _("Confirmed")
        CANCELLED = "cancelled", _("Cancelled")
        ARRIVED = "arrived", _("Arrived")
        COMPLETED = "completed", _("Completed")
        NO_SHOW = "no_show", _("No-show")

    UPCOMING = (State.BOOKED, State.CONFIRMED)
    STANDING = (State.BOOKED, State.CONFIRMED, State.ARRIVED, State.COMPLETED)

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="appointments", db_index=False
    )
    # Of these three alone there is no index: larger ones begin with them.
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="appointments", db_index=False
    )
    clinician = models.ForeignKey(
        Clinician, on_delete=models.PROTECT, related_name="appointments", db_index=False
    )
    appointment_type = models.ForeignKey(
        AppointmentType,
        on_delete=models.PROTECT,
        related_name="appointments",
        verbose_name=_("kind of visit"),
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.BOOKED)
    double_booked = models.BooleanField(
        _("double-booked on purpose"),
        default=False,
        help_text=_("May share the clinician's time with another appointment."),
    )
    booked_at = models.DateTimeField(help_text=_("When it was booked or last moved."))

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="ends_after_it_starts"
            )
        ]
        indexes = [
            models.Index("practice", "starts_at", name="appointments_by_start"),
            models.Index("clinician", "starts_at", name="appointments_by_clinician"),
            models.Index("patient", "starts_at", name="appointments_by_patient"),
        ]

    def __str__(self) -> str:
        return f"{self.patient}, {self.starts_at:%Y-%m-%d %H:%M} UTC"

    @property
    def is_upcoming(self) -> bool:
        """Whether it can still be confirmed, moved or cancelled."""
        return self.state in self.UPCOMING

    @property
    def local_start(self) -> datetime:
        """The start on the practice's wall clock."""
        return self.starts_at.astimezone(self.practice.zone)

    @property
    def local_end(self) -> datetime:
        """The end on the practice's wall clock."""
        return self.ends_at.astimezone(self.practice.zone)


class AppointmentEvent(models.Model):
    """One thing that happened to an appointment. Rows are only ever added."""

    class Kind(models.TextChoices):
        """What happened."""

        BOOKED = "booked", _("Booked")
        MOVED = "moved", _("Moved")
        CHANGED = "changed", _("Changed")
        CONFIRMED = "confirmed", _("Confirmed")
        CANCELLED = "cancelled", _("Cancelled")
        ARRIVED = "arrived", _("Arrived")
        COMPLETED = "completed", _("Completed")
        NO_SHOW = "no_show", _("No-show")
        REOPENED = "reopened", _("Put back to booked")

    class Source(models.TextChoices):
        """Who made it happen."""

        STAFF = "staff", _("Staff")
        PATIENT = "patient", _("Patient")
        IMPORT = "import", _("Import")

    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="events"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    source = models.CharField(max_length=8, choices=Source.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True
    )
    before = models.DateTimeField(null=True, blank=True, help_text=_("Old start"))
    after = models.DateTimeField(null=True, blank=True, help_text=_("New start"))
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"
