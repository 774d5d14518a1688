"""Conversations: read, write, settle, and the agreement behind them."""

import pytest
from django.test import Client

from provisioning.models import Membership, Practice
from reminders.models import Message, Phone
from tests import make
from tests.reminders.views import MOST_QUERIES, queries_of, sign_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice() -> Practice:
    """A practice whose texts can go out."""
    return make.make_ready_practice()


@pytest.fixture
def client(practice: Practice) -> Client:
    """The browser of somebody at the front desk."""
    return sign_in(practice)


@pytest.fixture
def phone(practice: Practice) -> Phone:
    """The phone of a patient who agreed to texts."""
    phone = make.make_phone(practice)
    make.make_patient(practice, phone=phone)
    return phone


def test_it_says_up_to_when_texts_are_in_the_archive(
    client: Client, phone: Phone
) -> None:
    address = f"/conversations/{phone.pk}/"
    assert "archive" not in words_of(client.get(address))
    Phone.objects.filter(pk=phone.pk).update(archived_until=make.at("2019-03-05"))
    assert "Texts up to March 5, 2019 are in the archive." in words_of(
        client.get(address)
    )


def test_it_shows_texts_both_ways_with_state_and_what_was_understood(
    client: Client, phone: Phone
) -> None:
    visit = make.make_appointment(phone.patients.get())
    make.make_message(phone, "See you Thursday.", state=Message.State.DELIVERED)
    make.make_message(
        phone, "Again.", state=Message.State.FAILED, reason="The phone was off."
    )
    make.make_inbound(
        phone,
        "R",
        appointment=visit,
        intent="change",
        why="Says exactly what we asked for.",
    )

    words = words_of(client.get(f"/conversations/{phone.pk}/"))

    assert "See you Thursday. Delivered" in words
    assert "The phone was off." in words
    assert "Wants to change" in words
    assert "Says exactly what we asked for. Ana Sample, Thu Mar 5, 2:30 PM" in words
    assert "Dealt with" in words


def test_it_queues_what_staff_write(client: Client, phone: Phone) -> None:
    path = f"/conversations/{phone.pk}/"

    answer = client.post(path, {"body": "  We’d be happy to see you.  "})

    assert (answer.status_code, answer["Location"]) == (302, path)
    text = phone.messages.get()
    assert text.body == "We'd be happy to see you."
    assert (text.kind, text.state) == ("staff", "queued")
    assert text.by is not None


def test_it_queues_one_text_for_a_form_that_was_sent_twice(
    client: Client, phone: Phone
) -> None:
    before = make.make_message(phone, "Yes.")
    path = f"/conversations/{phone.pk}/"
    assert f'name="after" value="{before.pk}"' in client.get(path).content.decode()

    for _click in range(2):
        client.post(path, {"body": "Yes.", "after": before.pk})
    assert phone.messages.filter(by__isnull=False).count() == 1

    newest = phone.messages.latest("pk").pk
    client.post(path, {"body": "Yes.", "after": newest})
    assert phone.messages.filter(by__isnull=False).count() == 2


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "Write something first."),
        (" \u200b ", "Write something first."),
        ("x" * 613, "This would go out as 5 texts; four is the most."),
        ("x" * 2001, "This is far too long for a text."),
    ],
)
def test_it_refuses_what_is_no_text(
    client: Client, phone: Phone, body: str, sentence: str
) -> None:
    answer = client.post(f"/conversations/{phone.pk}/", {"body": body})

    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert not phone.messages.exists()


def test_it_writes_to_nobody_who_opted_out(client: Client, phone: Phone) -> None:
    phone.opted_out_at = make.NOW
    phone.save()
    path = f"/conversations/{phone.pk}/"

    page = client.get(path)
    assert "No text can go to this phone. This phone has opted out" in words_of(page)
    assert "<textarea" not in page.content.decode()

    answer = client.post(path, {"body": "Please come back"})
    assert answer.status_code == 422
    assert not phone.messages.exists()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "0 / 160 characters"),
        ("x" * 160, "160 / 160 characters 1 text"),
        ("x" * 161, "161 / 306 characters 2 texts"),
        ("mañana 👍", "9 / 70 characters 1 text A character outside"),
        ("x" * 700, "700 / 765 characters 5 texts: too long"),
    ],
)
def test_it_counts_as_the_network_does(client: Client, body: str, words: str) -> None:
    answer = client.post("/conversations/measure/", {"body": body})

    assert words in words_of(answer)


def test_it_keeps_what_is_being_written_out_of_addresses(client: Client) -> None:
    assert client.get("/conversations/measure/?body=secret").status_code == 405


def test_it_notes_that_a_text_was_dealt_with(client: Client, phone: Phone) -> None:
    text = make.make_inbound(phone)
    back = f"/conversations/{phone.pk}/"

    answer = client.post(f"/inbox/{text.pk}/settle/", {"next": back}, follow=True)

    assert "Dealt with by Olivia Owner today 10:00 AM" in words_of(answer)


def test_it_shows_readers_no_buttons(practice: Practice, phone: Phone) -> None:
    make.make_inbound(phone)
    client = sign_in(practice, Membership.Role.READ_ONLY)

    html = client.get(f"/conversations/{phone.pk}/").content.decode()

    assert "<textarea" not in html
    assert "settle" not in html


def test_it_records_what_was_agreed(client: Client, phone: Phone) -> None:
    Phone.objects.update(consented_at=None)
    path = f"/conversations/{phone.pk}/consent/"
    said = {"kind": "consented", "source": "paper", "wording": "The form of 2026."}

    assert client.post(path, said).status_code == 302

    phone.refresh_from_db()
    assert phone.consented_at == make.NOW
    assert "The form of 2026." in words_of(client.get(path))


def test_it_offers_only_what_can_happen_to_the_phone(
    client: Client, phone: Phone
) -> None:
    path = f"/conversations/{phone.pk}/consent/"
    resumed, stopped = "They want our texts after all", "They told us to stop texting"

    words = words_of(client.get(path))
    assert stopped in words
    assert resumed not in words

    Phone.objects.update(paused_at=make.NOW)
    assert resumed in words_of(client.get(path))

    Phone.objects.update(opted_out_at=make.NOW)
    words = words_of(client.get(path))
    assert "by texting START" in words
    assert stopped not in words
    said = {"kind": "consented", "source": "paper", "wording": "x"}
    assert client.post(path, said).status_code == 422


def test_it_asks_for_all_of_a_change(client: Client, phone: Phone) -> None:
    answer = client.post(f"/conversations/{phone.pk}/consent/", {"wording": " "})

    assert answer.status_code == 422
    for sentence in (
        "Choose what happened.",
        "Choose how you learned of it.",
        "Write down what was said or shown.",
    ):
        assert sentence in words_of(answer)


def test_it_costs_the_same_for_one_text_and_for_fifty(
    practice: Practice, client: Client, phone: Phone
) -> None:
    paths = [f"/conversations/{phone.pk}/", f"/conversations/{phone.pk}/consent/"]
    costs = []
    for rows in (1, 49):
        for _row in range(rows):
            patient = make.make_patient(practice, phone=phone)
            visit = make.make_appointment(patient, double_booked=True)
            make.make_inbound(phone, appointment=visit, intent="change")
            make.make_message(phone)
            phone.consent_events.create(kind="consented", source="web", at=make.NOW)
        costs.append([queries_of(client, path) for path in paths])

    assert costs[0] == costs[1]
    assert max(costs[0]) <= MOST_QUERIES
