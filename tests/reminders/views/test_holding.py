"""Hold, release and send now, as people at the desk click them."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from provisioning.models import Membership, Practice, User
from reminders import outbox
from reminders.models import Message, Reminder
from reminders.views import holding
from tests import make
from tests.reminders.views import sign_in, words_of

pytestmark = pytest.mark.django_db

SOON = make.NOW + timedelta(hours=2)


@pytest.fixture
def practice() -> Practice:
    """A practice whose texts can go out."""
    return make.make_ready_practice()


@pytest.fixture
def dana(practice: Practice) -> User:
    """Somebody at the front desk."""
    user = make.make_user(first_name="Dana", last_name="Desk")
    return make.make_member(practice, Membership.Role.FRONT_DESK, user).user


@pytest.fixture
def client(dana: User) -> Client:
    """Her browser."""
    client = Client()
    client.force_login(dana)
    return client


def remind(practice: Practice, due_at: datetime = SOON) -> Reminder:
    """Plan the reminder of a new patient's visit on Thursday."""
    visit = make.make_appointment(make.make_patient(practice), double_booked=True)
    return make.make_reminder(visit, due_at=due_at)


def press(client: Client, path: str, *, htmx: bool = False, **data: str) -> str:
    """Post as a button of the outbox does, and read the page that comes of it."""
    headers = {"HX-Request": "true"} if htmx else {}
    data.setdefault("next", "/outbox/")
    return words_of(client.post(path, data, headers=headers, follow=True))


def test_it_says_who_holds_a_reminder_until_it_is_released(
    practice: Practice, client: Client, dana: User
) -> None:
    reminder = remind(practice)

    words = press(client, f"/outbox/{reminder.pk}/hold/")
    assert "Held by Dana Desk, today 10:00 AM" in words
    assert "1 held" in words

    words = press(client, f"/outbox/{reminder.pk}/release/")
    assert "Will go" in words
    assert "1 held" not in words


def test_htmx_gets_the_row_and_the_numbers(practice: Practice, client: Client) -> None:
    reminder = remind(practice)

    answer = client.post(
        f"/outbox/{reminder.pk}/hold/", headers={"HX-Request": "true"}
    ).content.decode()

    for part in (f"reminder-{reminder.pk}", "outbox-numbers", "sum-2026-03-02"):
        assert f'id="{part}"' in answer
    assert "<html" not in answer


def test_who_comes_second_is_told_who_came_first(
    practice: Practice, client: Client
) -> None:
    reminder = remind(practice)
    other = make.make_user(first_name="Olga", last_name="Other")
    outbox.hold(Reminder.objects.all(), by=other, now=make.NOW)

    assert "Olga Other holds it." in press(client, f"/outbox/{reminder.pk}/hold/")
    outbox.release(Reminder.objects.all())
    assert "Nobody holds it." in press(client, f"/outbox/{reminder.pk}/release/")


def test_who_comes_after_the_worker_is_told_that_it_is_too_late(
    practice: Practice, client: Client
) -> None:
    reminder = remind(practice, make.NOW)
    outbox.fill(make.NOW)
    outbox.claim(make.NOW)

    words = press(client, f"/outbox/{reminder.pk}/hold/", htmx=True)

    assert "Too late: this text is on its way." in words
    assert "Sending" in words


def test_it_takes_a_queued_text_back(practice: Practice, client: Client) -> None:
    remind(practice, make.NOW)
    outbox.fill(make.NOW)
    text = Message.objects.get()

    words = press(client, f"/outbox/texts/{text.pk}/hold/")

    assert "Held. It stands among the reminders to come." in words
    assert "Held by Dana Desk" in words
    assert "Too late" in press(client, f"/outbox/texts/{text.pk}/hold/")
    assert outbox.claim(make.NOW) == []


def test_it_holds_and_releases_a_day_of_one_clinician_or_all(
    practice: Practice, client: Client
) -> None:
    for name in ("Dr. One", "Dr. Two"):
        clinician = make.make_clinician(practice, name)
        visit = make.make_appointment(make.make_patient(practice), clinician=clinician)
        make.make_reminder(visit, due_at=SOON)
    tomorrow = remind(practice, SOON + timedelta(days=1))
    day, only = "2026-03-02", str(clinician.pk)

    words = press(client, "/outbox/day/", do="hold", day=day, clinician=only)
    assert "1 held." in words
    assert "1 held." in press(client, "/outbox/day/", do="hold", day=day)
    assert list(Reminder.objects.planned()) == [tomorrow]
    assert "2 released." in press(client, "/outbox/day/", do="release", day=day)
    assert Reminder.objects.planned().count() == 3


def test_it_sends_at_once_and_says_so(practice: Practice, client: Client) -> None:
    reminder = remind(practice)

    words = press(client, f"/outbox/{reminder.pk}/send/")

    assert "It goes now" in words
    assert "now Ana Sample" in words
    reminder.refresh_from_db()
    assert reminder.due_at == make.NOW


def test_it_asks_first_in_quiet_hours(
    practice: Practice, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = make.at("2026-03-02", "21:30")
    monkeypatch.setattr(holding, "clock_now", lambda: night)
    reminder = remind(practice, make.at("2026-03-03", "09:00"))
    path = f"/outbox/{reminder.pk}/send/"

    words = press(client, path)
    assert "It is 9:30 PM" in words
    assert "Send it anyway" in words
    answer = client.post(path, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == path
    reminder.refresh_from_db()
    assert reminder.due_at != night

    client.post(path, {"anyway": "yes"})
    reminder.refresh_from_db()
    assert reminder.due_at == night


def test_it_says_why_it_does_not_send(practice: Practice, client: Client) -> None:
    reminder = remind(practice)
    practice.phones.update(opted_out_at=make.NOW)
    path = f"/outbox/{reminder.pk}/send/"

    assert "opted out" in press(client, path)
    words = words_of(client.get(path))
    assert "It cannot go now This phone has opted out of texts." in words
    assert "Send it anyway" not in words


def test_who_only_looks_has_no_buttons(practice: Practice) -> None:
    reminder = remind(practice)
    client = sign_in(practice, Membership.Role.READ_ONLY)

    assert "Hold this day" not in words_of(client.get("/outbox/"))
    for path in (f"/outbox/{reminder.pk}/hold/", "/outbox/day/"):
        assert client.post(path, {"day": "2026-03-02"}).status_code == 403
    assert not Reminder.objects.held().exists()


def test_the_visit_says_who_holds_its_reminder(
    practice: Practice, client: Client
) -> None:
    reminder = remind(practice)
    press(client, f"/outbox/{reminder.pk}/hold/")

    words = words_of(client.get(f"/appointments/{reminder.appointment_id}/"))

    assert "held by Dana Desk since today 10:00 AM Held" in words
    assert "Held" in words_of(client.get("/?day=2026-03-05"))
