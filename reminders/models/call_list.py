"""CallListEntry: a patient who should be phoned, until someone ticks it off."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from provisioning.models import Practice, User
from reminders.models.appointment import Appointment
from reminders.models.patient import Patient
from reminders.models.tenant import PracticeQuerySet

LONGEST_NOTE = 200


class CallListQuerySet(PracticeQuerySet["CallListEntry"]):
    """Questions about the call list."""

    def open(self) -> Self:
        """Calls that nobody has made yet, soonest visit first."""
        return self.filter(done_at=None).order_by("appointment__starts_at", "pk")

    def ahead(self, now: datetime) -> Self:
        """Open calls about visits that have not begun: the others came too late."""
        return self.open().filter(appointment__starts_at__gt=now)

    def overtaken(self, now: datetime) -> Self:
        """Open calls about visits that have begun, the latest first."""
        begun = self.filter(done_at=None, appointment__starts_at__lte=now)
        return begun.order_by("-appointment__starts_at", "-pk")

    def after(self, starts_at: datetime, pk: int) -> Self:
        """Those behind this one in the order of `open`."""
        return self.filter(
            Q(appointment__starts_at__gt=starts_at)
            | Q(appointment__starts_at=starts_at, pk__gt=pk)
        )

    def done_since(self, moment: datetime) -> Self:
        """Calls that were made since then, the latest first."""
        return self.filter(done_at__gte=moment).order_by("-done_at", "-pk")

    def for_lists(self) -> Self:
        """With everything that a row on a page names, in one query."""
        return self.select_related(
            "patient__phone",
            "patient__guardian__phone",
            "appointment__clinician",
            "done_by",
            "tried_by",
        )

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
    """Somebody to phone, and why.

    Whom nobody reached stays on the list, with who tried last and how often.
    """

    class Outcome(models.TextChoices):
        """What came of the call."""

        SPOKE = "spoke", _("Spoke")
        LEFT_MESSAGE = "left_message", _("Left a message")
        WRONG_NUMBER = "wrong_number", _("Wrong number")
        NO_ANSWER = "no_answer", _("No answer")

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
    # Empty where it was ticked off without a word.
    outcome = models.CharField(max_length=12, blank=True, choices=Outcome.choices)
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    tried_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
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
            models.Index("practice", condition=Q(done_at=None), name="calls_open"),
            models.Index(fields=["practice", "-done_at"], name="calls_of_practice"),
        ]

    def __str__(self) -> str:
        return f"{self.patient}: {self.reason}"

    def tick_off(
        self, *, by: User | None, now: datetime, outcome: str = "", note: str = ""
    ) -> bool:
        """Note that the call was made; False when somebody had already noted it."""
        return (
            CallListEntry.objects.filter(pk=self.pk, done_at=None).update(
                done_at=now, done_by=by, outcome=outcome, note=note
            )
            == 1
        )

    def try_in_vain(self, *, by: User, now: datetime, note: str = "") -> bool:
        """Note that nobody answered; the call stays open. False when it was made."""
        return (
            CallListEntry.objects.filter(pk=self.pk, done_at=None).update(
                tries=F("tries") + 1, tried_at=now, tried_by=by, note=note
            )
            == 1
        )

    def put_back(self) -> bool:
        """Undo ticking it off; False when it is open, or the visit has another call."""
        again = CallListEntry.objects.filter(pk=self.pk, done_at__isnull=False)
        try:
            with transaction.atomic():
                return again.update(done_at=None, done_by=None, outcome="") == 1
        except IntegrityError:
            return False
