"""The portal of the present-day platform."""

from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import resolve, reverse

from provisioning.sandbox import clock
from provisioning.sandbox.models import Integration, Number
from provisioning.sandbox.pages.phone import correspondents

from ..customer import page as html_of

pytestmark = pytest.mark.django_db

NUMBER = "14155550111"


@pytest.fixture
def integration() -> Integration:
    return Integration.objects.create(
        name="practice", digits=NUMBER, created_at=clock.now()
    )


def page(method: str, path: str, **typed: str) -> Any:
    request = getattr(RequestFactory(), method)(path, typed)
    view, args, kwargs = resolve(request.path_info)
    return view(request, *args, **kwargs)


def test_the_portal_makes_integrations_with_numbers_nobody_has():
    path = reverse("sandbox-portal")
    taken = page("post", path, name="First", area="415")
    assert taken.status_code == 303
    page("post", path, name="Second", area="415")
    first, second = Integration.objects.all()
    assert first.digits != second.digits
    assert first.api_key != second.api_key
    shown = page("get", path).content.decode()
    assert "First" in shown
    assert "Second" in shown


def test_the_portal_runs_out_of_numbers():
    answers = [
        page("post", reverse("sandbox-portal"), name="One more", area="415")
        for _ in range(40)
    ]
    assert answers[-1].status_code == 200
    assert b"is taken" in answers[-1].content
    assert not Number.objects.exists()


def test_the_portal_keeps_callbacks_and_refuses_what_is_no_address(integration):
    path = reverse("sandbox-integration", args=[integration.pk])
    wrong = page("post", path, status_url="nowhere", inbound_url="", is_active="on")
    assert b"Enter an address" in wrong.content
    page("post", path, status_url="https://app.test/x", is_active="on")
    integration.refresh_from_db()
    assert integration.status_url == "https://app.test/x"
    assert integration.has_stop_commands is False
    page("post", path, top_up="1")
    integration.refresh_from_db()
    assert integration.balance == 35


def test_the_portal_shows_what_the_application_needs(integration):
    html = html_of(reverse("sandbox-integration", args=[integration.pk]))
    assert integration.api_key in html
    assert "+1 415 555 0111" in html
    assert "USD 10.00" in html
    assert "practice" in html_of(reverse("sandbox-portal"))


def test_any_phone_can_write_to_an_integration(integration):
    assert correspondents([], "12025550100") == [NUMBER]


def test_the_switchboard_names_the_one_api(integration):
    html = html_of(reverse("sandbox-switchboard"))
    assert "<option>v1/balance</option>" in html
    assert ">111 USA" in html
    assert "<option>practice</option>" in html
