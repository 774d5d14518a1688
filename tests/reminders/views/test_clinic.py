"""Clinic: who sees patients, and for what."""

import pytest
from django.test import Client

from provisioning.models import Membership, Practice
from reminders.models import AppointmentType, Clinician, ReminderRule
from tests import make
from tests.reminders.views import MOST_QUERIES, queries_of, sign_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice() -> Practice:
    """A practice without any furniture."""
    return make.make_ready_practice()


@pytest.fixture
def client(practice: Practice) -> Client:
    """The browser of the owner."""
    return sign_in(practice)


def test_it_furnishes_the_practice_with_the_first_clinician(
    practice: Practice, client: Client
) -> None:
    assert "Add the first clinician" in words_of(client.get("/clinic/"))
    data = {"name": "  Dr. Imani   Okafor ", "hue": "2", "is_active": "on"}

    answer = client.post("/clinic/clinicians/new/", data, follow=True)

    clinician = Clinician.objects.get()
    assert (clinician.practice, clinician.name) == (practice, "Dr. Imani Okafor")
    assert AppointmentType.objects.of(practice).count() == 3
    assert ReminderRule.objects.of(practice).count() == 3
    words = words_of(answer)
    assert "Dr. Imani Okafor" in words
    assert "Check-up 30 min" in words


def test_it_does_not_bring_back_what_the_practice_removed(
    practice: Practice, client: Client
) -> None:
    data = {"name": "Dr. One", "hue": "1", "is_active": "on"}
    client.post("/clinic/clinicians/new/", data)
    AppointmentType.objects.filter(name="Check-up").delete()

    client.post("/clinic/clinicians/new/", {**data, "name": "Dr. Two"})

    assert AppointmentType.objects.of(practice).count() == 2


def test_it_offers_a_colour_that_nobody_has(practice: Practice, client: Client) -> None:
    make.make_clinician(practice)

    page = client.get("/clinic/clinicians/new/")

    assert page.context["form"]["hue"].value() == 2


def test_it_switches_a_clinician_off(practice: Practice, client: Client) -> None:
    clinician = make.make_clinician(practice)
    data = {"name": clinician.name, "hue": "1"}

    answer = client.post(f"/clinic/clinicians/{clinician.pk}/edit/", data, follow=True)

    clinician.refresh_from_db()
    assert not clinician.is_active
    assert "Switched off" in words_of(answer)
    assert clinician.name not in words_of(client.get("/appointments/new/"))


def test_it_changes_the_length_of_a_kind_of_visit(
    practice: Practice, client: Client
) -> None:
    kind = make.make_appointment_type(practice)
    data = {"name": "Long talk", "minutes": "90", "hue": "4", "is_active": "on"}

    client.post(f"/clinic/kinds/{kind.pk}/edit/", data)
    client.post("/clinic/kinds/new/", {**data, "name": "Short talk", "minutes": "10"})

    kinds = AppointmentType.objects.of(practice).values_list("name", "minutes")
    assert set(kinds) == {("Long talk", 90), ("Short talk", 10)}


@pytest.mark.parametrize(
    ("path", "data", "sentence"),
    [
        ("clinicians", {"hue": "1"}, "Type the clinician’s name."),
        (
            "clinicians",
            {"name": "dr. imani  okafor", "hue": "1"},
            "of this name already",
        ),
        ("clinicians", {"name": "Dr. New", "hue": "9"}, "not one of the available"),
        ("kinds", {"name": "CHECK-UP", "minutes": "30", "hue": "1"}, "of this name"),
        ("kinds", {"name": "New", "minutes": "", "hue": "1"}, "Type the length"),
        ("kinds", {"name": "New", "minutes": "half", "hue": "1"}, "whole minutes"),
        ("kinds", {"name": "New", "minutes": "601", "hue": "1"}, "less than or equal"),
    ],
)
def test_it_says_next_to_the_field_what_is_wrong(
    practice: Practice, client: Client, path: str, data: dict[str, str], sentence: str
) -> None:
    make.make_clinician(practice)
    make.make_appointment_type(practice)

    answer = client.post(f"/clinic/{path}/new/", data)

    assert answer.status_code == 422
    assert sentence in words_of(answer)


def test_it_lets_two_practices_have_the_same_names(client: Client) -> None:
    make.make_clinician(make.make_ready_practice())
    data = {"name": "Dr. Imani Okafor", "hue": "1", "is_active": "on"}

    assert client.post("/clinic/clinicians/new/", data).status_code == 302


def test_it_shows_the_front_desk_no_way_to_change(practice: Practice) -> None:
    make.make_clinician(practice)
    client = sign_in(practice, Membership.Role.FRONT_DESK)

    html = client.get("/clinic/").content.decode()

    assert "/edit/" not in html
    assert "/new/" not in html


def test_it_costs_the_same_for_one_row_and_for_fifty(
    practice: Practice, client: Client
) -> None:
    costs = []
    for rows in (1, 49):
        for row in range(rows):
            make.make_clinician(practice, f"Dr. {rows} {row}")
            make.make_appointment_type(practice, f"Kind {rows} {row}")
        costs.append(queries_of(client, "/clinic/"))

    assert costs[0] == costs[1] <= MOST_QUERIES
