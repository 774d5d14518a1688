"""Days as people at the desk read them: visits, what was said about them, free time.

Questions only; nothing here changes a row. Each function costs a fixed number of
queries, however many visits a day has.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery

from provisioning.models import Practice
from reminders.models import (
    Appointment,
    AppointmentType,
    Clinician,
    Message,
    Patient,
    Reminder,
)
from reminders.models.appointment import AppointmentQuerySet
from reminders.models.patient import PatientQuerySet
from reminders.plan import SKIP_WORDS

QUARTER = timedelta(minutes=15)
WORTH_OFFERING = timedelta(minutes=15)
"""A shorter gap between two visits is not shown as free."""


@dataclass(frozen=True)
class Entry:
    """One visit, its reminders, and the patient's last word about it."""

    visit: Appointment
    reminders: Sequence[Reminder]
    reply: Message | None

    @property
    def sent(self) -> Reminder | None:
        """The last reminder that became a text; its message has the state."""
        told = [r for r in self.reminders if r.message]
        return told[-1] if told else None

    @property
    def upcoming(self) -> Reminder | None:
        """The next reminder that is still to go."""
        planned = (r for r in self.reminders if r.state == Reminder.State.PLANNED)
        return next(planned, None)

    @property
    def obstacle(self) -> str:
        """Why texts do not reach this patient at all, whatever is planned."""
        return obstacle(self.visit.patient)

    @property
    def why_silent(self) -> str:
        """Why the patient will hear nothing more, in a sentence; "" if they will."""
        if not self.visit.is_upcoming:
            return ""
        if self.obstacle or self.sent or self.upcoming:
            return self.obstacle
        skipped = [r for r in self.reminders if r.skip_reason]
        return skipped[-1].skip_words if skipped else ""

    @property
    def reply_waits(self) -> bool:
        """Whether the patient wrote something that staff have not dealt with."""
        reply = self.reply
        return bool(reply and reply.needs_staff and not reply.handled_at)

    @property
    def is_unconfirmed(self) -> bool:
        """Whether the visit is still to come and nobody has said yes to it."""
        return self.visit.state == Appointment.State.BOOKED


def obstacle(patient: Patient) -> str:
    """Why no reminder reaches this patient by text, in a sentence; "" if one does."""
    reason = patient.why_not()
    return str(SKIP_WORDS[reason]) if reason else ""


def entries(practice: Practice, start: datetime, end: datetime) -> list[Entry]:
    """Visits that begin in [start, end), in order of time; three queries."""
    visits = Appointment.objects.of(practice).between(start, end)
    return as_entries(practice, visits.order_by("starts_at", "clinician__name", "pk"))


def as_entries(practice: Practice, rows: AppointmentQuerySet) -> list[Entry]:
    """Put each visit beside its reminders and what the patient said; three queries.

    A text that names no visit counts for every visit of its phone until staff have
    dealt with it: better one glance too many than a cancellation overlooked.
    """
    reminders = Reminder.objects.select_related("message", "held_by").order_by(
        "due_at", "pk"
    )
    visits = list(rows.for_lists().prefetch_related(Prefetch("reminders", reminders)))
    phones = {p.pk for v in visits if (p := v.patient.texts_go_to)}
    texts = (
        Message.objects.of(practice)
        .inbound()
        .filter(
            Q(appointment__in=visits)
            | Q(phone__in=phones, needs_staff=True, handled_at=None, appointment=None)
        )
        .order_by("created_at", "pk")
    )
    by_visit: dict[int, Message] = {}
    by_phone: dict[int, Message] = {}
    for text in texts:
        if text.appointment_id:
            by_visit[text.appointment_id] = text
        else:
            by_phone[text.phone_id] = text
    return [
        Entry(
            visit=visit,
            reminders=_for_this_start(visit),
            reply=by_phone.get(_phone_id(visit)) or by_visit.get(visit.pk),
        )
        for visit in visits
    ]


def _for_this_start(visit: Appointment) -> list[Reminder]:
    """Reminders of where the visit stands now, not of where it was before a move."""
    return [r for r in visit.reminders.all() if r.starts_at == visit.starts_at]


def _phone_id(visit: Appointment) -> int:
    phone = visit.patient.texts_go_to
    return phone.pk if phone else 0


@dataclass(frozen=True)
class Gap:
    """Time in which a clinician sees nobody."""

    start: datetime
    end: datetime

    @property
    def minutes(self) -> int:
        """Its length."""
        return int((self.end - self.start).total_seconds() // 60)


def with_gaps(
    day: Iterable[Entry], opens: datetime, closes: datetime
) -> list[Entry | Gap]:
    """One clinician's visits in order of time, and the free time around them.

    Cancelled visits and no-shows take no time; double-booked ones share theirs.
    """
    rows: list[Entry | Gap] = []
    free_from = opens
    for entry in day:
        visit = entry.visit
        if visit.state in Appointment.STANDING:
            rows += _gap(free_from, min(visit.starts_at, closes))
            free_from = max(free_from, visit.ends_at)
        rows.append(entry)
    return rows + _gap(free_from, closes)


def _gap(start: datetime, end: datetime) -> list[Entry | Gap]:
    return [Gap(start, end)] if end - start >= WORTH_OFFERING else []


def next_quarter(moment: datetime) -> datetime:
    """The first quarter hour at or after this moment."""
    return moment + (datetime.min.replace(tzinfo=moment.tzinfo) - moment) % QUARTER


def with_next_visit(patients: PatientQuerySet, now: datetime) -> PatientQuerySet:
    """Patients with `next_visit`: when they come next, or null."""
    upcoming = Appointment.objects.upcoming(now).filter(patient=OuterRef("pk"))
    return patients.annotate(next_visit=Subquery(upcoming.values("starts_at")[:1]))


@dataclass(frozen=True)
class FirstSteps:
    """What a new practice has already put in place."""

    clinicians: bool
    kinds: bool
    patients: bool
    visits: bool

    @property
    def all_taken(self) -> bool:
        """Whether the practice is past its first steps."""
        return self.clinicians and self.kinds and self.patients and self.visits


def first_steps(practice: Practice) -> FirstSteps:
    """Look whether there is anything yet to work with; one query."""
    found = (
        Practice.objects.filter(pk=practice.pk)
        .values(
            has_clinicians=Exists(
                Clinician.objects.of(practice).filter(is_active=True)
            ),
            has_kinds=Exists(
                AppointmentType.objects.of(practice).filter(is_active=True)
            ),
            has_patients=Exists(Patient.objects.of(practice)),
            has_visits=Exists(Appointment.objects.of(practice)),
        )
        .get()
    )
    return FirstSteps(
        clinicians=found["has_clinicians"],
        kinds=found["has_kinds"],
        patients=found["has_patients"],
        visits=found["has_visits"],
    )
