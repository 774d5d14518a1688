"""Appointments: book, look at, move, cancel, mark."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from provisioning.models import Practice
from reminders import schedule
from reminders.models import Appointment, Message, Patient
from reminders.plan import SkipReason
from tests import make
from tests.reminders.views import MOST_QUERIES, queries_of, sign_in, words_of

pytestmark = pytest.mark.django_db

State = Appointment.State


@pytest.fixture
def practice() -> Practice:
    """A practice with a clinician, a kind of visit and a rule."""
    practice = make.make_ready_practice()
    make.make_clinician(practice)
    make.make_appointment_type(practice)
    make.make_rule(practice)
    return practice


@pytest.fixture
def client(practice: Practice) -> Client:
    """The browser of somebody at the front desk."""
    return sign_in(practice)


def typed(patient: Patient, **fields: Any) -> dict[str, Any]:
    """What is typed to book a visit of this patient on Thursday at half past two."""
    practice = patient.practice
    return {
        "patient": patient.pk,
        "clinician": make.make_clinician(practice).pk,
        "appointment_type": make.make_appointment_type(practice).pk,
        "day": "2026-03-05",
        "time": "14:30",
        **fields,
    }


def submit(client: Client, data: dict[str, Any], path: str = "new") -> Any:
    """Post the form."""
    return client.post(f"/appointments/{path}/", data, follow=True)


def test_it_books_a_visit_and_shows_when_its_reminders_go(
    practice: Practice, client: Client
) -> None:
    patient = make.make_patient(practice)

    answer = submit(client, typed(patient))

    visit = Appointment.objects.get()
    assert visit.starts_at == make.at("2026-03-05", "14:30")
    assert answer.redirect_chain[-1][0] == f"/appointments/{visit.pk}/"
    words = words_of(answer)
    assert "Thursday, March 5 2:30 PM – 3:00 PM EST" in words
    assert "3 days before goes out today 10:03 AM" in words
    assert "Booked by Olivia Owner" in words


def test_it_fills_in_what_the_address_names(practice: Practice, client: Client) -> None:
    patient = make.make_patient(practice)
    clinician = make.make_clinician(practice)

    answer = client.get(
        f"/appointments/new/?patient={patient.pk}&clinician={clinician.pk}"
        "&day=2026-03-05&time=09:30"
    )

    html = answer.content.decode()
    assert f'value="{patient.pk}" checked' in html
    assert f'<option value="{clinician.pk}" selected>' in html
    assert 'value="2026-03-05"' in html
    assert 'value="09:30"' in html


@pytest.mark.parametrize(
    "query", ["patient=x&day=2026-02-31&time=25:00", "patient=99999999999999999999"]
)
def test_it_ignores_nonsense_in_the_address(client: Client, query: str) -> None:
    assert client.get(f"/appointments/new/?{query}").status_code == 200


def test_it_says_next_to_each_field_what_is_missing(client: Client) -> None:
    answer = submit(client, {"day": "soon", "time": "teatime"})

    assert answer.status_code == 422
    for sentence in (
        "Choose who is coming.",
        "Choose whom the patient comes to see.",
        "Choose what kind of visit it is.",
        "Type the date as month/day/year, such as 3/25/2026.",
        "Type the time as 2:30 PM or 14:30.",
    ):
        assert sentence in words_of(answer)


def test_it_finds_patients_without_a_script_and_keeps_what_was_typed(
    practice: Practice, client: Client
) -> None:
    patient = make.make_patient(practice, "Chiara", "Okonkwo")

    answer = client.post(
        "/appointments/new/",
        {"q": "okon", "find": "1", "day": "2026-03-05", "time": "09:30"},
    )

    html = answer.content.decode()
    assert f'name="patient" value="{patient.pk}"' in html
    assert 'value="2026-03-05"' in html
    assert 'value="09:30"' in html
    assert not Appointment.objects.exists()


def test_it_names_the_nearest_times_where_the_clocks_go_forward(
    practice: Practice, client: Client
) -> None:
    patient = make.make_patient(practice)

    answer = submit(client, typed(patient, day="2026-03-08", time="02:30"))

    assert "2:30 AM does not exist on this day" in words_of(answer)
    assert 'value="2026-03-08T03:00:00-04:00"' in answer.content.decode()

    offered = typed(
        patient, day="2026-03-08", time="02:30", offer="2026-03-08T03:00:00-04:00"
    )
    submit(client, offered)
    assert Appointment.objects.get().starts_at == make.at("2026-03-08", "03:00")


def test_it_asks_which_where_the_clocks_show_a_time_twice(
    practice: Practice, client: Client
) -> None:
    patient = make.make_patient(practice)
    twice = typed(patient, day="2026-11-01", time="01:30")

    answer = submit(client, twice)

    words = words_of(answer)
    assert "1:30 AM happens twice on this day" in words
    assert "1:30 AM EDT, the first" in words
    assert "1:30 AM EST, the second" in words
    assert f'value="{patient.pk}" checked' in answer.content.decode()

    submit(client, {**twice, "which": "1"})
    visit = Appointment.objects.get()
    assert visit.starts_at.isoformat() == "2026-11-01T06:30:00+00:00"


def test_it_says_who_has_the_time_and_what_is_free(
    practice: Practice, client: Client
) -> None:
    make.make_appointment(make.make_patient(practice, "Ben", "Taken"))
    patient = make.make_patient(practice)

    answer = submit(client, typed(patient))

    assert answer.status_code == 422
    words = words_of(answer)
    assert "Dr. Imani Okafor is taken by Ben Taken, 2:30 PM to 3:00 PM." in words
    assert "Double-book on purpose" in words
    html = answer.content.decode()
    assert 'value="2026-03-05T14:00:00-05:00"' in html

    submit(client, typed(patient, offer="2026-03-05T14:00:00-05:00"))
    booked = Appointment.objects.get(patient=patient)
    assert booked.starts_at == make.at("2026-03-05", "14:00")


def test_it_leads_a_form_that_was_sent_twice_to_the_visit_it_booked(
    practice: Practice, client: Client
) -> None:
    data = typed(make.make_patient(practice))

    submit(client, data)
    answer = submit(client, data)

    visit = Appointment.objects.get()
    assert answer.redirect_chain[-1][0] == f"/appointments/{visit.pk}/"


def test_it_double_books_on_purpose(practice: Practice, client: Client) -> None:
    make.make_appointment(make.make_patient(practice))
    patient = make.make_patient(practice)
    assert "Double-book" not in words_of(client.get("/appointments/new/"))

    answer = submit(client, typed(patient, double_booked="on"))

    assert Appointment.objects.get(patient=patient).double_booked
    assert "Double-booked on purpose" in words_of(answer)


def test_it_does_not_book_into_the_past(practice: Practice, client: Client) -> None:
    patient = make.make_patient(practice)

    answer = submit(client, typed(patient, day="2026-03-02", time="09:00"))

    assert "This time has already passed." in words_of(answer)
    assert not Appointment.objects.exists()


def test_it_moves_a_visit_and_keeps_its_history(
    practice: Practice, client: Client
) -> None:
    patient = make.make_patient(practice)
    submit(client, typed(patient))
    visit = Appointment.objects.get()
    page = client.get(f"/appointments/{visit.pk}/edit/").content.decode()
    assert 'value="14:30"' in page

    data = typed(patient, time="16:00")
    answer = submit(client, data, f"{visit.pk}/edit")

    visit.refresh_from_db()
    assert visit.starts_at == make.at("2026-03-05", "16:00")
    words = words_of(answer)
    assert (
        "Moved by Olivia Owner from Thu Mar 5, 2:30 PM to Thu Mar 5, 4:00 PM" in words
    )
    assert "The visit was moved to another time." in words


def test_it_keeps_the_second_of_two_equal_times_when_something_else_changes(
    practice: Practice, client: Client
) -> None:
    patient = make.make_patient(practice)
    data = typed(patient, day="2026-11-01", time="01:30", which="1")
    submit(client, data)
    visit = Appointment.objects.get()
    other = make.make_clinician(practice, "Dr. Other")

    submit(client, {**data, "clinician": other.pk}, f"{visit.pk}/edit")

    before = visit.starts_at
    visit.refresh_from_db()
    assert (visit.starts_at, visit.clinician) == (before, other)


def test_it_lets_a_visit_keep_a_clinician_who_has_left(
    practice: Practice, client: Client
) -> None:
    patient = make.make_patient(practice)
    visit = make.make_appointment(patient)
    practice.clinicians.update(is_active=False)

    submit(client, typed(patient, time="15:30"), f"{visit.pk}/edit")

    visit.refresh_from_db()
    assert visit.starts_at == make.at("2026-03-05", "15:30")


def test_it_cancels_with_a_reason_after_asking(
    practice: Practice, client: Client
) -> None:
    submit(client, typed(make.make_patient(practice)))
    visit = Appointment.objects.get()
    path = f"/appointments/{visit.pk}/cancel/"

    assert "Cancel this visit" in words_of(client.get(path))
    visit.refresh_from_db()
    assert visit.state == State.BOOKED

    answer = client.post(path, {"reason": "Feels better"}, follow=True)
    visit.refresh_from_db()
    assert visit.state == State.CANCELLED
    assert "“Feels better”" in words_of(answer)
    assert {r.skip_reason for r in visit.reminders.all()} == {SkipReason.CANCELLED}


def test_it_refuses_a_reason_as_long_as_a_letter(
    practice: Practice, client: Client
) -> None:
    visit = make.make_appointment(make.make_patient(practice))

    answer = client.post(f"/appointments/{visit.pk}/cancel/", {"reason": "x" * 201})

    assert answer.status_code == 422
    visit.refresh_from_db()
    assert visit.state == State.BOOKED


def test_it_neither_moves_nor_cancels_what_is_over(
    practice: Practice, client: Client
) -> None:
    visit = make.make_appointment(make.make_patient(practice), state=State.CANCELLED)

    for page in ("edit", "cancel"):
        answer = client.get(f"/appointments/{visit.pk}/{page}/", follow=True)
        assert answer.redirect_chain[-1][0] == f"/appointments/{visit.pk}/"
        assert "Only a visit that is still to come" in answer.content.decode()


def test_it_says_so_when_somebody_else_was_faster(
    practice: Practice, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = make.make_appointment(make.make_patient(practice))

    def too_late(*args: object, **kwargs: object) -> None:
        raise schedule.NotPossible("Somebody has moved this visit meanwhile.")

    monkeypatch.setattr(schedule, "cancel", too_late)
    answer = client.post(f"/appointments/{visit.pk}/cancel/", {}, follow=True)

    assert "Somebody has moved this visit meanwhile." in answer.content.decode()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("completed", "The visit is on a later day."),
        ("cancelled", "A visit cannot be marked as that."),
        ("", "A visit cannot be marked as that."),
    ],
)
def test_it_says_why_a_visit_cannot_be_marked(
    practice: Practice, client: Client, state: str, words: str
) -> None:
    visit = make.make_appointment(make.make_patient(practice))

    answer = client.post(
        f"/appointments/{visit.pk}/mark/", {"state": state}, follow=True
    )

    assert words in answer.content.decode()
    visit.refresh_from_db()
    assert visit.state == State.BOOKED


def test_it_confirms_by_hand_and_puts_a_cancelled_visit_back(
    practice: Practice, client: Client
) -> None:
    visit = make.make_appointment(make.make_patient(practice))
    path = f"/appointments/{visit.pk}/mark/"

    client.post(path, {"state": "confirmed"})
    visit.refresh_from_db()
    assert visit.state == State.CONFIRMED

    Appointment.objects.filter(pk=visit.pk).update(state=State.CANCELLED)
    client.post(path, {"state": "booked"})
    visit.refresh_from_db()
    assert visit.state == State.BOOKED


def test_it_does_not_put_a_visit_back_into_a_time_given_away(
    practice: Practice, client: Client
) -> None:
    visit = make.make_appointment(make.make_patient(practice), state=State.CANCELLED)
    make.make_appointment(make.make_patient(practice, "Ben", "Faster"))

    answer = client.post(
        f"/appointments/{visit.pk}/mark/", {"state": "booked"}, follow=True
    )

    assert "The time was given to somebody else meanwhile." in answer.content.decode()


def test_it_shows_what_became_of_each_reminder(
    practice: Practice, client: Client
) -> None:
    visit = make.make_appointment(make.make_patient(practice))
    assert visit.patient.phone is not None
    failed = make.make_message(
        visit.patient.phone,
        state=Message.State.FAILED,
        reason="The number does not exist.",
    )
    make.make_reminder(
        visit, state="queued", message=failed, decided_at=make.NOW - timedelta(days=1)
    )

    words = words_of(client.get(f"/appointments/{visit.pk}/"))

    assert "handed over yesterday 10:00 AM · The number does not exist. Failed" in words


def test_it_costs_the_same_for_one_reminder_and_for_fifty(
    practice: Practice, client: Client
) -> None:
    visit = make.make_appointment(make.make_patient(practice))
    path = f"/appointments/{visit.pk}/"
    costs = []
    for rows in (1, 49):
        for row in range(rows):
            rule = make.make_rule(practice, f"Rule {rows} {row}")
            make.make_reminder(visit, rule)
            visit.events.create(kind="changed", source="staff", at=make.NOW)
        costs.append(queries_of(client, path))

    assert costs[0] == costs[1] <= MOST_QUERIES


def test_it_costs_the_same_to_book_among_fifty_patients(
    practice: Practice, client: Client
) -> None:
    costs = []
    for rows in (1, 49):
        for _row in range(rows):
            make.make_patient(practice)
        costs.append(queries_of(client, "/appointments/new/"))

    assert costs[0] == costs[1] <= MOST_QUERIES
