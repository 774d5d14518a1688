"""The first form becomes rows: whose, when not, and only once."""

import pytest
from django.test import Client
from django.urls import reverse

from provisioning import signup
from provisioning.models import Practice, ProviderAccount, Stage, User
from provisioning.views.door import BUSY
from tests.make import NOW, PASSWORD, make_member
from tests.provisioning.owner import MOBILE, TYPED, Owner

pytestmark = pytest.mark.django_db

DETAILS = {
    **TYPED,
    "practice_phone": "+12125550100",
    "mobile_number": MOBILE,
    "app_password": PASSWORD,
    "country": 1,
    "account_type": 1,
}


@pytest.fixture
def owner() -> Owner:
    """Somebody who misread the picture: a draft, nothing registered."""
    owner = Owner()
    owner.registers(code="WRONG1")
    assert owner.account.stage == Stage.DRAFT
    return owner


def test_it_is_for_owners_where_there_is_a_practice(owner):
    clerk = make_member(owner.account.practice, "front_desk").user
    client = Client()
    client.force_login(clerk)
    assert client.get(reverse("start")).status_code == 403
    assert client.post(reverse("start"), TYPED).status_code == 403
    assert owner.account.practice.name == TYPED["practice_name"]


def test_it_takes_corrections_to_a_draft(owner):
    owner.registers(code="WRONG2", practice_name="Other Clinic", first_name="Olga")
    assert owner.account.practice.name == "Other Clinic"
    assert owner.user.first_name == "Olga"


def test_it_changes_no_draft_that_is_being_registered(owner):
    now = owner.account.stage_since
    assert owner.account.take_turn(now, now.replace(year=now.year + 1))
    page = owner.registers(practice_name="Other Clinic")
    assert page.status_code == 422
    assert str(BUSY) in page.content.decode()
    assert owner.account.practice.name == TYPED["practice_name"]


def test_it_changes_no_account_that_was_registered_meanwhile(owner):
    user = owner.user
    ProviderAccount.objects.update(stage=Stage.REGISTERED)
    account = signup.open_practice(
        {**DETAILS, "practice_name": "Other Clinic"}, user=user, now=NOW
    )
    assert account.stage == Stage.REGISTERED
    assert Practice.objects.get().name == TYPED["practice_name"]


def test_it_opens_one_practice_when_the_form_is_sent_twice_at_a_time():
    signup.open_practice(DETAILS, user=None, now=NOW)
    with pytest.raises(signup.AddressTaken):
        signup.open_practice(DETAILS, user=None, now=NOW)
    assert Practice.objects.count() == 1
    assert User.objects.get().check_password(PASSWORD)


def test_it_says_so_where_somebody_took_the_address_a_moment_ago(monkeypatch):
    def too_late(*_args, **_details):
        raise signup.AddressTaken

    monkeypatch.setattr(signup, "open_practice", too_late)
    page = Owner().registers()
    assert page.status_code == 422
    assert "email" in page.context["form"].errors
