"""Composing: the words of a text, and what may be put into the queue."""

from datetime import timedelta

import pytest

from reminders.models import Message, Phone
from reminders.outbox import (
    CannotText,
    compose,
    compose_list,
    queue_text,
)
from reminders.outbox.composing import phone_words
from reminders.wording import Kind
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW


@pytest.fixture
def phone():
    return make.make_phone(make.make_practice())


def queue(phone, body="Please bring your card.", kind=Message.Kind.STAFF, **fields):
    return queue_text(phone, body, kind=kind, now=NOW, **fields)


def test_it_queues_what_staff_write(phone):
    user = make.make_user()
    text = queue(phone, by=user)
    text.refresh_from_db()
    assert (text.kind, text.state, text.by) == ("staff", "queued", user)
    assert (text.practice, text.phone) == (phone.practice, phone)
    assert (text.send_after, text.useful_until) == (NOW, None)
    assert text.priority == Message.Priority.CONVERSATION


def test_it_mends_and_measures(phone):
    text = queue(phone, "  “María’s” card\u2026 ")
    assert text.body == '"María\'s" card...'
    assert (text.encoding, text.segments) == ("ucs2", 1)


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ({"opted_out_at": NOW}, "opted out"),
        ({"paused_at": NOW}, "asked us to stop"),
        ({"reach": Phone.Reach.LANDLINE}, "landline"),
    ],
)
def test_it_refuses_to_write_where_it_must_not(phone, column, words):
    Phone.objects.update(**column)
    phone.refresh_from_db()
    with pytest.raises(CannotText, match=words):
        queue(phone)
    assert queue(phone, kind=Message.Kind.OPT_OUT_CONFIRMATION).pk


@pytest.mark.parametrize(
    ("body", "words"), [(" \u200b ", "Write a text"), ("x" * 1000, "too long")]
)
def test_it_refuses_what_is_no_text(phone, body, words):
    with pytest.raises(CannotText, match=words):
        queue(phone, body)
    assert not Message.objects.exists()


def test_it_confirms_an_opt_out_within_five_minutes_or_not_at_all(phone):
    text = queue(phone, kind=Message.Kind.OPT_OUT_CONFIRMATION)
    assert text.useful_until == NOW + timedelta(minutes=5)


def visits(*clocks):
    practice = make.make_practice()
    return [
        make.make_appointment(
            make.make_patient(practice, name), make.at(*clock.split())
        )
        for name, clock in zip(("Ana", "Leo"), clocks, strict=False)
    ]


def test_it_speaks_of_one_visit():
    (visit,) = visits("2026-03-05 14:30")
    assert compose(Kind.CONFIRMED_THANKS, visit.practice, "en", [visit]) == (
        "Lakeside Clinic: thank you, your visit Thu Mar 5 at 2:30 PM is confirmed. "
        "To change it, call 212-555-0100."
    )


@pytest.mark.parametrize(
    ("second", "times"),
    [
        ("2026-03-05 15:00", "Thu Mar 5 at 2:30 PM, 3:00 PM"),
        ("2026-03-06 15:00", "Thu Mar 5 at 2:30 PM, Fri Mar 6 3:00 PM"),
    ],
)
def test_it_speaks_of_two_visits(second, times):
    both = visits("2026-03-05 14:30", second)
    text = compose(Kind.CONFIRMED_THANKS, both[0].practice, "en", both)
    assert f"your visit {times} is confirmed" in text


def test_it_speaks_of_the_practice_alone(phone):
    text = compose(Kind.HELP, phone.practice, "es")
    assert text.startswith("Lakeside Clinic: avisos de sus citas.")


def test_it_lists_visits_with_their_days_where_those_differ():
    both = visits("2026-03-05 14:30", "2026-03-06 15:00")
    text = compose_list(Kind.TWO_OR_MORE, "en", both)
    assert "\n1 Ana Thu Mar 5 2:30 PM\n2 Leo Fri Mar 6 3:00 PM\n" in text


@pytest.mark.parametrize(
    ("number", "words"),
    [("+14155550100", "415-555-0100"), ("+442079460000", "+442079460000")],
)
def test_it_writes_numbers_as_people_here_do(number, words):
    assert phone_words(number) == words
