"""Acting on a text: what each intent leads to, and what is left to staff."""

from datetime import timedelta

import pytest

from provisioning.models import Line
from reminders import inbox, schedule
from reminders.models import CallListEntry, Choice, Message, Phone
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def practice():
    return make.make_ready_practice()


@pytest.fixture
def phone(practice):
    return make.make_phone(practice, "+12125550123")


def visit(phone, name="Ana", start="2026-03-05 14:30", **fields):
    patient = make.make_patient(phone.practice, name, phone=phone, **fields)
    return make.make_appointment(patient, make.at(*start.split()))


def remind(*visits, now=NOW, state=Message.State.DELIVERED):
    """Make the text that reminded of these visits, numbered if they are several."""
    rule = make.ReminderRule.objects.first() or make.make_rule(visits[0].practice)
    text = make.make_message(
        visits[0].patient.phone, kind=Message.Kind.REMINDER, state=state, now=now
    )
    for number, each in enumerate(visits, start=1):
        make.make_reminder(each, rule, state="queued", message=text)
        if len(visits) > 1:
            Choice.objects.create(
                message=text,
                number=number,
                appointment=each,
                starts_at=each.starts_at,
                intent="confirm",
            )
    return text


def reply(phone, body, now=LATER, **fields):
    """The phone writes, and we work on it; returns the text and our answers."""
    text = make.make_inbound(phone, body, now=now, **fields)
    queued = inbox.work_on(text.pk, now)
    text.refresh_from_db()
    answers = Message.objects.filter(in_reply_to=text)
    assert queued == [answer.pk for answer in answers]
    assert len(queued) <= 1
    # It went out at once, so that what comes next may answer it.
    answers.update(state="delivered")
    return text, [answer.body for answer in answers]


def state_of(visit):
    visit.refresh_from_db()
    return visit.state


def calls():
    return list(CallListEntry.objects.open().values_list("appointment", "reason"))


def test_it_works_on_a_text_once(phone):
    remind(visit(phone))
    text, answers = reply(phone, "C")
    assert (text.intent, text.worked_at, len(answers)) == ("confirm", LATER, 1)
    assert text.why == "Every word of it says yes."
    assert inbox.work_on(text.pk, LATER) == []


# --- The phone's wishes -------------------------------------------------------------


@pytest.mark.parametrize("word", ["STOP", "unsubscribe!", "No más", "stop all"])
def test_it_opts_out_at_once_and_confirms_it_once(phone, word):
    text, answers = reply(phone, word)
    phone.refresh_from_db()
    assert phone.opted_out_at == LATER
    assert phone.consent_events.get().wording == word
    assert "unsubscribed" in answers[0] or "Ya no recibe" in answers[0]
    answer = Message.objects.get(in_reply_to=text)
    assert (answer.kind, answer.priority) == ("opt_out_confirmation", 0)
    assert answer.useful_until == LATER + timedelta(minutes=5)
    assert text.needs_staff
    assert reply(phone, word)[1] == []


def test_it_takes_cancel_for_an_opt_out_and_asks_staff_about_the_visit(phone):
    appointment = visit(phone)
    text, answers = reply(phone, "CANCEL")
    phone.refresh_from_db()
    assert phone.opted_out_at
    assert len(answers) == 1
    assert state_of(appointment) == "booked"
    assert calls() == [
        (appointment.pk, "Texted CANCEL, which stops texts: was the visit meant?")
    ]
    assert (text.intent, text.needs_staff) == ("opt_out_cancel", True)


@pytest.mark.parametrize("words", ["please stop texting me", "wrong number"])
def test_it_holds_texts_and_asks_staff_where_somebody_seems_to_object(phone, words):
    text, answers = reply(phone, words)
    phone.refresh_from_db()
    assert (phone.paused_at, phone.opted_out_at) == (LATER, None)
    assert (answers, text.needs_staff) == ([], True)


def test_it_opts_in_again(phone):
    reply(phone, "STOP")
    text, answers = reply(phone, "START")
    phone.refresh_from_db()
    assert (phone.opted_out_at, text.needs_staff) == (None, False)
    assert answers[0].startswith("Lakeside Clinic: you get texts about your visits")


def test_it_helps_even_those_who_opted_out(phone):
    Phone.objects.update(opted_out_at=NOW)
    text, answers = reply(phone, "HELP")
    assert "For help call 212-555-0100" in answers[0]
    assert not text.needs_staff


# --- One visit ----------------------------------------------------------------------


@pytest.mark.parametrize("words", ["C", "Yes please", "ok", "1", "👍", "Sí"])
def test_it_confirms_the_visit_it_asked_about(phone, words):
    appointment = visit(phone)
    remind(appointment)
    text, answers = reply(phone, words)
    assert state_of(appointment) == "confirmed"
    event = appointment.events.get()
    assert (event.kind, event.source, event.by) == ("confirmed", "patient", None)
    assert (
        "Thu Mar 5 at 2:30 PM is confirmed" in answers[0] or "confirmada" in answers[0]
    )
    assert not text.needs_staff


def test_it_does_not_thank_twice(phone):
    remind(visit(phone))
    reply(phone, "C")
    text, answers = reply(phone, "C")
    assert (answers, text.needs_staff) == ([], False)


@pytest.mark.parametrize(
    ("words", "reason", "answer"),
    [
        ("R", "Asked by text for another time.", "We will call you about another time"),
        ("can't make it", "Wrote that they are not coming.", "you can't come"),
    ],
)
def test_it_asks_staff_to_call_and_says_so(phone, words, reason, answer):
    appointment = visit(phone)
    remind(appointment)
    text, answers = reply(phone, words)
    assert state_of(appointment) == "booked"
    assert calls() == [(appointment.pk, reason)]
    assert answer in answers[0]
    assert text.needs_staff


def test_it_puts_what_the_patient_wants_before_what_was_on_the_call_list(phone):
    appointment = visit(phone)
    remind(appointment)
    CallListEntry.objects.put_down([appointment], "It was not delivered.", NOW)
    reply(phone, "R")
    assert calls() == [(appointment.pk, "Asked by text for another time.")]


@pytest.mark.parametrize("words", ["R", "no"])
def test_it_knows_which_visit_is_meant_even_without_a_reminder(phone, words):
    appointment = visit(phone)
    reply(phone, words)
    assert [call[0] for call in calls()] == [appointment.pk]


@pytest.mark.parametrize("words", ["yes", "1"])
def test_it_confirms_nothing_that_it_did_not_ask_about(phone, words):
    appointment = visit(phone)
    text, answers = reply(phone, words)
    assert state_of(appointment) == "booked"
    assert (answers, text.needs_staff) == ([], True)


@pytest.mark.parametrize("words", ["Is parking free?", "yes but can I come at 3", " "])
def test_it_leaves_to_staff_what_it_does_not_understand(phone, words):
    appointment = visit(phone)
    remind(appointment)
    text, answers = reply(phone, words)
    assert state_of(appointment) == "booked"
    assert (answers, text.needs_staff, calls()) == ([], True, [])


@pytest.mark.parametrize("words", ["yes", "R"])
def test_it_does_not_answer_for_staff(phone, words):
    appointment = visit(phone)
    remind(appointment)
    make.make_message(phone, "Could you come at 3 PM instead?", state="delivered")
    text, answers = reply(phone, words)
    assert state_of(appointment) == "booked"
    assert (answers, text.needs_staff) == ([], True)


@pytest.mark.parametrize("state", ["cancelled", "arrived"])
def test_it_confirms_no_visit_that_is_over_or_off(phone, state):
    appointment = visit(phone)
    remind(appointment)
    type(appointment).objects.update(state=state)
    text, answers = reply(phone, "C")
    assert state_of(appointment) == state
    assert (answers, text.needs_staff) == ([], True)


def test_it_confirms_no_time_that_the_patient_was_not_told(phone):
    appointment = visit(phone)
    remind(appointment)
    schedule.move(
        appointment, starts_at=make.at("2026-03-06", "09:00"), by=None, now=NOW
    )
    text, answers = reply(phone, "C")
    assert state_of(appointment) == "booked"
    assert (answers, text.needs_staff) == ([], True)


def test_it_does_not_take_a_text_that_never_left_for_a_question(phone):
    appointment = visit(phone)
    remind(appointment, state=Message.State.WITHHELD)
    assert reply(phone, "C")[0].needs_staff
    assert state_of(appointment) == "booked"


@pytest.mark.parametrize("words", ["ok", "R", "STOP", "1"])
def test_it_does_not_take_a_piece_of_a_long_text_for_an_answer(phone, words):
    appointment = visit(phone)
    remind(appointment)
    text, answers = reply(phone, words, is_fragment=True)
    phone.refresh_from_db()
    assert (state_of(appointment), phone.opted_out_at) == ("booked", None)
    assert (answers, calls(), text.needs_staff) == ([], [], True)
    assert text.why == "It is one part of a longer text."


def test_it_holds_texts_for_an_objection_in_a_long_text(phone):
    reply(phone, "and please stop texting me about this because", is_fragment=True)
    phone.refresh_from_db()
    assert phone.paused_at


# --- Two or more --------------------------------------------------------------------


@pytest.fixture
def ana(phone):
    return visit(phone, "Ana")


@pytest.fixture
def leo(phone):
    return visit(phone, "Leo", "2026-03-05 15:00")


@pytest.mark.parametrize(
    ("words", "confirmed"),
    [
        ("1", ["Ana"]),
        ("2", ["Leo"]),
        ("Leo", ["Leo"]),
        ("yes for Ana", ["Ana"]),
        ("ALL", ["Ana", "Leo"]),
        ("1 and 2", ["Ana", "Leo"]),
    ],
)
def test_it_takes_the_familys_answer_for_each_of_them(
    phone, ana, leo, words, confirmed
):
    remind(ana, leo)
    text, answers = reply(phone, words)
    states = {"Ana": state_of(ana), "Leo": state_of(leo)}
    assert [name for name in states if states[name] == "confirmed"] == confirmed
    assert len(answers) == 1
    assert not text.needs_staff


def test_it_still_knows_the_numbers_after_it_said_thank_you(phone, ana, leo):
    remind(ana, leo)
    reply(phone, "1")
    reply(phone, "2")
    assert (state_of(ana), state_of(leo)) == ("confirmed", "confirmed")


def test_it_asks_staff_to_call_when_nobody_of_a_family_is_coming(phone, ana, leo):
    remind(ana, leo)
    text, answers = reply(phone, "NONE")
    assert [call[0] for call in calls()] == [ana.pk, leo.pk]
    assert "you can't come Thu Mar 5 at 2:30 PM, 3:00 PM" in answers[0]
    assert text.needs_staff


def test_it_asks_which_visit_is_meant_and_understands_the_answer(phone, ana, leo):
    remind(ana)
    remind(leo)
    text, answers = reply(phone, "C")
    assert (state_of(ana), state_of(leo)) == ("booked", "booked")
    assert answers == [
        "Lakeside Clinic: which visit do you mean?\n1 Ana 2:30 PM\n2 Leo 3:00 PM\n"
        "Reply with the number, ALL or NONE, or call 212-555-0100."
    ]
    assert not text.needs_staff
    reply(phone, "2")
    assert (state_of(ana), state_of(leo)) == ("booked", "confirmed")


def test_it_asks_only_about_those_that_are_open(phone, ana, leo):
    remind(ana)
    remind(leo)
    schedule.confirm(ana, by=None, now=NOW)
    reply(phone, "C")
    assert state_of(leo) == "confirmed"


def test_it_asks_which_visit_to_change_and_then_staff_call(phone, ana, leo):
    remind(ana)
    remind(leo)
    text, answers = reply(phone, "R")
    assert "which visit" in answers[0]
    assert (calls(), text.needs_staff) == ([], True)
    text, answers = reply(phone, "1")
    assert calls() == [(ana.pk, "Asked by text for another time.")]
    assert "stays booked" in answers[0]


def test_it_asks_once_and_then_leaves_it_to_staff(phone, ana, leo):
    remind(ana)
    remind(leo)
    reply(phone, "C")
    for words in ("C", "R"):
        text, answers = reply(phone, words)
        assert (answers, text.needs_staff) == ([], True)
    assert (state_of(ana), state_of(leo)) == ("booked", "booked")


def test_it_understands_a_yes_beside_the_number(phone, ana, leo):
    remind(ana)
    remind(leo)
    reply(phone, "C")
    reply(phone, "yes 1")
    assert (state_of(ana), state_of(leo)) == ("confirmed", "booked")


def test_it_changes_nothing_for_none_of_them(phone, ana, leo):
    remind(ana)
    remind(leo)
    reply(phone, "R")
    text, answers = reply(phone, "NONE")
    assert (answers, calls(), text.needs_staff) == ([], [], True)


def test_it_does_not_take_a_bare_number_for_one_it_never_gave(phone, ana, leo):
    remind(ana)
    remind(leo)
    _text, answers = reply(phone, "2")
    assert "which visit" in answers[0]
    assert state_of(leo) == "booked"


def test_it_leaves_a_visit_to_staff_that_moved_since_it_was_numbered(phone, ana, leo):
    remind(ana, leo)
    schedule.move(ana, starts_at=make.at("2026-03-05", "10:00"), by=None, now=NOW)
    text, answers = reply(phone, "1")
    assert state_of(ana) == "booked"
    assert (answers, text.needs_staff) == ([], True)
    reply(phone, "2")
    assert state_of(leo) == "confirmed"


def test_it_leaves_it_to_staff_when_a_chosen_visit_is_off(phone, ana, leo):
    remind(ana, leo)
    schedule.cancel(ana, by=None, now=NOW)
    text, answers = reply(phone, "ALL")
    assert (answers, text.needs_staff) == ([], True)
    assert state_of(leo) == "booked"


# --- Manners ------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["+72345", "+12125550155"])
def test_it_does_not_talk_to_machines(practice, number):
    Line.objects.update(number="+12125550155")
    text, answers = reply(make.make_phone(practice, number), "HELP")
    assert (answers, text.needs_staff) == ([], True)
    assert text.why == "It comes from an automatic sender."


def test_it_stops_answering_a_phone_that_answers_every_answer(phone):
    for _ in range(6):
        assert reply(phone, "HELP")[1]
    assert not reply(phone, "HELP")[1]
    assert reply(phone, "STOP")[1]  # this one it owes
    assert reply(phone, "HELP", LATER + timedelta(hours=2))[1]


def test_it_does_not_answer_where_it_must_not(phone):
    appointment = visit(phone)
    remind(appointment)
    Phone.objects.update(paused_at=NOW)
    assert reply(phone, "C")[1] == []
    assert state_of(appointment) == "confirmed"


@pytest.mark.parametrize(
    ("patient", "words", "answer"),
    [
        ({"language": "es"}, "C", "queda confirmada"),
        ({}, "Sí", "queda confirmada"),
        ({"language": "es"}, "yes", "is confirmed"),
    ],
)
def test_it_answers_in_the_patients_language(phone, patient, words, answer):
    remind(visit(phone, **patient))
    assert answer in reply(phone, words)[1][0]


def test_it_answers_a_stranger_in_the_practices_language():
    practice = make.make_ready_practice(default_language="es")
    assert "Para ayuda" in reply(make.make_phone(practice), "INFO")[1][0]


def test_it_undoes_everything_when_it_fails_half_way(phone, monkeypatch):
    appointment = visit(phone)
    remind(appointment)
    text = make.make_inbound(phone, "C", now=LATER)

    def fail(*_args, **_kwargs):
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr("reminders.inbox.reply.queue_text", fail)
        with pytest.raises(RuntimeError):
            inbox.work_on(text.pk, LATER)
    text.refresh_from_db()
    assert (text.worked_at, text.needs_staff) == (None, True)
    assert state_of(appointment) == "booked"
    assert len(inbox.work_on(text.pk, LATER)) == 1
