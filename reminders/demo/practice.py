"""The demo practice: its people, its clinic, its patients' cards.

The account and the number come from a real sign-up (`signup`); this furnishes what
the owner would have typed in the weeks after it.
"""

from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import F

from provisioning.models import (
    Line,
    Membership,
    Practice,
    ProviderAccount,
    ProviderCall,
    StageChange,
    TwoWayTest,
    User,
)
from reminders import clinic, register
from reminders.demo import cast
from reminders.models import AppointmentType, Clinician, Patient, SendingPolicy

WORDING = "May we text you about your visits? Reply STOP to end, HELP for help."


@dataclass(frozen=True)
class Clinic:
    """The practice's rows by the names that the cast has for them."""

    practice: Practice
    desk: User
    clinicians: list[Clinician]
    kinds: dict[str, AppointmentType]
    patients: dict[str, Patient]


def furnish(practice: Practice, *, signed_up: datetime, now: datetime) -> Clinic:
    """Give a practice that has just signed up its colleagues, clinic and patients.

    Everything, the sign-up itself included, is dated back to `signed_up`, so that
    there can be a history since.
    """
    _date_back(practice, signed_up, now)
    desk = _hire(practice)[cast.DESK.email]
    clinic.furnish(practice)
    # A newcomer sees texts go at any hour of the day, wherever they are. A real
    # practice keeps the usual hours (`SendingPolicy`).
    SendingPolicy.objects.of(practice).update(
        weekday_from=time(0),
        weekday_to=time(23, 59),
        sunday_from=time(0),
        sunday_to=time(23, 59),
    )
    name, minutes, hue = cast.FOURTH_KIND
    AppointmentType.objects.create(
        practice=practice, name=name, minutes=minutes, hue=hue
    )
    return Clinic(
        practice=practice,
        desk=desk,
        clinicians=[
            Clinician.objects.create(practice=practice, name=name, hue=hue)
            for name, hue in cast.CLINICIANS
        ],
        kinds={kind.name: kind for kind in AppointmentType.objects.of(practice)},
        patients=_take_on(practice, desk, signed_up),
    )


def _date_back(practice: Practice, signed_up: datetime, now: datetime) -> None:
    """Move the sign-up back in time as a whole: stages, number and wire log."""
    account = ProviderAccount.objects.get(practice=practice)
    back = now - signed_up
    ProviderAccount.objects.filter(pk=account.pk).update(
        stage_since=F("stage_since") - back
    )
    StageChange.objects.filter(account=account).update(at=F("at") - back)
    ProviderCall.objects.filter(account=account).update(
        started_at=F("started_at") - back
    )
    TwoWayTest.objects.filter(line__account=account).update(
        started_at=F("started_at") - back, answered_at=F("answered_at") - back
    )
    Line.objects.filter(account=account).update(
        claimed_at=F("claimed_at") - back,
        proven_at=F("proven_at") - back,
        free_at=signed_up,
    )


def _hire(practice: Practice) -> dict[str, User]:
    hired = {}
    for colleague in cast.COLLEAGUES:
        user = User.objects.create_user(
            colleague.email,
            cast.OWNER.password,
            first_name=colleague.first_name,
            last_name=colleague.last_name,
        )
        Membership.objects.create(practice=practice, user=user, role=colleague.role)
        hired[colleague.email] = user
    return hired


def _take_on(practice: Practice, desk: User, at: datetime) -> dict[str, Patient]:
    patients: dict[str, Patient] = {}
    for person in cast.PATIENTS:
        card = Patient(
            practice=practice,
            first_name=person.first_name,
            last_name=person.last_name,
            preferred_name=person.preferred_name,
            date_of_birth=person.born,
            language=person.language,
            guardian=patients.get(person.guardian),
        )
        patients[person.name] = register.keep(
            card,
            number=person.phone,
            agreed=person.agreed if person.phone else "",
            wording=WORDING,
            by=desk,
            now=at,
        )
    return patients
