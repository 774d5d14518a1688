"""The verbs of an appointment. Each changes it, its history and its reminders at once.

Every change is one conditional UPDATE on the state and the start that the caller has
seen, so of two people who change the same visit the second is told.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from provisioning.models import Practice, User
from reminders.models import (
    Appointment,
    AppointmentEvent,
    AppointmentType,
    CallListEntry,
    Clinician,
    Patient,
)
from reminders.plan import SkipReason
from reminders.schedule.free import time_of
from reminders.schedule.planning import Circumstances, bring_in_line, plan_reminders

log = structlog.get_logger(__name__)

State = Appointment.State
Kind = AppointmentEvent.Kind
Source = AppointmentEvent.Source

# What `mark` may make of a visit, and from which states.
MARKS: dict[str, tuple[State, ...]] = {
    State.ARRIVED: Appointment.UPCOMING,
    State.COMPLETED: (State.ARRIVED, *Appointment.UPCOMING),
    State.NO_SHOW: Appointment.UPCOMING,
    State.BOOKED: (
        State.CONFIRMED,
        State.CANCELLED,
        State.ARRIVED,
        State.COMPLETED,
        State.NO_SHOW,
    ),
}
LONGEST_REASON = 200


class NotPossible(Exception):
    """The visit does not allow this any more; its text says why, to staff."""


def book(
    practice: Practice,
    *,
    patient: Patient,
    clinician: Clinician,
    appointment_type: AppointmentType,
    starts_at: datetime,
    by: User | None,
    now: datetime,
    double_booked: bool = False,
    source: Source = Source.STAFF,
) -> Appointment:
    """Book a visit of the type's length, and plan its reminders.

    Raises Taken when the clinician has another visit then, unless it is double-booked
    on purpose; NotPossible for a start that has passed; ValueError for a patient,
    clinician or type of another practice.
    """
    owners = {patient.practice_id, clinician.practice_id, appointment_type.practice_id}
    if owners != {practice.pk}:
        raise ValueError("Patient, clinician and type belong to one practice.")
    _refuse_past(starts_at, now)
    appointment = Appointment(
        practice=practice,
        patient=patient,
        clinician=clinician,
        appointment_type=appointment_type,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=appointment_type.minutes),
        double_booked=double_booked,
        booked_at=now,
    )
    with time_of(appointment, now):
        appointment.save()
        _remember(appointment, Kind.BOOKED, source, by, now, after=starts_at)
        plan_reminders(appointment, now=now)
    log.info("visit booked", appointment=appointment.pk, practice=practice.pk)
    return appointment


def move(
    appointment: Appointment,
    *,
    starts_at: datetime,
    clinician: Clinician | None = None,
    appointment_type: AppointmentType | None = None,
    by: User | None,
    now: datetime,
    double_booked: bool = False,
    source: Source = Source.STAFF,
) -> Appointment:
    """Give the visit another time, clinician or type; its length follows the type.

    Another time puts a confirmed visit back to booked and plans its reminders anew;
    without one the visit stays as it is but for the clinician and the type. Raises
    Taken and NotPossible.
    """
    before = appointment.starts_at
    moved = starts_at != before
    if moved:
        _refuse_past(starts_at, now)
    wanted = Appointment(
        pk=appointment.pk,
        practice=appointment.practice,
        clinician=clinician or appointment.clinician,
        appointment_type=appointment_type or appointment.appointment_type,
        starts_at=starts_at,
        # A visit that shares its time keeps that until it gets another.
        double_booked=double_booked or (appointment.double_booked and not moved),
    )
    length = timedelta(minutes=wanted.appointment_type.minutes)
    wanted.ends_at = starts_at + length
    changes: dict[str, Any] = {
        "starts_at": starts_at,
        "ends_at": wanted.ends_at,
        "clinician": wanted.clinician,
        "appointment_type": wanted.appointment_type,
        "double_booked": wanted.double_booked,
    }
    if moved:
        changes |= {"state": State.BOOKED, "booked_at": now}
    with time_of(wanted, now):
        _change(appointment, Appointment.UPCOMING, **changes)
        if moved:
            appointment.reminders.filter(starts_at=before).drop(SkipReason.MOVED, now)
            plan_reminders(appointment, now=now)
        else:
            circumstances = Circumstances.of(appointment.practice)
            bring_in_line([appointment], circumstances, now=now)
        kind = Kind.MOVED if moved else Kind.CHANGED
        _remember(appointment, kind, source, by, now, before=before, after=starts_at)
        _settle_calls(appointment, by, now)
    log.info("visit moved", appointment=appointment.pk, other_time=moved)
    return appointment


def cancel(
    appointment: Appointment,
    *,
    by: User | None,
    now: datetime,
    source: Source = Source.STAFF,
    reason: str = "",
) -> Appointment:
    """Call the visit off, and its reminders with it. Raises NotPossible."""
    with transaction.atomic():
        _change(appointment, Appointment.UPCOMING, state=State.CANCELLED)
        appointment.reminders.all().drop(SkipReason.CANCELLED, now)
        _remember(appointment, Kind.CANCELLED, source, by, now, reason=reason)
        _settle_calls(appointment, by, now)
    log.info("visit cancelled", appointment=appointment.pk)
    return appointment


def confirm(
    appointment: Appointment,
    *,
    by: User | None,
    now: datetime,
    source: Source = Source.STAFF,
) -> Appointment:
    """Note that the patient is coming; a visit confirmed before stays as it is.

    Raises NotPossible once the visit has begun or is not to be.
    """
    with transaction.atomic():
        if _still(appointment).filter(state=State.CONFIRMED).exists():
            appointment.refresh_from_db()
            return appointment
        if appointment.starts_at <= now:
            raise NotPossible(_("The visit has already begun."))
        _change(appointment, (State.BOOKED,), state=State.CONFIRMED)
        appointment.reminders.filter(rule__skips_confirmed=True).drop(
            SkipReason.ALREADY_CONFIRMED, now
        )
        _remember(appointment, Kind.CONFIRMED, source, by, now)
    log.info("visit confirmed", appointment=appointment.pk, source=source.value)
    return appointment


def mark(
    appointment: Appointment, state: str, *, by: User | None, now: datetime
) -> Appointment:
    """Note that the patient arrived, was seen or never came; or put back to booked.

    Putting back a cancelled visit wants its time again and may raise Taken. Raises
    NotPossible for what cannot follow the present state, or is too early to say.
    """
    if state not in MARKS:
        raise NotPossible(_("A visit cannot be marked as that."))
    if state == State.BOOKED:
        return _reopen(appointment, by=by, now=now)
    _refuse_too_early(appointment, state, now)
    with transaction.atomic():
        _change(appointment, MARKS[state], state=state)
        appointment.reminders.all().drop(SkipReason.VISIT_STARTED, now)
        _remember(appointment, Kind(state), Source.STAFF, by, now)
    log.info("visit marked", appointment=appointment.pk, state=str(state))
    return appointment


def _reopen(appointment: Appointment, *, by: User | None, now: datetime) -> Appointment:
    ahead = appointment.starts_at > now
    # Its plan starts over, as at a booking.
    again = {"booked_at": now} if ahead else {}
    with time_of(appointment, now):
        _change(appointment, MARKS[State.BOOKED], state=State.BOOKED, **again)
        if ahead:
            plan_reminders(appointment, now=now)
        _remember(appointment, Kind.REOPENED, Source.STAFF, by, now)
    log.info("visit reopened", appointment=appointment.pk)
    return appointment


def _refuse_past(starts_at: datetime, now: datetime) -> None:
    if starts_at <= now:
        raise NotPossible(_("This time has already passed."))


def _refuse_too_early(appointment: Appointment, state: str, now: datetime) -> None:
    zone = appointment.practice.zone
    today = now.astimezone(zone).date()
    if appointment.starts_at.astimezone(zone).date() > today:
        raise NotPossible(_("The visit is on a later day."))
    if state == State.NO_SHOW and appointment.starts_at > now:
        raise NotPossible(_("The visit has not begun yet."))


def _still(appointment: Appointment) -> QuerySet[Appointment]:
    """The row, as long as it has the start that the caller has seen."""
    return Appointment.objects.filter(
        pk=appointment.pk, starts_at=appointment.starts_at
    )


def _change(
    appointment: Appointment, before: tuple[State, ...], **changes: Any
) -> None:
    """Change the row if it is in one of these states; refresh it, or raise NotPossible."""
    changed = _still(appointment).filter(state__in=before).update(**changes)
    if not changed:
        raise NotPossible(_why_not(appointment))
    appointment.refresh_from_db(fields=["state", *changes])


def _why_not(appointment: Appointment) -> str:
    present = Appointment.objects.get(pk=appointment.pk)
    if present.starts_at != appointment.starts_at:
        return _("Somebody has moved this visit meanwhile.")
    return _("This is not possible any more: the visit is marked “%(state)s”.") % {
        "state": present.get_state_display()
    }


def _remember(
    appointment: Appointment,
    kind: Kind,
    source: Source,
    by: User | None,
    now: datetime,
    *,
    before: datetime | None = None,
    after: datetime | None = None,
    reason: str = "",
) -> None:
    AppointmentEvent.objects.create(
        appointment=appointment,
        kind=kind,
        source=source,
        at=now,
        by=by,
        before=before,
        after=after,
        reason=reason[:LONGEST_REASON],
    )


def _settle_calls(appointment: Appointment, by: User | None, now: datetime) -> None:
    """Staff who change a visit have spoken to the patient: tick the open call off."""
    if by is not None:
        CallListEntry.objects.open().filter(appointment=appointment).update(
            done_at=now, done_by=by
        )
