"""The master switch: owners and managers throw it, everybody sees it."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from provisioning.models import Membership, Practice
from reminders.models import Reminder, SendingPause
from tests import make
from tests.reminders.views import sign_in, words_of

pytestmark = pytest.mark.django_db

PAUSE = {"do": "pause", "why": "Snow: we are closed."}


@pytest.fixture
def practice() -> Practice:
    """A practice with a reminder that will go."""
    practice = make.make_ready_practice()
    visit = make.make_appointment(make.make_patient(practice))
    make.make_reminder(visit, due_at=make.NOW + timedelta(hours=2))
    return practice


@pytest.fixture
def client(practice: Practice) -> Client:
    """A manager's browser."""
    return sign_in(practice, Membership.Role.MANAGER)


def test_it_says_what_a_pause_does_and_what_still_goes(client: Client) -> None:
    words = words_of(client.get("/outbox/pause/"))

    assert "Reminders and booking confirmations stay here until you go on." in words
    assert "Answers to patients, confirmations of an opt-out and texts" in words
    assert "Nobody has ever paused the reminder texts." in words


def test_it_pauses_says_so_on_every_page_and_goes_on(client: Client) -> None:
    words = words_of(client.post("/outbox/pause/", PAUSE, follow=True))
    assert "1 held" in words
    assert "Held Reminder texts are paused." in words
    banner = "Reminder texts are paused: Snow: we are closed."
    for page in ("/", "/outbox/", "/patients/", "/inbox/"):
        assert banner in client.get(page).content.decode()

    client.post("/outbox/pause/", {"do": "go_on", "why": "Thaw."})
    assert banner not in client.get("/").content.decode()
    assert "1 will go" in words_of(client.get("/outbox/"))
    words = words_of(client.get("/outbox/pause/"))
    assert "Went on today 10:00 AM · Olivia Owner Thaw." in words
    assert "Paused today 10:00 AM · Olivia Owner Snow: we are closed." in words


def test_it_wants_to_know_why(client: Client) -> None:
    answer = client.post("/outbox/pause/", {"do": "pause", "why": " "})

    assert answer.status_code == 422
    assert "Say why" in words_of(answer)
    assert not SendingPause.objects.exists()


def test_who_comes_second_undoes_nothing(client: Client) -> None:
    client.post("/outbox/pause/", PAUSE)
    words = words_of(client.post("/outbox/pause/", PAUSE, follow=True))

    assert "Somebody else was quicker." in words
    assert SendingPause.objects.open().count() == 1


@pytest.mark.parametrize(
    "role", [Membership.Role.FRONT_DESK, Membership.Role.READ_ONLY]
)
def test_the_others_see_it_and_cannot_throw_it(
    practice: Practice, role: Membership.Role
) -> None:
    client = sign_in(practice, role)

    assert "Owners and managers throw this switch." in words_of(
        client.get("/outbox/pause/")
    )
    assert client.post("/outbox/pause/", PAUSE).status_code == 403
    assert not SendingPause.objects.exists()


def test_it_says_on_every_page_that_the_operator_switched_sending_off(
    client: Client, settings: Settings
) -> None:
    settings.SENDING_ENABLED = False

    assert "Sending is switched off" in client.get("/").content.decode()
    assert "1 held" in words_of(client.get("/outbox/"))
    assert Reminder.objects.planned().exists()
