"""Letting go of the account, and of the number, from the account page."""

import pytest
from django.urls import reverse

from provisioning import clock, steps
from provisioning.models import ProviderCall, Stage
from tests.provisioning.owner import Owner

pytestmark = pytest.mark.django_db

ADDRESS = "/setup/account/disconnect/"


@pytest.fixture
def owner() -> Owner:
    owner = Owner()
    owner.is_ready()
    return owner


def test_it_asks_for_ones_own_password_first(owner):
    for method in ("get", "post"):
        answer = getattr(owner.client, method)(ADDRESS)
        assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert owner.account.stage == Stage.READY


def test_it_says_what_happens_and_changes_nothing_by_that(owner):
    assert ADDRESS in owner.client.get(reverse("account")).content.decode()
    owner.confirms()
    page = owner.client.get(ADDRESS).content.decode()
    assert "Nothing is cancelled there" in page
    assert "(415) 555-0142" in page
    assert owner.account.stage == Stage.READY


def test_it_lets_go_without_a_word_to_the_provider(owner):
    owner.confirms()
    before = ProviderCall.objects.count()
    answer = owner.client.post(ADDRESS)
    assert answer.headers["Location"] == reverse("wizard")
    assert owner.account.stage == Stage.DISCONNECTED
    assert ProviderCall.objects.count() == before
    assert owner.client.get(reverse("today")).status_code == 200
    # A second click, from another tab, finds nothing to let go of.
    assert owner.client.post(ADDRESS).headers["Location"] == reverse("wizard")


def test_it_waits_for_a_call_that_is_under_way(owner):
    now = clock.now()
    assert owner.account.take_turn(now, now + steps.turn.TURN)
    owner.confirms()
    page = owner.client.post(ADDRESS)
    assert page.status_code == 422
    assert "being asked" in page.content.decode()
    assert owner.account.stage == Stage.READY


def test_the_number_is_given_up_and_another_can_be_claimed(owner):
    address = reverse("account")
    assert "Give this number up" in owner.client.get(address).content.decode()
    answer = owner.client.post(address, {"do": "change_number"})
    assert answer.headers["Location"] == reverse("wizard")
    assert owner.account.stage == Stage.CONNECTED
    assert not owner.account.lines.filter(retired_at=None).exists()
    assert owner.lands_on() == reverse("wizard_page", args=["number"])
