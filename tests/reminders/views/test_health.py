"""The page on health: for whom, and what it shows."""

import pytest
from django.test import Client

from provisioning.models import Membership, Practice, ProviderAccount
from reminders.models import Heartbeat
from tests import make
from tests.reminders.views import MOST_QUERIES, queries_of, sign_in, words_of

pytestmark = pytest.mark.django_db

Role = Membership.Role


@pytest.fixture
def practice() -> Practice:
    return make.make_ready_practice()


def operator(practice: Practice | None = None) -> Client:
    """The browser of an operator, who may work at a practice as well."""
    user = make.make_user(is_staff=True)
    if practice:
        make.make_member(practice, Role.FRONT_DESK, user)
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("role", [Role.OWNER, Role.MANAGER])
def test_owners_and_managers_see_their_practice_and_not_the_installation(
    practice, role
):
    words = words_of(sign_in(practice, role).get("/health/"))
    assert "Texts are going out. None is waiting." in words
    assert "Database" not in words
    assert "desk:1" not in words


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.READ_ONLY])
def test_others_see_neither(practice, role):
    assert sign_in(practice, role).get("/health/").status_code == 403


def test_operators_see_the_installation_without_working_anywhere(practice):
    answer = operator().get("/health/")
    words = words_of(answer)
    assert "The installation" in words
    assert "desk:1" in words
    assert practice.name not in words
    assert "no-store" in answer["Cache-Control"]


def test_operators_who_work_nowhere_are_led_here_from_the_start_page():
    client = operator()
    assert client.get("/").url == "/health/"
    assert client.get("/patients/").status_code == 403


def test_operators_see_the_practice_where_they_work_as_well(practice):
    words = words_of(operator(practice).get("/health/"))
    assert "Texts are going out." in words
    assert "The installation" in words


def test_operators_see_that_no_process_is_at_work():
    Heartbeat.objects.all().delete()
    words = words_of(operator().get("/health/"))
    assert "The installation is in trouble" in words
    assert "No process has worked within the hour" in words


def test_what_is_amiss_says_since_when_what_it_means_and_what_to_do(practice):
    ProviderAccount.objects.update(out_of_credit_at=make.NOW)
    words = words_of(sign_in(practice).get("/health/"))
    assert "Something has to be done" in words
    assert "No credit is left. Texts wait;" in words
    assert "What to do: An owner buys credit" in words
    assert "since today 10:00 AM" in words
    assert "To the SMS account" in words


def test_it_offers_the_account_to_owners_only(practice):
    ProviderAccount.objects.update(out_of_credit_at=make.NOW)
    words = words_of(sign_in(practice, Role.MANAGER).get("/health/"))
    assert "To the SMS account" not in words


def test_it_refreshes_itself_with_the_frame_around_it(practice):
    html = sign_in(practice).get("/health/").content.decode()
    assert 'hx-trigger="every 5s"' in html
    for part in ("health", "banners", "health-light", "health-at", "rail-list"):
        assert html.count(f'id="{part}"') == 1


def test_it_costs_few_queries(practice):
    # Session, user, membership and the frame are four of them, a pause is one.
    assert queries_of(sign_in(practice), "/health/") <= MOST_QUERIES + 6


def test_the_light_in_the_strip_leads_here(practice):
    for role, path in {
        Role.OWNER: "/health/",
        Role.MANAGER: "/health/",
        Role.FRONT_DESK: "/outbox/",
    }.items():
        light = sign_in(practice, role).get("/clinic/").context["health"]
        assert light["url"] == path
