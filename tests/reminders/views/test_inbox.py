"""Inbox: texts that a person has to read."""

from datetime import timedelta

import pytest
from django.test import Client

from provisioning.models import Practice
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


def test_it_shows_who_may_have_written_and_what_it_may_be_about(
    practice: Practice, client: Client
) -> None:
    mother = make.make_patient(practice, "Chiara", "Okonkwo")
    make.make_patient(practice, "Milo", "Okonkwo", guardian=mother)
    make.make_appointment(mother)
    assert mother.phone is not None
    asked = make.make_message(mother.phone, "Will you come? C or R.")
    make.make_inbound(
        mother.phone,
        "maybe later",
        intent="unclear",
        why="Some of these words are new to us.",
        in_reply_to=asked,
        now=make.NOW - timedelta(hours=2),
    )

    words = words_of(client.get("/inbox/"))

    assert "Chiara Okonkwo or Milo Okonkwo" in words
    assert "waits 2\xa0hours".replace("\xa0", " ") in words
    assert "maybe later Unclear Some of these words are new to us." in words
    assert "Answers Will you come? C or R." in words
    assert "Thu Mar 5, 2:30 PM Chiara" in words


def test_it_shows_the_one_visit_where_that_is_known(
    practice: Practice, client: Client
) -> None:
    patient = make.make_patient(practice)
    visit = make.make_appointment(patient)
    make.make_appointment(patient, make.at("2026-03-06", "09:00"))
    assert patient.phone is not None
    make.make_inbound(patient.phone, appointment=visit, intent="decline")

    words = words_of(client.get("/inbox/"))

    assert "Thu Mar 5, 2:30 PM" in words
    assert "Fri Mar 6" not in words


def test_it_puts_the_oldest_first(practice: Practice, client: Client) -> None:
    phone = make.make_phone(practice)
    make.make_inbound(phone, "second")
    make.make_inbound(phone, "first", now=make.NOW - timedelta(hours=1))

    words = words_of(client.get("/inbox/"))

    assert words.index("first") < words.index("second")


def test_it_keeps_texts_of_strangers(practice: Practice, client: Client) -> None:
    make.make_inbound(make.make_phone(practice), "who is this")

    words = words_of(client.get("/inbox/"))

    assert "Nobody on your list" in words
    assert "who is this" in words


def test_it_is_done_with_a_text_once_somebody_says_so(
    practice: Practice, client: Client
) -> None:
    text = make.make_inbound(make.make_phone(practice))

    answer = client.post(f"/inbox/{text.pk}/settle/", follow=True)

    text.refresh_from_db()
    assert text.handled_at == make.NOW
    assert "Nothing waits for you" in words_of(answer)
    assert client.get(f"/inbox/{text.pk}/settle/").status_code == 405


def test_it_settles_only_what_came_in(practice: Practice, client: Client) -> None:
    text = make.make_message(make.make_phone(practice))

    assert client.post(f"/inbox/{text.pk}/settle/").status_code == 404


def test_it_costs_the_same_for_one_text_and_for_fifty(
    practice: Practice, client: Client
) -> None:
    costs = []
    for rows in (1, 49):
        for _row in range(rows):
            patient = make.make_patient(practice)
            make.make_patient(practice, guardian=patient)
            make.make_appointment(patient, double_booked=True)
            assert patient.phone is not None
            asked = make.make_message(patient.phone)
            make.make_inbound(patient.phone, in_reply_to=asked, intent="unclear")
        costs.append(queries_of(client, "/inbox/"))

    assert costs[0] == costs[1] <= MOST_QUERIES
