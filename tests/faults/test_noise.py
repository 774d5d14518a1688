"""One practice with very much to say, and texts that cannot be sent as they are."""

from datetime import timedelta

import pytest
from django.db import DataError, transaction

from reminders import clock
from reminders.models import Appointment, Message, Patient, Phone, Reminder
from reminders.plan import SkipReason
from tests import make
from tests.faults.lasting import unsettled
from tests.faults.processes import until

State = Message.State

# More than are filled in one go.
MANY = 600
FEW, EACH = 10, 2
# The many may be as many ahead of anybody else's first text; they are nearer.
AHEAD = 3


def test_it_lets_the_few_texts_of_ten_practices_go_beside_the_many_of_one(installation):
    """E30: the order at the provider, whatever the time."""
    provider = installation.provider
    loud = installation.line()
    quiet = [installation.line() for _each in range(FEW)]
    with transaction.atomic():
        crowd(loud.account.practice)
        for line in quiet:
            for _text in range(EACH):
                installation.reminder(line.account.practice, timedelta(hours=30))
    until(lambda: all(provider.taken_from(line.number) for line in quiet))
    order = [f"+{text.sender}" for text in provider.taken]
    for line in quiet:
        assert order[: order.index(line.number)].count(loud.number) <= AHEAD
    until(lambda: is_hushed(loud.account.practice))
    installation.until_settled()
    assert len(order) < len(provider.taken) < MANY
    for line in quiet:
        assert len(provider.taken_from(line.number)) == EACH


def is_hushed(practice):
    """Take back what has not left; a filling under way may have queued more by then."""
    with transaction.atomic():
        Reminder.objects.of(practice).drop(SkipReason.RULE_OFF, clock.now())
    return not unsettled().filter(practice=practice).exists()


def crowd(practice):
    """Very many visits of a day from now, all of them to be reminded of at once."""
    now = clock.now()
    phones = Phone.objects.bulk_create(
        Phone(practice=practice, number=make.next_number(), consented_at=now)
        for _each in range(MANY)
    )
    patients = Patient.objects.bulk_create(
        Patient(practice=practice, first_name="Ana", last_name="Sample", phone=phone)
        for phone in phones
    )
    starts_at, rule = now + timedelta(hours=25), make.make_rule(practice)
    visits = Appointment.objects.bulk_create(
        Appointment(
            practice=practice,
            patient=patient,
            clinician=make.make_clinician(practice),
            appointment_type=make.make_appointment_type(practice),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=30),
            booked_at=now - timedelta(days=30),
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
            due_at=now,
        )
        for visit in visits
    )


FINE = {
    "brackets": "A text that ends ]]>",
    "markup": "<b>&amp; 'quoted' \"twice\" <!-- -->",
    "emoji": "See you \N{WAVING HAND SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}",
    "euro": "20 \N{EURO SIGN} [or so] {really} ~",
    "lines": "One\nand two",
    # No XML has these in it, and none needs to: they travel as digits.
    "control": "A bell \a rings",
    "not a character": "No \ufffe character",
}
POISON = {
    "empty": "",
    "far too long": "0123456789" * 1024,
}
NO_NUMBERS = ("+1212<&>0121", "+", "nobody")


def test_it_fails_what_cannot_be_sent_and_nothing_that_travels_with_it(installation):
    """E31: all due at once, to a provider that reads as strictly as one can."""
    provider = installation.provider
    with transaction.atomic():
        fine = [installation.text(installation.line(), body) for body in FINE.values()]
        bad = [installation.text(installation.line(), body) for body in POISON.values()]
        for number in NO_NUMBERS:
            line = installation.line()
            phone = make.make_phone(line.account.practice, number)
            bad.append(make.make_message(phone, "A text.", now=clock.now()))
    installation.until_settled()
    assert sorted(text.text for text in provider.taken) == sorted(FINE.values())
    for text, state in [(each, State.SENT) for each in fine] + [
        (each, State.FAILED) for each in bad
    ]:
        text.refresh_from_db()
        assert (text.state, text.attempt) == (state, 1)
    assert not Message.objects.filter(state=State.FAILED, reason="").exists()
    # What no provider could take has not been put to it either.
    assert len(provider.heard) == len(FINE) + len(NO_NUMBERS)


@pytest.mark.parametrize("body", ["\0", "half \ud83d of it"], ids=ascii)
def test_it_cannot_even_keep_a_text_that_no_database_holds(installation, body):
    """E31: NUL and half a character; nothing of it can wait in the queue."""
    line = installation.line()
    with pytest.raises((DataError, UnicodeError)), transaction.atomic():
        installation.text(line, body)
    assert not Message.objects.of(line.account.practice).exists()
