"""Today: the day's visits, who has said what, and what to do next."""

from datetime import timedelta
from typing import Any

import pytest

from provisioning.models import Practice, Stage
from reminders.models import Appointment, CallListEntry, Message
from reminders.plan import SkipReason
from tests import make
from tests.reminders.views import MOST_QUERIES, queries_of, sign_in, words_of

pytestmark = pytest.mark.django_db

State = Appointment.State


def book(
    practice: Practice,
    clock: str = "14:30",
    day: str = "2026-03-02",
    *,
    first_name: str = "Ana",
    **fields: Any,
) -> Appointment:
    """A visit of a new patient; on the day of the tests where nothing else is said."""
    return make.make_appointment(
        make.make_patient(practice, first_name),
        make.at(day, clock, practice),
        double_booked=True,
        **fields,
    )


def test_it_shows_times_on_the_practices_wall() -> None:
    practice = make.make_ready_practice(time_zone="America/Los_Angeles")
    book(practice, "13:15")

    words = words_of(sign_in(practice).get("/"))

    assert "1:15 PM" in words
    assert "All times are practice time (PST)" in words
    assert "Now 7:00 AM" in words


def test_it_says_what_each_patient_was_told_and_will_be_told() -> None:
    practice = make.make_ready_practice()
    visit = book(practice)
    phone = visit.patient.phone
    assert phone is not None
    text = make.make_message(
        phone, kind=Message.Kind.REMINDER, state=Message.State.DELIVERED
    )
    days = make.make_rule(practice)
    hours = make.make_rule(practice, "2 hours before")
    make.make_reminder(
        visit, days, make.NOW - timedelta(days=3), state="queued", message=text
    )
    make.make_reminder(visit, hours, make.at("2026-03-02", "12:30"))

    words = words_of(sign_in(practice).get("/"))

    assert "Delivered then today 12:30 PM" in words


def test_it_says_why_a_patient_hears_nothing() -> None:
    practice = make.make_ready_practice()
    book(practice, first_name="Landline")
    practice.phones.update(reach="landline")
    late = book(practice, "15:00")
    make.make_reminder(late, state="skipped", skip_reason=SkipReason.BOOKED_TOO_LATE)

    words = words_of(sign_in(practice).get("/"))

    assert "Can’t text The number is a landline and cannot take texts." in words
    assert "The visit was booked after this reminder should have gone." in words
    assert "1 can’t be texted" in words


def test_it_forgets_reminders_of_where_a_visit_was_before() -> None:
    practice = make.make_ready_practice()
    visit = book(practice)
    make.make_reminder(visit, state="skipped", skip_reason=SkipReason.MOVED)
    visit.starts_at = make.at("2026-03-02", "16:00")
    visit.ends_at = make.at("2026-03-02", "16:30")
    visit.save()

    assert "The visit was moved" not in words_of(sign_in(practice).get("/"))


@pytest.mark.parametrize(
    ("intent", "words"),
    [
        ("confirm", "Is coming"),
        ("change", "Wants to change"),
        ("decline", "Is not coming"),
        ("unclear", "Unclear"),
        ("", "Just in"),
    ],
)
def test_it_shows_what_the_patient_answered(intent: str, words: str) -> None:
    practice = make.make_ready_practice()
    visit = book(practice)
    assert visit.patient.phone is not None
    text = make.make_inbound(
        visit.patient.phone, "<b>hello</b>", appointment=visit, intent=intent
    )

    answer = sign_in(practice).get("/")

    assert words in words_of(answer)
    assert "1 answer to read" in words_of(answer)
    assert f"/conversations/{text.phone_id}/#text-{text.pk}" in answer.content.decode()
    assert "<b>hello</b>" not in answer.content.decode()


def test_it_shows_a_text_about_no_visit_in_particular_until_it_is_dealt_with() -> None:
    practice = make.make_ready_practice()
    visit = book(practice)
    assert visit.patient.phone is not None
    text = make.make_inbound(
        visit.patient.phone, "is it free to park", intent="unclear"
    )
    client = sign_in(practice)

    assert "is it free to park" in words_of(client.get("/"))
    Message.objects.filter(pk=text.pk).update(handled_at=make.NOW)
    assert "is it free to park" not in words_of(client.get("/"))


def test_it_shows_one_clinician_when_asked() -> None:
    practice = make.make_ready_practice()
    book(practice, first_name="Ben")
    other = make.make_clinician(practice, "Dr. Other")
    book(practice, first_name="Chiara", clinician=other)
    client = sign_in(practice)

    words = words_of(client.get(f"/?clinician={other.pk}"))

    assert "Chiara Sample" in words
    assert "Ben Sample" not in words
    assert "Everyone 2" in words


@pytest.mark.parametrize("day", ["nonsense", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_it_takes_a_day_that_is_none_for_today(day: str) -> None:
    practice = make.make_ready_practice()
    book(practice)

    answer = sign_in(practice).get(f"/?day={day}&clinician=")

    assert "Ana Sample" in words_of(answer)


def test_it_lists_who_has_not_said_yes_to_tomorrow() -> None:
    practice = make.make_ready_practice()
    book(practice)
    book(practice, day="2026-03-03", first_name="Ben")
    book(practice, day="2026-03-03", first_name="Chiara", state=State.CONFIRMED)

    words = words_of(sign_in(practice).get("/"))

    below = words.split("Unconfirmed on Tuesday")[1]
    assert "Ben Sample" in below
    assert "Chiara" not in words


def test_it_lists_whom_to_phone_until_somebody_has() -> None:
    practice = make.make_ready_practice()
    visit = book(practice)
    call = CallListEntry.objects.create(
        practice=practice,
        patient=visit.patient,
        appointment=visit,
        reason="The number is a landline.",
        created_at=make.NOW,
    )
    client = sign_in(practice)

    assert "The number is a landline." in words_of(client.get("/"))
    client.post(f"/calls/{call.pk}/done/")
    call.refresh_from_db()
    assert call.done_at == make.NOW
    assert call.done_by is not None
    assert "Nobody to call" in words_of(client.get("/"))


def test_it_leads_a_new_practice_to_its_first_steps() -> None:
    practice = make.make_practice()
    make.make_account(practice, Stage.REGISTERED)
    client = sign_in(practice)

    words = words_of(client.get("/"))
    assert "Three steps to the first reminder" in words
    assert "Set up the clinic" in words

    make.make_clinician(practice)
    make.make_appointment_type(practice)
    words = words_of(client.get("/"))
    assert "Set up the clinic" not in words
    assert "New patient" in words

    make.make_appointment(make.make_patient(practice))
    assert "Nobody is booked on this day" in words_of(client.get("/"))


def test_it_has_one_button_for_what_happens_next() -> None:
    practice = make.make_ready_practice()
    visit = book(practice, "09:30")
    client = sign_in(practice)
    page = client.get("/").content.decode()
    assert 'value="arrived"' in page
    assert 'value="no_show"' in page

    for state, offered in [("arrived", "completed"), ("completed", "booked")]:
        answer = client.post(
            f"/appointments/{visit.pk}/mark/",
            {"state": state, "next": "/"},
            follow=True,
        )
        visit.refresh_from_db()
        assert visit.state == state
        assert f'value="{offered}"' in answer.content.decode()


def test_it_costs_the_same_for_one_visit_and_for_fifty() -> None:
    practice = make.make_ready_practice()
    client = sign_in(practice)
    costs = []
    for visits in (1, 49):
        for _each in range(visits):
            visit = book(practice)
            book(practice, day="2026-03-03")
            assert visit.patient.phone is not None
            text = make.make_message(visit.patient.phone)
            make.make_reminder(visit, state="queued", message=text)
            make.make_inbound(visit.patient.phone, appointment=visit, intent="change")
            CallListEntry.objects.create(
                practice=practice,
                patient=visit.patient,
                appointment=visit,
                reason="No consent.",
                created_at=make.NOW,
            )
        costs.append(queries_of(client, "/"))

    assert costs[0] == costs[1] <= MOST_QUERIES
