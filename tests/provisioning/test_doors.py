"""The doors of the set-up: who is turned away, and where they may lead."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import Client
from django.urls import reverse

from provisioning.models import Membership, ProviderCall, User
from provisioning.urls import urlpatterns
from provisioning.views.door import MOST_BY_STRANGERS
from provisioning.views.press import leave
from provisioning.wizard import Act
from tests.make import make_account, make_member, make_practice

pytestmark = pytest.mark.django_db

OUTSIDE = "https://www.clickatell.com/buy?ticket=1"
# What anybody may open, and what asks the provider.
OPEN = ["start", "existing", "key", "captcha", "terms"]
# What is open to whoever has a link or a picture, whoever they are.
BY_LINK = {
    "join",
    "captcha",
    "captcha_help",
    "captcha_answer",
    "captcha_helper",
    "terms",
}


def stays(*_args: object) -> None:
    """An act that leads nowhere."""


def wear_out(address: str) -> None:
    """Open a door as often as an address may."""
    browser = Client(REMOTE_ADDR=address)
    for _n in range(MOST_BY_STRANGERS):
        browser.get(reverse("terms"))


@pytest.mark.parametrize("name", OPEN)
def test_it_turns_away_strangers_who_ask_without_end(name):
    wear_out("203.0.113.7")
    asked = ProviderCall.objects.count()
    for method in ("get", "post"):
        answer = getattr(Client(REMOTE_ADDR="203.0.113.7"), method)(reverse(name))
        assert answer.status_code in (429, 405)
    assert ProviderCall.objects.count() == asked
    assert not User.objects.exists()


def test_it_turns_nobody_else_away():
    wear_out("203.0.113.7")
    other = Client(REMOTE_ADDR="203.0.113.8")
    assert other.get(reverse("captcha")).status_code == 200
    known = Client(REMOTE_ADDR="203.0.113.7")
    practice = make_practice()
    make_account(practice)
    known.force_login(make_member(practice).user)
    assert known.get(reverse("captcha")).status_code == 200


@pytest.mark.parametrize("address", ["/setup/", "/setup/account/"])
def test_any_act_may_lead_to_a_page_of_ours(address):
    assert leave(Act(stays), address, "wizard")["Location"] == address


@pytest.mark.parametrize("page", ["wizard", "account"])
def test_an_act_that_leads_nowhere_leads_to_the_page_itself(page):
    assert leave(Act(stays), None, page)["Location"] == reverse(page)


@pytest.mark.parametrize("address", [OUTSIDE, "//evil.example/", "javascript:alert(1)"])
def test_only_acts_that_are_marked_lead_out_of_the_house(address):
    with pytest.raises(SuspiciousOperation):
        leave(Act(stays), address, "wizard")


def test_a_marked_act_leads_to_the_provider():
    answer = leave(Act(stays, leads_away=True), OUTSIDE, "wizard")
    assert answer["Location"] == OUTSIDE


def owners_doors() -> list[str]:
    """The addresses of all pages that are for owners."""
    samples = {"slug": "email", "pk": 1}
    return [
        reverse(
            str(route.name),
            kwargs={name: samples[name] for name in route.pattern.converters},
        )
        for route in urlpatterns
        if route.name not in BY_LINK
    ]


@pytest.mark.parametrize("address", owners_doors())
@pytest.mark.parametrize("role", [role for role in Membership.Role if role != "owner"])
def test_only_owners_come_in(address, role):
    practice = make_practice()
    make_account(practice)
    browser = Client()
    browser.force_login(make_member(practice, role).user)
    for method in ("get", "post"):
        answer = getattr(browser, method)(address)
        assert answer.status_code in (403, 405), method
    assert not ProviderCall.objects.exists()
