"""Who works here: the list, roles, leaving; a practice always keeps an owner."""

from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from provisioning import staff
from provisioning.models import Membership, Practice, Stage, User
from tests.make import (
    make_account,
    make_member,
    make_practice,
    make_ready_practice,
    make_user,
)

pytestmark = pytest.mark.django_db

Role = Membership.Role
LIST = "/setup/people/"


@pytest.fixture
def practice() -> Practice:
    return make_ready_practice()


@pytest.fixture
def olivia(practice) -> Membership:
    return make_member(practice, user=make_user("olivia@example.org"))


@pytest.fixture
def otto(practice) -> Membership:
    otto = make_user("otto@example.org", first_name="Otto", last_name="Other")
    return make_member(practice, user=otto)


def browser(member: Membership) -> Client:
    """The browser of somebody who is signed in."""
    client = Client()
    client.force_login(member.user)
    return client


def page_of(member: Membership) -> str:
    """The address of a person's page."""
    return reverse("person", args=[member.pk])


def owners(practice: Practice) -> int:
    """How many owners the practice has."""
    return practice.memberships.filter(role=Role.OWNER).count()


# --- Who sees it --------------------------------------------------------------------


def test_it_lists_everybody_with_role_and_last_sign_in(practice, olivia, otto):
    make_member(practice, Role.FRONT_DESK, make_user(last_name="Desk"))
    make_member(make_ready_practice(), user=make_user(last_name="Stranger"))
    page = browser(olivia).get(LIST).content.decode()
    for words in ("Olivia Owner", "(you)", "Otto Other", "Olivia Desk", "Front desk"):
        assert words in page
    assert "never signed in" in page
    assert "last sign-in" in page
    assert "Stranger" not in page


def test_the_account_page_leads_to_it(olivia):
    assert LIST in browser(olivia).get(reverse("account")).content.decode()


@pytest.mark.parametrize("role", [Role.MANAGER, Role.FRONT_DESK, Role.READ_ONLY])
def test_only_owners_see_it(practice, role):
    client = browser(make_member(practice, role))
    assert client.get(LIST).status_code == 403


def test_a_practice_that_is_not_registered_has_none_yet():
    practice = make_practice()
    make_account(practice, stage=Stage.DRAFT)
    client = browser(make_member(practice))
    assert client.get(LIST)["Location"] == reverse("wizard")
    client.post(LIST, {"email": "new@example.org", "role": "owner"})
    assert mail.outbox == []


# --- Roles ----------------------------------------------------------------------------


def test_it_changes_a_role(practice, olivia, otto):
    answer = browser(olivia).post(page_of(otto), {"do": "role", "role": "manager"})
    assert answer["Location"] == LIST
    otto.refresh_from_db()
    assert otto.role == Role.MANAGER


def test_it_refuses_a_role_that_there_is_not(olivia, otto):
    answer = browser(olivia).post(page_of(otto), {"do": "role", "role": "king"})
    assert answer.status_code == 422
    otto.refresh_from_db()
    assert otto.is_owner


def test_whoever_gives_the_role_of_an_owner_away_leaves_its_pages(olivia, otto):
    client = browser(olivia)
    answer = client.post(page_of(olivia), {"do": "role", "role": "manager"})
    assert answer["Location"] == reverse("today")
    assert client.get(LIST).status_code == 403
    assert client.get(reverse("today")).status_code == 200


# --- Leaving --------------------------------------------------------------------------


def test_access_ends_at_once(olivia, otto):
    theirs = browser(otto)
    assert theirs.get(reverse("today")).status_code == 200

    browser(olivia).post(page_of(otto), {"do": "remove"})

    assert theirs.get(reverse("today")).status_code == 403
    assert theirs.get(LIST)["Location"] == reverse("start")
    assert User.objects.filter(email="otto@example.org").exists()


def test_an_owner_may_leave_when_there_is_another(practice, olivia, otto):
    client = browser(olivia)
    answer = client.post(page_of(olivia), {"do": "remove"})
    assert answer["Location"] == reverse("account_login")
    assert "You have left" in client.get(answer["Location"]).content.decode()
    assert client.get(reverse("today")).status_code == 302
    assert owners(practice) == 1


@pytest.mark.parametrize("typed", [{"do": "remove"}, {"do": "role", "role": "manager"}])
def test_the_last_owner_stays(practice, olivia, typed):
    make_member(practice, Role.MANAGER)
    make_member(practice, user=make_user(is_active=False))
    answer = browser(olivia).post(page_of(olivia), typed)
    assert answer.status_code == 422
    assert "A practice needs an owner" in answer.content.decode()
    olivia.refresh_from_db()
    assert olivia.is_owner


def test_it_takes_no_act_that_it_does_not_know(olivia, otto):
    assert browser(olivia).post(page_of(otto), {"do": "promote"}).status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "act", [staff.remove, lambda owner: staff.change_role(owner, Role.MANAGER)]
)
def test_two_owners_who_drop_each_other_leave_one(practice, olivia, otto, act):
    together, refused = Barrier(2), []

    def drop(owner: Membership) -> None:
        try:
            together.wait()
            act(owner)
        except staff.LastOwner:
            refused.append(owner)
        finally:
            connection.close()

    threads = [Thread(target=drop, args=[owner]) for owner in (olivia, otto)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert owners(practice) == 1
