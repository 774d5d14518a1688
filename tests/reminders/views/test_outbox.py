"""Outbox: what will go out, what will not and why, and what became of the rest."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from provisioning.models import Practice, Stage
from reminders.models import Appointment, Message
from reminders.plan import SkipReason
from tests import make
from tests.reminders.views import MOST_QUERIES, queries_of, sign_in, words_of

pytestmark = pytest.mark.django_db

SOON = make.NOW + timedelta(hours=2)


@pytest.fixture
def practice() -> Practice:
    """A practice whose texts can go out."""
    return make.make_ready_practice()


@pytest.fixture
def client(practice: Practice) -> Client:
    """The browser of somebody at the front desk."""
    return sign_in(practice)


def visit_of(practice: Practice, **fields: Any) -> Appointment:
    """A visit on Thursday, of a new patient."""
    return make.make_appointment(make.make_patient(practice), **fields)


def test_it_lists_what_will_go_day_by_day(practice: Practice, client: Client) -> None:
    visit = visit_of(practice)
    make.make_reminder(visit, make.make_rule(practice, "One"), SOON)
    thursday = make.at("2026-03-05", "12:30")
    make.make_reminder(visit, make.make_rule(practice, "Two"), thursday)
    later = make.NOW + timedelta(days=8)
    make.make_reminder(visit, make.make_rule(practice, "Three"), later)

    words = words_of(client.get("/outbox/"))

    assert "2 will go" in words
    assert "Monday, March 2 1 reminder" in words
    assert "12:00 PM Ana Sample One Thu Mar 5, 2:30 PM Will go" in words
    assert "Thursday, March 5 1 reminder" in words
    assert "Three" not in words


def test_it_groups_by_the_days_of_the_practice() -> None:
    practice = make.make_ready_practice(time_zone="America/Los_Angeles")
    late = make.at("2026-03-03", "19:00", practice)
    make.make_reminder(visit_of(practice), due_at=late)

    words = words_of(sign_in(practice).get("/outbox/"))

    assert "Tuesday, March 3 1 reminder" in words
    assert "7:00 PM Ana Sample" in words


def test_it_says_beforehand_what_will_not_go(
    practice: Practice, client: Client
) -> None:
    visit = visit_of(practice)
    make.make_reminder(visit, due_at=SOON)
    practice.phones.update(consented_at=None)

    words = words_of(client.get("/outbox/"))

    assert "1 will not go" in words
    assert "Will not go There is no consent on record to text this phone." in words


def test_it_says_what_is_held_while_the_account_is_not_ready() -> None:
    practice = make.make_practice()
    make.make_account(practice, Stage.NUMBER_CLAIMED)
    visit = visit_of(practice)
    make.make_reminder(visit, make.make_rule(practice, "Due"), make.NOW)
    make.make_reminder(visit, make.make_rule(practice, "Later"), SOON)
    make.make_message(make.make_phone(practice), send_after=make.NOW)

    words = words_of(sign_in(practice).get("/outbox/"))

    assert "Reminders wait until your number works" in words
    assert "2 held" in words
    assert "1 will go" in words
    assert "Due Thu Mar 5, 2:30 PM Held" in words


def test_it_lists_what_was_decided_already_with_the_reason(
    practice: Practice, client: Client
) -> None:
    skipped: dict[str, Any] = {"state": "skipped", "due_at": None}
    make.make_reminder(
        visit_of(practice), **skipped, skip_reason=SkipReason.BOOKED_TOO_LATE
    )
    cancelled = make.make_appointment(make.make_patient(practice), state="cancelled")
    make.make_reminder(cancelled, **skipped, skip_reason=SkipReason.CANCELLED)

    words = words_of(client.get("/outbox/"))

    assert "Skipped reminders 1" in words
    assert "The visit was booked after this reminder should have gone." in words
    assert "The visit was cancelled." not in words


def test_it_shows_the_last_day_of_texts_and_why_some_did_not_arrive(
    practice: Practice, client: Client
) -> None:
    phone = make.make_phone(practice)
    state = Message.State
    make.make_message(phone, "one", state=state.DELIVERED)
    make.make_message(phone, "two", state=state.FAILED, reason="No such number.")
    long_ago = make.NOW - timedelta(days=2)
    make.make_message(phone, "three", state=state.DELIVERED, now=long_ago)
    make.make_message(phone, "four", state=state.UNKNOWN, now=long_ago)
    make.make_inbound(phone, "five")

    words = words_of(client.get("/outbox/"))

    assert "1 delivered in the last day" in words
    assert "1 did not arrive" in words
    assert "Failed No such number." in words
    assert "three" not in words
    assert "four" in words
    assert "five" not in words


def test_it_says_so_when_there_is_nothing(client: Client) -> None:
    words = words_of(client.get("/outbox/"))

    assert "No reminder is planned for these days" in words
    assert "No text went out in the last 24 hours." in words


def test_it_costs_the_same_for_one_row_and_for_fifty(
    practice: Practice, client: Client
) -> None:
    planned, decided = (
        make.make_rule(practice, "Planned"),
        make.make_rule(practice, "No"),
    )
    costs = []
    for rows in (1, 49):
        for _row in range(rows):
            visit = visit_of(practice, double_booked=True)
            make.make_reminder(visit, planned, SOON)
            make.make_reminder(
                visit, decided, state="skipped", skip_reason=SkipReason.RULE_OFF
            )
            assert visit.patient.phone is not None
            make.make_message(
                visit.patient.phone, state=Message.State.FAILED, appointment=visit
            )
        costs.append(queries_of(client, "/outbox/"))

    assert costs[0] == costs[1] <= MOST_QUERIES
