"""Who may open a page of the desk."""

import pytest
from django.test import Client
from django.urls import reverse

from provisioning.models import Membership, Stage
from reminders.models import Patient
from tests import make
from tests.reminders.views import sign_in, words_of

pytestmark = pytest.mark.django_db

Role = Membership.Role


def test_it_leads_strangers_to_the_sign_in_and_back() -> None:
    answer = Client().get("/schedule/?day=2026-03-05")

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    assert "next=/schedule/%3Fday%3D2026-03-05" in answer["Location"]


def test_it_leads_the_whole_page_away_when_htmx_asked_for_a_part() -> None:
    answer = Client().get(
        "/patients/choices/?q=ana",
        headers={
            "HX-Request": "true",
            "HX-Current-URL": "http://testserver/appointments/new/",
        },
    )

    assert answer.status_code == 200
    assert answer["HX-Redirect"].startswith(reverse("account_login"))
    assert "next=/appointments/new/" in answer["HX-Redirect"]


def test_it_keeps_a_practice_that_is_not_registered_in_the_wizard() -> None:
    practice = make.make_practice()
    make.make_account(practice, Stage.DRAFT)

    answer = sign_in(practice).get("/")

    assert (answer.status_code, answer["Location"]) == (302, reverse("wizard"))


def test_it_opens_as_soon_as_the_practice_is_registered() -> None:
    practice = make.make_practice()
    make.make_account(practice, Stage.REGISTERED)

    answer = sign_in(practice).get("/")

    assert answer.status_code == 200
    assert "Reminders wait until your number works" in words_of(answer)


def test_it_has_nothing_for_somebody_without_a_practice() -> None:
    client = Client()
    client.force_login(make.make_user())

    assert client.get("/").status_code == 403


def test_it_lets_readers_look_but_not_change_anything() -> None:
    practice = make.make_ready_practice()
    client = sign_in(practice, Role.READ_ONLY)
    phone = make.make_phone(practice)

    assert client.get("/").status_code == 200
    assert client.get(f"/conversations/{phone.pk}/").status_code == 200
    assert client.get("/patients/new/").status_code == 403
    refused = client.post("/patients/new/", {"first_name": "A", "last_name": "B"})
    assert refused.status_code == 403
    assert client.post(f"/conversations/{phone.pk}/", {"body": "x"}).status_code == 403
    assert not Patient.objects.exists()
    assert not phone.messages.exists()


def test_it_keeps_the_clinics_furniture_to_owners_and_managers() -> None:
    practice = make.make_ready_practice()

    for role, status in {
        Role.OWNER: 200,
        Role.MANAGER: 200,
        Role.FRONT_DESK: 403,
        Role.READ_ONLY: 403,
    }.items():
        answer = sign_in(practice, role).get("/clinic/clinicians/new/")
        assert answer.status_code == status, role


def test_it_goes_back_only_to_its_own_pages() -> None:
    practice = make.make_ready_practice()
    visit = make.make_appointment(make.make_patient(practice))
    client = sign_in(practice)
    mark = reverse("appointment_mark", args=[visit.pk])

    home = client.post(mark, {"state": "confirmed", "next": "/?day=2026-03-05"})
    away = client.post(mark, {"state": "booked", "next": "https://example.org/"})

    assert home["Location"] == "/?day=2026-03-05"
    assert away["Location"] == reverse("appointment", args=[visit.pk])
