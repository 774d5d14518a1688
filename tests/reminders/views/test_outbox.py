"""Outbox: what will go out, what will not and why, and what became of the rest."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from provisioning.models import Practice, Stage
from reminders.models import Appointment, Message, Patient
from reminders.plan import SkipReason
from tests import make
from tests.reminders.views import queries_of, sign_in, words_of

pytestmark = pytest.mark.django_db

# More than elsewhere, since the page has four lists and foretells.
OUTBOX_QUERIES = 15

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
    assert "12 PM 12:00 PM Ana Sample One Thu Mar 5, 2:30 PM" in words
    assert "Thursday, March 5 1 reminder Show 1 reminder" in words
    assert "Two" not in words
    assert "Three" not in words


def test_it_opens_the_day_that_is_asked_for(practice: Practice, client: Client) -> None:
    visit = visit_of(practice)
    make.make_reminder(visit, make.make_rule(practice, "One"), SOON)
    thursday = make.at("2026-03-05", "12:30")
    make.make_reminder(visit, make.make_rule(practice, "Two"), thursday)

    words = words_of(client.get("/outbox/?day=2026-03-05"))

    assert "12:30 PM Ana Sample Two" in words
    assert "One" not in words


@pytest.mark.parametrize(
    "asked",
    ["day=x", "day=9999-12-31", "hour=" + "9" * 40, "after=0&lost=-1", "show=nonsense"],
)
def test_it_takes_nonsense_in_the_address_for_nothing(
    practice: Practice, client: Client, asked: str
) -> None:
    make.make_reminder(visit_of(practice), due_at=SOON)

    assert "1 will go" in words_of(client.get(f"/outbox/?{asked}"))


def test_it_shows_a_full_day_in_pieces_and_by_hour(
    practice: Practice, client: Client
) -> None:
    rule = make.make_rule(practice)
    for place in range(120):
        visit = visit_of(practice, double_booked=True)
        make.make_reminder(visit, rule, SOON + timedelta(minutes=place))
    rows = re.compile(r'<tr id="reminder-(\d+)"')

    page = client.get("/outbox/").content.decode()
    first = rows.findall(page)
    behind = f"/outbox/?day=2026-03-02&after={first[-1]}"
    assert behind.split("?")[1].replace("&", "&amp;") in page
    second = rows.findall(client.get(behind).content.decode())
    hour = rows.findall(client.get("/outbox/?hour=13").content.decode())

    assert len(first) == len(second) == 50
    assert not set(first) & set(second)
    assert len(hour) == 50
    assert "60 12 PM" in words_of(client.get("/outbox/"))


def test_it_shows_one_clinicians_reminders(practice: Practice, client: Client) -> None:
    for name in ("Dr. One", "Dr. Two"):
        clinician = make.make_clinician(practice, name)
        patient = make.make_patient(practice, name[4:])
        visit = make.make_appointment(patient, clinician=clinician)
        make.make_reminder(visit, due_at=SOON)

    words = words_of(client.get(f"/outbox/?clinician={clinician.pk}"))

    assert "2 will go" in words
    assert "Two Sample" in words
    assert "One Sample" not in words


def test_it_shows_only_what_is_held_or_will_not_go(
    practice: Practice, client: Client
) -> None:
    rule = make.make_rule(practice)
    for name in ("Goes", "Held", "Mute"):
        visit = make.make_appointment(
            make.make_patient(practice, name), double_booked=True
        )
        held = {"held_at": make.NOW} if name == "Held" else {}
        make.make_reminder(visit, rule, SOON, **held)
    Patient.objects.filter(first_name="Mute").update(phone=None)

    held_only = words_of(client.get("/outbox/?show=held"))
    silent_only = words_of(client.get("/outbox/?show=silent"))

    assert "Held Sample" in held_only
    assert "Goes Sample" not in held_only
    assert "Mute Sample" in silent_only
    assert "Will not go No mobile number is on file." in silent_only
    assert "Held Sample" not in silent_only


def test_it_says_so_when_the_week_has_none_of_what_is_asked_for(
    practice: Practice, client: Client
) -> None:
    visit = make.make_appointment(make.make_patient(practice))
    make.make_reminder(visit, due_at=SOON)

    assert "Nothing is held in these days." in words_of(
        client.get("/outbox/?show=held")
    )
    assert "Nothing of these days will stay unsent." in words_of(
        client.get("/outbox/?show=silent")
    )
    assert "Show all reminders" not in words_of(client.get("/outbox/"))


def test_it_foretells_one_text_for_a_family(practice: Practice, client: Client) -> None:
    rule, phone = make.make_rule(practice), make.make_phone(practice)
    for name, clock in (("Sam", "09:00"), ("Leo", "09:30")):
        patient = make.make_patient(practice, name, phone=phone)
        visit = make.make_appointment(patient, make.at("2026-03-05", clock))
        make.make_reminder(visit, rule, SOON)

    words = words_of(client.get("/outbox/"))

    assert "Will go The text also names: Leo." in words
    assert "Will go In one text with Sam’s visit." in words


def test_it_foretells_what_a_cap_will_stop(practice: Practice, client: Client) -> None:
    visit = visit_of(practice)
    assert visit.patient.phone is not None
    make.make_message(
        visit.patient.phone, kind=Message.Kind.REMINDER, state=Message.State.SENT
    )
    rule = make.make_rule(practice)
    make.make_reminder(visit, rule, SOON)
    make.make_reminder(visit_of(practice, double_booked=True), rule, SOON)

    words = words_of(client.get("/outbox/"))

    assert "Likely not This phone has had its reminder for the day." in words
    assert "1 will go" in words


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
    assert "1 held" in words
    assert "1 on the way" in words
    assert "1 will go" in words
    assert "Held The SMS account cannot send at the moment." in words
    assert "Waits until the SMS account can send." in words


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

    words = words_of(client.get("/outbox/?texts="))

    assert "1 delivered in the last day" in words
    assert "1 did not arrive" in words
    assert "Failed No such number." in words
    assert "three" not in words
    assert "four Outcome unknown We are asking the provider" in words
    assert "five" not in words


def test_it_says_what_to_do_about_a_text_that_did_not_arrive(
    practice: Practice, client: Client
) -> None:
    visit = visit_of(practice)
    phone = visit.patient.phone
    assert phone is not None
    make.make_message(phone, state=Message.State.UNDELIVERED, appointment=visit)

    page = client.get("/outbox/").content.decode()

    assert f'href="tel:{phone.number}"' in page
    assert f'href="/patients/{visit.patient_id}/edit/"' in page
    assert f'href="/conversations/{phone.pk}/#text-' in page


def test_it_shows_long_lists_of_texts_in_pieces(
    practice: Practice, client: Client
) -> None:
    phone = make.make_phone(practice)
    texts = [make.make_message(phone, state=Message.State.FAILED) for _ in range(60)]
    asked = f"lost={texts[10].pk}"

    assert asked in client.get("/outbox/").content.decode()
    rest = client.get(f"/outbox/?{asked}").content.decode()
    assert len(re.findall(r"#text-\d+", rest)) == 10


def test_it_says_so_when_there_is_nothing(client: Client) -> None:
    words = words_of(client.get("/outbox/"))

    assert "No reminder is planned for these days" in words
    assert "Show them" in words
    words = words_of(client.get("/outbox/?texts="))
    assert "No text went out in the last 24 hours." in words


def test_it_costs_the_same_for_one_row_and_for_two_hundred(
    practice: Practice, client: Client
) -> None:
    planned, decided = (
        make.make_rule(practice, "Planned"),
        make.make_rule(practice, "No"),
    )
    costs = []
    for rows in (1, 199):
        for _row in range(rows):
            visit = visit_of(practice, double_booked=True)
            make.make_reminder(visit, planned, SOON)
            make.make_reminder(
                visit, decided, state="skipped", skip_reason=SkipReason.RULE_OFF
            )
            assert visit.patient.phone is not None
            for state in (Message.State.QUEUED, Message.State.FAILED):
                make.make_message(visit.patient.phone, state=state, appointment=visit)
        costs.append(queries_of(client, "/outbox/"))

    assert costs[0] == costs[1] <= OUTBOX_QUERIES


def test_htmx_gets_what_moves_by_itself_alone(
    practice: Practice, client: Client
) -> None:
    make.make_reminder(visit_of(practice), due_at=SOON)
    make.make_message(make.make_phone(practice), state=Message.State.SENDING)

    answer = client.get("/outbox/?live=yes", headers={"HX-Request": "true"})
    page = answer.content.decode()

    assert 'id="outbox-live"' in page
    assert 'id="rail-list"' in page
    assert "Handed to the provider" in page
    assert "Ana Sample" not in page
