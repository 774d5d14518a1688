"""Patients: find, look at, take on, change."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from provisioning.models import Practice
from reminders.models import ConsentEvent, Patient
from tests import make
from tests.reminders.views import MOST_QUERIES, queries_of, sign_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice() -> Practice:
    """A practice whose texts can go out."""
    return make.make_ready_practice()


@pytest.fixture
def client(practice: Practice) -> Client:
    """The browser of somebody at the front desk."""
    return sign_in(practice)


def card(**fields: Any) -> dict[str, Any]:
    """What is typed to take a patient on."""
    return {
        "first_name": "Ana",
        "last_name": "Sample",
        "number": "(212) 555-0142",
        "agreed": "verbal",
        "wording": "May we text you?",
        **fields,
    }


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("okon", {"Okonkwo, Chiara"}),
        ("chi okon", {"Okonkwo, Chiara"}),
        ("(212) 555-0107", {"Okonkwo, Chiara"}),
        ("0108", {"Dunmore, Ben"}),
        ("", {"Okonkwo, Chiara", "Dunmore, Ben"}),
        ("nobody", set()),
    ],
)
def test_it_finds_by_part_of_the_name_or_number(
    practice: Practice, client: Client, words: str, found: set[str]
) -> None:
    make.make_patient(practice, "Chiara", "Okonkwo", number="+12125550107")
    make.make_patient(practice, "Ben", "Dunmore", number="+12125550108")

    shown = words_of(client.get("/patients/", {"q": words}))

    assert {n for n in ("Okonkwo, Chiara", "Dunmore, Ben") if n in shown} == found


def test_it_says_what_to_do_where_there_is_nobody(client: Client) -> None:
    assert "No patients yet" in words_of(client.get("/patients/"))
    assert "No patient matches “zz”" in words_of(client.get("/patients/?q=zz"))


def test_it_shows_fifty_a_page(practice: Practice, client: Client) -> None:
    for _each in range(51):
        make.make_patient(practice)

    assert "Page 1 of 2" in words_of(client.get("/patients/"))
    assert "Page 2 of 2" in words_of(client.get("/patients/?page=2"))
    assert client.get("/patients/?page=nonsense").status_code == 200


def test_it_offers_a_few_to_choose_from(practice: Practice, client: Client) -> None:
    patient = make.make_patient(practice, "Chiara", "Okonkwo")

    for wanted, name in (
        ("patient", "patient"),
        ("guardian", "guardian"),
        ("x", "patient"),
    ):
        answer = client.get(f"/patients/choices/?q=okon&for={wanted}")
        assert f'name="{name}" value="{patient.pk}"' in answer.content.decode()
    assert "No patient matches" in client.get("/patients/choices/?q=z").content.decode()
    assert client.get("/patients/choices/").content.decode().strip() == ""


def test_it_takes_a_patient_on_with_phone_and_agreement(
    practice: Practice, client: Client
) -> None:
    answer = client.post("/patients/new/", card(), follow=True)

    patient = Patient.objects.get()
    assert patient.practice == practice
    assert patient.phone is not None
    assert patient.phone.number == "+12125550142"
    assert patient.phone.consented_at == make.NOW
    event = ConsentEvent.objects.get()
    assert (event.source, event.wording) == ("verbal", "May we text you?")
    assert event.by is not None
    words = words_of(answer)
    assert "Can text Agreed Mar 2, 2026" in words
    assert "noted by Olivia Owner" in words


def test_it_takes_nobody_on_twice(client: Client) -> None:
    for number in ("(212) 555-0142", ""):
        data = card(number=number, agreed="")
        client.post("/patients/new/", data)
        answer = client.post("/patients/new/", data)
        assert answer.status_code == 422
        assert "is on your list already" in words_of(answer)

    client.post("/patients/new/", card(date_of_birth="1984-03-25"))
    assert Patient.objects.count() == 3


def test_it_takes_a_patient_on_who_has_no_phone(client: Client) -> None:
    answer = client.post("/patients/new/", card(number="", agreed=""), follow=True)

    assert Patient.objects.get().phone is None
    assert "Can’t text No mobile number is on file." in words_of(answer)


def test_it_lets_a_family_share_a_phone(practice: Practice, client: Client) -> None:
    first = make.make_patient(practice, number="+12125550142")

    answer = client.post(
        "/patients/new/", card(first_name="Milo", agreed=""), follow=True
    )

    assert practice.phones.count() == 1
    assert f'href="/patients/{first.pk}/"' in answer.content.decode()


def test_it_sends_a_childs_texts_to_the_guardian(
    practice: Practice, client: Client
) -> None:
    guardian = make.make_patient(practice)
    child = card(first_name="Milo", number="", agreed="", guardian=guardian.pk)

    client.post("/patients/new/", child)

    milo = Patient.objects.get(first_name="Milo")
    assert milo.texts_go_to == guardian.phone


def test_it_finds_guardians_without_a_script_and_keeps_what_was_typed(
    practice: Practice, client: Client
) -> None:
    guardian = make.make_patient(practice, "Chiara", "Okonkwo")

    answer = client.post("/patients/new/", card(find="1", q="okon"))

    html = answer.content.decode()
    assert f'name="guardian" value="{guardian.pk}"' in html
    assert "(212) 555-0142" in html
    assert Patient.objects.count() == 1


def test_it_says_next_to_each_field_what_is_wrong(client: Client) -> None:
    answer = client.post("/patients/new/", {"number": "555-0100"})

    assert answer.status_code == 422
    for sentence in ("Type the first name.", "Type the surname.", "Digits are missing"):
        assert sentence in words_of(answer)


def test_it_keeps_nothing_where_the_phone_has_opted_out(
    practice: Practice, client: Client
) -> None:
    make.make_phone(practice, "+12125550142", opted_out_at=make.NOW)

    answer = client.post("/patients/new/", card())

    assert answer.status_code == 422
    assert "by texting START" in words_of(answer)
    assert not Patient.objects.exists()


def test_it_changes_a_card(practice: Practice, client: Client) -> None:
    patient = make.make_patient(practice, number="+12125550107")
    path = f"/patients/{patient.pk}/edit/"
    page = client.get(path).content.decode()
    assert 'value="(212) 555-0107"' in page
    assert "As it is on record" in page

    client.post(path, card(preferred_name="Annie", language="es", agreed=""))

    patient.refresh_from_db()
    assert patient.called == "Annie"
    assert patient.text_language == "es"
    assert patient.phone is not None
    assert patient.phone.number == "+12125550142"
    assert patient.phone.consented_at is None


def test_a_zone_on_the_card_takes_the_reminders_along(
    practice: Practice, client: Client
) -> None:
    patient = make.make_patient(practice)
    make.make_rule(practice)
    visit = make.make_appointment(patient, make.at("2026-03-20", "14:30"))
    reminder = make.make_reminder(visit, due_at=make.at("2026-03-17", "10:00"))
    path = f"/patients/{patient.pk}/edit/"
    assert "The practice’s own (Eastern)" in words_of(client.get(path))

    client.post(path, card(time_zone="Pacific/Honolulu", agreed=""))

    reminder.refresh_from_db()
    honolulu = Practice(time_zone="Pacific/Honolulu")
    assert reminder.due_at == make.at("2026-03-16", "19:59", honolulu)
    assert "Pacific/Honolulu" in words_of(client.get(f"/patients/{patient.pk}/"))


def test_it_refuses_a_zone_that_is_none(practice: Practice, client: Client) -> None:
    answer = client.post("/patients/new/", card(time_zone="Mars/Olympus_Mons"))

    assert answer.status_code == 422
    assert not Patient.objects.exists()


def test_it_takes_a_guardian_away_again(practice: Practice, client: Client) -> None:
    guardian = make.make_patient(practice)
    child = make.make_patient(practice, "Milo", guardian=guardian)
    path = f"/patients/{child.pk}/edit/"
    assert f'value="{guardian.pk}" checked' in client.get(path).content.decode()

    client.post(path, card(first_name="Milo", guardian=""))

    child.refresh_from_db()
    assert child.guardian is None


def test_it_shows_visits_household_and_last_texts(
    practice: Practice, client: Client
) -> None:
    patient = make.make_patient(practice, date_of_birth=date(1984, 3, 25))
    make.make_patient(practice, "Milo", guardian=patient)
    visit = make.make_appointment(patient)
    make.make_reminder(visit, due_at=make.at("2026-03-03", "10:00"))
    make.make_appointment(patient, make.at("2026-02-02", "09:00"), state="completed")
    assert patient.phone is not None
    make.make_inbound(patient.phone, "see you soon")

    words = words_of(client.get(f"/patients/{patient.pk}/"))

    assert "Mar 25, 1984 41 years old" in words
    assert "Same phone Milo Sample" in words
    assert "next reminder tomorrow 10:00 AM" in words
    assert "Mon Feb 2, 9:00 AM" in words
    assert "see you soon" in words


def test_it_costs_the_same_for_one_row_and_for_fifty(
    practice: Practice, client: Client
) -> None:
    patient = make.make_patient(practice)
    assert patient.phone is not None
    paths = ["/patients/", "/patients/?q=sam", f"/patients/{patient.pk}/"]
    paths += ["/patients/choices/?q=sam", f"/patients/{patient.pk}/edit/"]
    costs = []
    for rows in (1, 49):
        for row in range(rows):
            make.make_patient(practice, "Ward", guardian=patient)
            visit = make.make_appointment(patient, double_booked=True)
            make.make_reminder(visit, make.make_rule(practice, f"Rule {rows} {row}"))
            make.make_appointment(patient, double_booked=True, state="cancelled")
            make.make_message(patient.phone)
            patient.phone.consent_events.create(
                kind="consented", source="paper", at=make.NOW
            )
        costs.append([queries_of(client, path) for path in paths])

    assert costs[0] == costs[1]
    assert max(costs[0]) <= MOST_QUERIES
