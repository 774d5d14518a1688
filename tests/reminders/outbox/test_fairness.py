"""One practice that has thousands due at once does not keep the others waiting.

Nothing is timed: a round is one filling and one claiming, as each second brings one.
"""

from datetime import datetime, timedelta

import pytest

from provisioning.models import Practice
from reminders import outbox
from reminders.models import Appointment, Message, Patient, Phone, Reminder
from reminders.outbox import filling
from tests import make

pytestmark = pytest.mark.django_db

# A filling looks at 200: three rounds would end before the large one's are through.
IMPORTED, SMALL_PRACTICES = 1_000, 40
A_SECOND = timedelta(seconds=1)


def come_due(practice: Practice, number: int, starts_at: datetime) -> None:
    """Have so many reminders due now, each of a patient with a phone of their own."""
    clinician = make.make_clinician(practice)
    kind = make.make_appointment_type(practice)
    rule = make.make_rule(practice)
    phones = Phone.objects.bulk_create(
        Phone(practice=practice, number=make.next_number(), consented_at=make.NOW)
        for _phone in range(number)
    )
    patients = Patient.objects.bulk_create(
        Patient(practice=practice, first_name="Ana", last_name="Sample", phone=phone)
        for phone in phones
    )
    visits = Appointment.objects.bulk_create(
        Appointment(
            practice=practice,
            patient=patient,
            clinician=clinician,
            appointment_type=kind,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=30),
            booked_at=make.NOW - timedelta(days=30),
            double_booked=True,
        )
        for patient in patients
    )
    Reminder.objects.bulk_create(
        Reminder(
            practice=practice,
            appointment=visit,
            rule=rule,
            starts_at=starts_at,
            due_at=make.NOW,
        )
        for visit in visits
    )


@pytest.fixture
def large() -> Practice:
    """A practice that has imported its book; its visits are the soonest of all."""
    practice = make.make_ready_practice(name="Harbour Hospital")
    come_due(practice, IMPORTED, make.at("2026-03-03", "09:00"))
    return practice


@pytest.fixture
def small(large: Practice) -> list[Practice]:
    """Practices with one reminder each, which came due at the same moment."""
    practices = [make.make_ready_practice() for _practice in range(SMALL_PRACTICES)]
    for practice in practices:
        come_due(practice, 1, make.at("2026-03-05", "14:30"))
    return practices


def served(rounds: int) -> list[int]:
    """Fill and claim so often; return whose texts were claimed, in order."""
    claimed: list[int] = []
    for number in range(rounds):
        now = make.NOW + number * A_SECOND
        outbox.fill(now)
        claimed += [text.practice_id for text in outbox.claim(now)]
    return claimed


def test_every_small_practice_is_served_within_a_few_rounds(small):
    assert {practice.pk for practice in small} <= set(served(rounds=3))


def test_the_large_one_has_its_second_too(large, small):
    assert served(rounds=3).count(large.pk) == 3


def test_none_is_left_planned_for_good(large, small):
    """What a round does not take stays planned, and is neither skipped nor lost."""
    served(rounds=3)
    decided = Reminder.objects.exclude(state=Reminder.State.PLANNED)
    assert not decided.filter(state=Reminder.State.SKIPPED).exists()
    assert decided.count() == Message.objects.count()


def test_a_practice_has_no_more_texts_waiting_than_its_line_carries_soon(large, small):
    for second in range(4):
        outbox.fill(make.NOW + second * A_SECOND)
    waiting = Message.objects.of(large).filter(state=Message.State.QUEUED)
    assert waiting.count() == filling.AHEAD
    for text in outbox.claim(make.NOW + 5 * A_SECOND):
        text.delete()
    outbox.fill(make.NOW + 6 * A_SECOND)
    assert waiting.count() > filling.AHEAD


def test_texts_that_wait_for_one_line_keep_no_other_waiting(small, large):
    phone = large.phones.first()
    for _text in range(60):
        make.make_message(phone, priority=Message.Priority.LEGAL)
    quiet = small[-1]
    make.make_message(quiet.phones.get())
    assert quiet.pk in [text.practice_id for text in outbox.claim(make.NOW)]
