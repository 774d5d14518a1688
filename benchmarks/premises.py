"""What the sending engine is measured with: practices, and visits to remind of.

    python -m benchmarks.premises PRACTICES TEXTS_EACH queued|planned

Rows as the product itself would have written them: every text is a reminder of a visit
of a patient with a phone, so that every check has something to look at.
"""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import django

django.setup()

# The models cannot be imported before that.
# ruff: noqa: E402
from django.db.models import Model

from benchmarks.bare import BODY
from provisioning.models import Line, Practice, ProviderAccount, Stage
from reminders.models import (
    Appointment,
    AppointmentType,
    Clinician,
    Message,
    MessageTemplate,
    Patient,
    Phone,
    Reminder,
    ReminderRule,
    SendingPolicy,
)
from reminders.plan import Timing
from reminders.wording import DEFAULT_TEMPLATES, Kind, measure

Row = TypeVar("Row", bound=Model)

# Nothing goes before the measurement says so.
NOT_YET = datetime(2100, 1, 1, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)
# Nothing is quiet for the length of a measurement.
ALWAYS = {"weekday_from": "00:00", "sunday_from": "00:00"} | {
    "weekday_to": "23:59",
    "sunday_to": "23:59",
}


def open_practices(count: int, now: datetime) -> list[Practice]:
    """Make practices that may send at once, each with a number and its furniture."""
    practices = _store(
        Practice(name=f"Clinic {number}", phone="+12125550100")
        for number in range(count)
    )
    accounts = _store(
        ProviderAccount(
            practice=practice,
            stage=Stage.READY,
            stage_since=now,
            username=f"clinic{number}",
            api_id=f"{3_000_000 + number}",
        )
        for number, practice in enumerate(practices)
    )
    _store(
        Line(
            account=account,
            number=f"+1{2_000_000_000 + number}",
            claimed_at=now,
            proven_at=now,
            free_at=now,
        )
        for number, account in enumerate(accounts)
    )
    _store(SendingPolicy(practice=practice, **ALWAYS) for practice in practices)
    return practices


def remind(
    practices: Iterable[Practice], each: int, now: datetime, *, queued: bool
) -> None:
    """Make a patient of each practice with this many visits to be reminded of now.

    `queued`: the texts are written and wait for their line; else the reminders are due.
    Each visit is of another patient, as far as caps and merging are concerned.
    """
    practices = list(practices)
    doctors = _store(Clinician(practice=one, name="Dr. Sample") for one in practices)
    kinds = _store(AppointmentType(practice=one, name="Visit") for one in practices)
    rules = _store(
        ReminderRule(
            practice=one, name="Soon", timing_kind=Timing.HOURS_BEFORE, minutes=1440
        )
        for one in practices
    )
    _store(
        MessageTemplate(
            rule=rule, language="en", body=DEFAULT_TEMPLATES[Kind.SOON, "en"]
        )
        for rule in rules
    )
    places = [place for place in range(len(practices)) for _visit in range(each)]
    phones = _store(
        Phone(
            practice=practices[place],
            number=f"+1{3_000_000_000 + number}",
            consented_at=now,
        )
        for number, place in enumerate(places)
    )
    patients = _store(
        Patient(
            practice=practices[place],
            first_name="Maya",
            last_name="Sample",
            phone=phones[number],
        )
        for number, place in enumerate(places)
    )
    visits = _store(
        Appointment(
            practice=practices[place],
            patient=patients[number],
            clinician=doctors[place],
            appointment_type=kinds[place],
            starts_at=now + timedelta(days=1),
            ends_at=now + timedelta(days=1) + HALF_AN_HOUR,
            double_booked=True,
            booked_at=now - timedelta(days=30),
        )
        for number, place in enumerate(places)
    )
    texts: list[Any] = [None] * len(places)
    if queued:
        texts = _store(
            _text(visit, phones[number], now) for number, visit in enumerate(visits)
        )
    _store(
        Reminder(
            practice=visit.practice,
            appointment=visit,
            rule=rules[places[number]],
            starts_at=visit.starts_at,
            due_at=NOT_YET,
            state=Reminder.State.QUEUED if queued else Reminder.State.PLANNED,
            message=texts[number],
        )
        for number, visit in enumerate(visits)
    )


def _text(visit: Appointment, phone: Phone, now: datetime) -> Message:
    length = measure(BODY)
    return Message(
        practice=visit.practice,
        phone=phone,
        direction=Message.Direction.OUT,
        kind=Message.Kind.REMINDER,
        body=BODY,
        appointment=visit,
        state=Message.State.QUEUED,
        state_at=now,
        created_at=now,
        send_after=NOT_YET,
        useful_until=visit.starts_at,
        encoding=length.encoding,
        segments=length.segments,
    )


def _store(rows: Iterable[Row]) -> list[Row]:
    """Insert rows of one kind, a few thousand at a time."""
    rows = list(rows)
    type(rows[0])._default_manager.bulk_create(rows, batch_size=2000)
    return rows


if __name__ == "__main__":
    number, each = map(int, sys.argv[1:3])
    moment = datetime.now(UTC)
    remind(open_practices(number, moment), each, moment, queued=sys.argv[3] == "queued")
