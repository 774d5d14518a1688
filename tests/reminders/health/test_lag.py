"""Late is what has nothing to wait for but us."""

from datetime import timedelta

import pytest

from provisioning.models import Line, ProviderAccount
from reminders.health import lag
from reminders.models import Message
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
LATER = NOW + 10 * MINUTE


@pytest.fixture
def practice():
    """One whose number has been free since NOW."""
    return make.make_ready_practice()


def due_reminder(practice, due_at=NOW):
    """A reminder that is due, of a visit in three days."""
    visit = make.make_appointment(make.make_patient(practice), double_booked=True)
    return make.make_reminder(visit, due_at=due_at)


def test_nothing_is_late_where_nothing_is_due(practice):
    make.make_message(make.make_phone(practice), send_after=LATER + MINUTE)
    due_reminder(practice, due_at=LATER + MINUTE)
    assert lag.lag(LATER).since is None


def test_a_text_is_late_from_the_instant_at_which_it_could_leave(practice):
    make.make_message(make.make_phone(practice), send_after=NOW + MINUTE)
    assert lag.lag(LATER).text == NOW + MINUTE


def test_a_text_that_waited_for_its_line_is_late_since_that_was_free(practice):
    make.make_message(make.make_phone(practice))
    Line.objects.update(free_at=NOW + 3 * MINUTE)
    assert lag.lag(LATER).text == NOW + 3 * MINUTE


def test_a_text_whose_line_is_busy_is_not_late(practice):
    make.make_message(make.make_phone(practice))
    Line.objects.update(free_at=LATER + MINUTE)
    assert lag.lag(LATER).since is None


@pytest.mark.parametrize(
    "condition", ["suspended_at", "out_of_credit_at", "credentials_refused_at"]
)
def test_what_waits_for_the_account_is_not_late(practice, condition):
    make.make_message(make.make_phone(practice))
    due_reminder(practice)
    ProviderAccount.objects.update(**{condition: NOW})
    assert lag.lag(LATER).since is None
    assert lag.late_accounts(LATER, LATER) == set()


def test_a_reminder_is_late_once_it_is_due(practice):
    due_reminder(practice, due_at=NOW + 2 * MINUTE)
    late = lag.lag(LATER)
    assert (late.text, late.reminder) == (None, NOW + 2 * MINUTE)
    assert late.since == NOW + 2 * MINUTE


def test_a_reminder_behind_waiting_texts_is_not_late_itself(practice):
    due_reminder(practice, due_at=NOW - MINUTE)
    make.make_message(make.make_phone(practice), send_after=NOW + MINUTE)
    late = lag.lag(LATER)
    assert (late.text, late.reminder) == (NOW + MINUTE, None)


def test_it_asks_about_one_practice_alone(practice):
    other = make.make_ready_practice()
    make.make_message(make.make_phone(other))
    due_reminder(practice, due_at=NOW + 4 * MINUTE)
    assert lag.lag(LATER, practice).since == NOW + 4 * MINUTE
    assert lag.lag(LATER, other).since == NOW
    assert lag.lag(LATER).since == NOW


def test_it_names_the_accounts_whose_texts_or_reminders_are_late(practice):
    with_text, patient = make.make_ready_practice(), make.make_ready_practice()
    make.make_message(make.make_phone(with_text))
    make.make_message(make.make_phone(patient), send_after=LATER - MINUTE)
    due_reminder(practice)
    concerned = {practice.account.pk, with_text.account.pk}
    assert lag.late_accounts(LATER, LATER - 5 * MINUTE) == concerned


def test_it_costs_two_queries_with_any_number_of_practices(
    practice, django_assert_num_queries
):
    for _n in range(4):
        make.make_message(make.make_phone(make.make_ready_practice()))
    with django_assert_num_queries(2):
        lag.lag(LATER)
    with django_assert_num_queries(2):
        lag.late_accounts(LATER, LATER)


def test_it_counts_what_is_on_its_way_and_what_is_in_doubt(practice):
    phone = make.make_phone(practice)
    make.make_message(phone)
    make.make_message(phone, state=Message.State.SENDING)
    make.make_message(phone, state=Message.State.UNKNOWN, state_at=NOW + MINUTE)
    make.make_message(phone, state=Message.State.UNKNOWN, state_at=NOW)
    make.make_message(phone, state=Message.State.DELIVERED)
    make.make_message(make.make_phone(make.make_ready_practice()))
    counted = lag.queue(NOW, practice)
    assert (counted.waiting, counted.sending, counted.unknown) == (1, 1, 2)
    assert counted.unknown_since == NOW
    assert lag.queue(NOW).waiting == 2


def test_it_stops_counting_where_nobody_needs_to_know(practice, monkeypatch):
    monkeypatch.setattr(lag, "MOST", 2)
    for _n in range(3):
        make.make_message(make.make_phone(practice))
    assert lag.queue(NOW).waiting == 2
