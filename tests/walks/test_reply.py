"""Walk: patients answer, in their own words, and the office hears all of it."""

from collections.abc import Iterator

import pytest

from provisioning.sandbox import behaviour
from reminders import schedule
from reminders.models import CallListEntry, Message
from tests import make
from tests.talk import Story

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Iterator[Story]:
    """An office that can send, on Monday, 2 March 2026, at ten."""
    with Story().told() as story:
        yield story


@pytest.fixture
def ana(story):
    return make.make_patient(story.practice, "Ana")


def inbox():
    return [text.body for text in Message.objects.needing_staff()]


def call_list():
    return [(str(call.patient), call.reason) for call in CallListEntry.objects.open()]


def asked_to_confirm(story, *patients):
    """Each has a visit on Tuesday the tenth, from 14:30 on, and has been asked."""
    visits = [
        story.books(patient, "2026-03-10", f"14:{30 + 15 * place}", minutes=15)
        for place, patient in enumerate(patients)
    ]
    story.passes(minutes=5)
    story.goes_to("2026-03-07", "10:00")
    for patient in patients:
        story.phone_of(patient).received()
    return visits


def test_a_patient_asks_for_another_time(story, ana):
    (visit,) = asked_to_confirm(story, ana)
    phone = story.phone_of(ana)
    phone.received()

    phone.texts("Need to reschedule please")
    assert phone.texts_seen[-1] == (
        "Lakeside Clinic: thank you. We will call you about another time. Until then "
        "your visit Tue Mar 10 at 2:30 PM stays booked. 212-555-0100"
    )
    assert inbox() == ["Need to reschedule please"]
    assert call_list() == [("Ana Sample", "Asked by text for another time.")]

    # Staff phone her and move the visit; the call is done, the old time is forgotten.
    schedule.move(
        visit,
        starts_at=make.at("2026-03-12", "09:00"),
        by=make.make_user(),
        now=story.now,
    )
    assert call_list() == []
    story.passes(minutes=5)
    assert phone.received()[-1].startswith(
        "Lakeside Clinic: Ana, your visit is booked for Thu Mar 12 at 9:00 AM."
    )
    story.goes_to("2026-03-09", "10:00")
    assert "you have a visit Thu Mar 12 at 9:00 AM" in phone.received()[-1]
    story.goes_to("2026-03-10", "12:30")
    assert phone.received() == []


def test_a_patient_writes_stop(story, ana):
    asked_to_confirm(story, ana)
    phone = story.phone_of(ana)

    phone.texts("Stop")
    assert phone.received() == [
        "You are unsubscribed from Lakeside Clinic. No more texts will come. "
        "Call 212-555-0100. START to rejoin."
    ]
    story.goes_to("2026-03-10", "12:30")
    assert phone.received() == []
    assert call_list() == [("Ana Sample", "This phone has opted out of texts.")]

    phone.texts("start")
    assert phone.received() == [
        "Lakeside Clinic: you get texts about your visits, up to 3 a week. Msg & data "
        "rates may apply. HELP for help, STOP to stop texts."
    ]


def test_a_patient_writes_cancel_and_may_have_meant_the_visit(story, ana):
    (visit,) = asked_to_confirm(story, ana)
    story.phone_of(ana).texts("CANCEL")
    visit.refresh_from_db()
    assert visit.state == "booked"
    assert inbox() == ["CANCEL"]
    assert call_list() == [
        ("Ana Sample", "Texted CANCEL, which stops texts: was the visit meant?")
    ]


def test_a_mother_answers_for_two(story, ana):
    leo = make.make_patient(story.practice, "Leo", guardian=ana)
    visits = asked_to_confirm(story, ana, leo)
    phone = story.phone_of(ana)
    assert phone.texts_seen[-1] == (
        "Lakeside Clinic, visits on Tue Mar 10:\n1 Ana 2:30 PM\n2 Leo 2:45 PM\n"
        "Who is coming? Reply with the numbers, ALL or NONE. Or call 212-555-0100."
    )
    phone.texts("Leo")
    phone.texts("1")
    for visit in visits:
        visit.refresh_from_db()
        assert visit.state == "confirmed"
    assert inbox() == []


def test_a_patient_writes_something_else(story, ana):
    asked_to_confirm(story, ana)
    phone = story.phone_of(ana)
    phone.texts("¿Puedo llevar a mi hijo? Es que no tengo con quién dejarlo 🙏")
    assert phone.received() == []
    assert inbox() == ["¿Puedo llevar a mi hijo? Es que no tengo con quién dejarlo 🙏"]


def test_a_patient_writes_at_length_and_ends_on_ok(story, ana):
    (visit,) = asked_to_confirm(story, ana)
    words = "x " * 79 + "I may be a little late, is that ok"
    story.phone_of(ana).texts(words)
    visit.refresh_from_db()
    assert visit.state == "booked"
    assert "".join(inbox()) == words
    assert len(inbox()) == 2


def test_a_phone_that_is_off_hears_of_the_visit_later(story, ana):
    phone = story.phone_of(ana)
    phone.switches_off()
    story.books(ana, "2026-03-10", "14:30")
    story.passes(minutes=4)
    assert phone.received() == []
    phone.switches_on()
    story.passes(seconds=10)
    assert len(phone.received()) == 1
    assert Message.objects.get().state == "delivered"


def test_an_answer_of_the_provider_is_lost_and_nobody_is_texted_twice(story, ana):
    behaviour.add_rule(action="sendMsg", kind="lost", code="", seconds=0, times=1)
    phone = story.phone_of(ana)
    story.books(ana, "2026-03-10", "14:30")
    story.passes(minutes=10)
    assert len(phone.received()) == 1
    assert Message.objects.get().state == "delivered"


def test_a_text_never_reaches_the_provider_and_is_sent_after_all(story, ana):
    behaviour.add_rule(action="sendMsg", kind="silent", code="", seconds=0, times=1)
    phone = story.phone_of(ana)
    story.books(ana, "2026-03-10", "14:30")
    story.passes(minutes=4)
    assert phone.received() == []
    story.passes(minutes=5)
    assert len(phone.received()) == 1
    assert Message.objects.get().attempt == 2
