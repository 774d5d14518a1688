"""Delivery reports: late, twice, in any order, and always forward."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from provisioning.gateway import DeliveryReport
from reminders import outbox
from reminders.models import CallListEntry, Message, Phone, Receipt
from reminders.outbox import delivering
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW
AT = NOW - timedelta(seconds=3)

SENT = DeliveryReport("p1", "c1", "003", "sent", "On its way.", AT)
DELIVERED = replace(SENT, status="004", state="delivered", words="Arrived.")
FAILED = replace(SENT, status="007", state="failed", words="It could not be delivered.")
UNDELIVERED = replace(SENT, status="010", state="undelivered", words="It expired.")
UNKNOWN = replace(SENT, status="001", state="unknown", words="Never heard of it.")


@pytest.fixture
def practice():
    return make.make_ready_practice()


@pytest.fixture
def text(practice):
    """A text on its way, whose answer has not been recorded yet."""
    return make.make_message(
        make.make_phone(practice), state=Message.State.SENDING, client_id="c1"
    )


def apply(practice, *reports, now=NOW):
    for report in reports:
        outbox.apply_report(practice, report, now)


def test_it_notes_that_a_text_arrived(practice, text):
    apply(practice, DELIVERED)
    text.refresh_from_db()
    assert (text.state, text.state_at) == ("delivered", NOW)
    assert (text.delivered_at, text.sent_at, text.provider_id) == (AT, AT, "p1")
    receipt = Receipt.objects.get()
    assert (receipt.message, receipt.status, receipt.received_at) == (text, "004", NOW)


@pytest.mark.parametrize("order", list(permutations([SENT, FAILED, DELIVERED])))
def test_it_ends_with_the_best_news_in_whatever_order_it_comes(practice, text, order):
    apply(practice, *order, *order)
    text.refresh_from_db()
    assert (text.state, text.error_code, text.reason) == ("delivered", "", "")
    assert Receipt.objects.count() == 3


def test_it_keeps_the_first_of_two_final_states(practice, text):
    apply(practice, UNDELIVERED, FAILED, SENT)
    text.refresh_from_db()
    assert (text.state, text.error_code) == ("undelivered", "010")


def test_it_is_not_undone_by_our_own_commit_that_comes_later(practice, text):
    """The receipt was quicker than the worker that sent the text."""
    apply(practice, DELIVERED)
    delivering._record_accepted({"c1": "p1"}, NOW)
    text.refresh_from_db()
    assert (text.state, text.provider_id) == ("delivered", "p1")


def test_it_settles_a_doubt(practice, text):
    Message.objects.update(state="unknown")
    apply(practice, replace(SENT, status="002", state="queued"))
    text.refresh_from_db()
    assert text.state == "sent"


def test_it_learns_nothing_from_a_state_that_says_nothing(practice, text):
    apply(practice, UNKNOWN)
    text.refresh_from_db()
    assert text.state == "sending"
    assert Receipt.objects.count() == 1


def test_it_finds_a_text_by_the_providers_id_when_ours_is_not_told(practice, text):
    Message.objects.update(provider_id="p1")
    apply(practice, replace(DELIVERED, client_id=""))
    text.refresh_from_db()
    assert text.state == "delivered"


@pytest.mark.parametrize(
    "report",
    [
        replace(DELIVERED, client_id="other", provider_id="other"),
        replace(DELIVERED, client_id="", provider_id=""),
    ],
)
def test_it_keeps_a_report_that_fits_no_text(practice, text, report):
    apply(practice, report)
    assert Receipt.objects.get().message is None
    text.refresh_from_db()
    assert text.state == "sending"


def test_it_does_not_reach_into_another_practice(text):
    apply(make.make_practice("Hillside Clinic"), DELIVERED)
    text.refresh_from_db()
    assert text.state == "sending"
    assert Receipt.objects.get().message is None


def test_it_notes_the_price_whenever_it_comes(practice, text):
    apply(practice, DELIVERED, replace(SENT, charge=Decimal("0.8")))
    apply(practice, replace(DELIVERED, charge=Decimal(7)))
    text.refresh_from_db()
    assert (text.state, text.charge) == ("delivered", Decimal("0.8"))


def test_it_learns_that_a_phone_can_be_reached(practice, text):
    Phone.objects.update(reach=Phone.Reach.UNREACHABLE)
    apply(practice, DELIVERED)
    assert Phone.objects.get().reach == Phone.Reach.MOBILE


def test_it_learns_that_a_number_is_dead(practice, text):
    apply(practice, replace(FAILED, dead_number=True))
    assert Phone.objects.get().reach == Phone.Reach.UNREACHABLE


@pytest.mark.parametrize("report", [FAILED, UNDELIVERED])
def test_it_asks_staff_to_call_about_visits_that_nobody_was_told_of(practice, report):
    visit = make.make_appointment(make.make_patient(practice))
    make.make_reminder(visit, make.make_rule(practice))
    outbox.fill(NOW)
    Message.objects.update(state="sent", client_id="c1")
    apply(practice, report, report)
    call = CallListEntry.objects.get()
    assert (call.appointment, call.reason) == (visit, report.words)


@pytest.mark.parametrize(
    ("kind", "now", "calls"),
    [
        (Message.Kind.ANSWER, NOW, 1),
        (Message.Kind.BOOKING, NOW, 0),
        (Message.Kind.ANSWER, make.at("2026-03-06", "10:00"), 0),
    ],
)
def test_it_asks_staff_to_call_only_while_it_helps(practice, text, kind, now, calls):
    visit = make.make_appointment(make.make_patient(practice))
    Message.objects.update(appointment=visit, kind=kind)
    apply(practice, FAILED, now=now)
    assert CallListEntry.objects.count() == calls


def test_it_asks_few_questions(practice, text, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        apply(practice, DELIVERED)
