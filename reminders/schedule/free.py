"""A clinician's time: told apart into taken and free, and held while it is given out."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from reminders.models import Appointment, Clinician
from reminders.plan import first_valid

# Free times are offered on quarter hours between these; the practice's real opening
# hours are not known to the app, and staff may type any time they like.
OFFERED_FROM, OFFERED_TO = time(8), time(18)
STEP = timedelta(minutes=15)
OFFERS = 3


class Taken(Exception):
    """The clinician has another visit then: `by`; `free` names the nearest free starts."""

    def __init__(self, by: Appointment, free: list[datetime]) -> None:
        super().__init__(_("The clinician has another visit at this time."))
        self.by = by
        self.free = free


@contextmanager
def time_of(appointment: Appointment, now: datetime) -> Iterator[None]:
    """Open a transaction that gives this visit its clinician's time, or raise Taken.

    The database refuses the overlap. That writers also queue for the clinician's row
    is only so that two of them cannot wait for each other's index entries (PostgreSQL
    would end one with a deadlock error instead of an answer).
    """
    try:
        with transaction.atomic():
            Clinician.objects.select_for_update(no_key=True).get(
                pk=appointment.clinician_id
            )
            yield
    except IntegrityError as error:
        other = (
            Appointment.objects.overlapping(
                appointment.clinician, appointment.starts_at, appointment.ends_at
            )
            .exclude(pk=appointment.pk)
            .filter(double_booked=False)
            .select_related("patient")
            .first()
        )
        if other is None:
            raise
        raise Taken(other, free_starts(appointment, now)) from error


def free_starts(appointment: Appointment, now: datetime) -> list[datetime]:
    """The free starts nearest to the one wanted, that day or the next, soonest first.

    `appointment` need not be saved: its clinician, start and length are looked at.
    """
    wanted = appointment.starts_at
    length = appointment.ends_at - wanted
    zone = appointment.practice.zone
    day = wanted.astimezone(zone).date()
    days = (day, day + timedelta(days=1))
    spans = [
        (first_valid(each, OFFERED_FROM, zone), first_valid(each, OFFERED_TO, zone))
        for each in days
    ]
    taken = list(
        Appointment.objects.overlapping(
            appointment.clinician, spans[0][0], spans[-1][1]
        )
        .exclude(pk=appointment.pk)
        .values_list("starts_at", "ends_at")
    )
    free = [
        start
        for opens, closes in spans
        for start in _steps(opens, closes - length)
        if start > now
        and not any(
            start < until and begins < start + length for begins, until in taken
        )
    ]
    nearest = sorted(free, key=lambda start: abs(start - wanted))[:OFFERS]
    return sorted(nearest)


def _steps(first: datetime, last: datetime) -> Iterator[datetime]:
    while first <= last:
        yield first
        first += STEP
