"""Bringing upcoming visits in line with what changed beneath them.

Whoever saves a rule, the sending hours, closed days, a practice's time zone or a
patient's calls the verb for it here in the same transaction. `replan_everywhere` finds
what nobody told: newly released zone data, and rows that were changed by hand.

Visits are taken a few hundred at a time, each batch in a transaction of its own where
the caller has none.
"""

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Q

from provisioning.models import Practice
from reminders.models import Appointment, Patient
from reminders.models.appointment import AppointmentQuerySet
from reminders.schedule.planning import Circumstances, bring_in_line

log = structlog.get_logger(__name__)

VISITS_AT_A_TIME = 200


def replan_practice(practice: Practice, *, now: datetime) -> int:
    """Follow the practice's rules, sending hours, working days and time zone.

    A rule that should have spoken before it was made stays silent about those visits.
    As the others here, returns how many reminders are new, moved or dropped.
    """
    return _replan(practice, Appointment.objects.of(practice), now)


def replan_patient(patient: Patient, *, now: datetime) -> int:
    """Follow the time zone of a patient, or of the guardian who has the phone."""
    theirs = Q(patient=patient) | Q(patient__guardian=patient)
    visits = Appointment.objects.of(patient.practice).filter(theirs)
    return _replan(patient.practice, visits, now)


def replan_everywhere(*, now: datetime) -> int:
    """Go through all practices, so that nothing stays planned by what held once."""
    upcoming = Appointment.objects.upcoming(now).order_by().values("practice")
    practices = Practice.objects.filter(pk__in=upcoming).order_by("pk")
    return sum(replan_practice(practice, now=now) for practice in practices)


def _replan(practice: Practice, visits: AppointmentQuerySet, now: datetime) -> int:
    circumstances = Circumstances.of(practice)
    upcoming = visits.upcoming(now)
    ids = list(upcoming.values_list("pk", flat=True))
    moved = 0
    for first in range(0, len(ids), VISITS_AT_A_TIME):
        with transaction.atomic():
            batch = (
                upcoming.filter(pk__in=ids[first : first + VISITS_AT_A_TIME])
                .select_related("patient__guardian")
                .select_for_update(of=("self",), no_key=True)
            )
            moved += bring_in_line(list(batch), circumstances, now=now)
    if moved:
        log.info("reminders replanned", practice=practice.pk, moved=moved)
    return moved
