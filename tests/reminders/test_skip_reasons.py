"""Every reason for silence, with a story that leads to it; and nothing without a reason.

The table `STORIES` has one story for each reason. Each books a visit for Tuesday, 10
March 2026, 14:30 at a practice whose rule speaks 3 days before, at 10:00.
"""

from collections.abc import Callable
from datetime import time, timedelta

import pytest

from provisioning.models import Practice, ProviderAccount
from reminders import consent, outbox, schedule
from reminders.models import (
    Appointment,
    ConsentEvent,
    Patient,
    Phone,
    Reminder,
    ReminderRule,
    SendingPause,
)
from reminders.plan import CALL_INSTEAD, SkipReason, Timing
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW
START = make.at("2026-03-10", "14:30")
DUE = make.at("2026-03-07", "10:00")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Consent = ConsentEvent.Kind


def book(
    practice: Practice, starts_at=START, now=NOW, patient: Patient | None = None
) -> Appointment:
    return schedule.book(
        practice,
        patient=patient or make.make_patient(practice),
        clinician=make.make_clinician(practice),
        appointment_type=make.make_appointment_type(practice),
        starts_at=starts_at,
        by=None,
        now=now,
    )


def tick(now) -> None:
    """As `reminders.tasks.tick` does it each second."""
    outbox.give_up(now)
    outbox.fill(now)


# --- At the booking -----------------------------------------------------------------


def it_was_booked_an_hour_before(practice):
    book(practice, now=START - HOUR)


def it_was_booked_at_night_for_the_morning(practice):
    ReminderRule.objects.update(timing_kind=Timing.HOURS_BEFORE, minutes=120)
    book(
        practice,
        make.at("2026-03-10", "09:30"),
        now=make.at("2026-03-09", "22:00"),
    )


def it_would_go_after_the_start(practice):
    make.make_rule(practice, "that day at 15:00", days=0, at=time(15))
    book(practice)


# --- Between the booking and the due instant ----------------------------------------


def the_visit_moved(practice):
    schedule.move(book(practice), starts_at=START + DAY, by=None, now=NOW + HOUR)


def the_visit_was_cancelled(practice):
    schedule.cancel(book(practice), by=None, now=NOW + HOUR)


def the_patient_confirmed(practice):
    ReminderRule.objects.update(skips_confirmed=True)
    schedule.confirm(book(practice), by=None, now=NOW + HOUR)


def the_rule_was_switched_off(practice):
    book(practice)
    ReminderRule.objects.update(is_active=False)
    schedule.replan_practice(practice, now=NOW + HOUR)


def the_rule_is_new(practice):
    book(practice)
    make.make_rule(practice, "a week before", days=7)
    schedule.replan_practice(practice, now=NOW + 3 * DAY)


# --- When it is due: the phone ------------------------------------------------------


def fill_when_due(practice, **phone):
    visit = book(practice)
    Phone.objects.filter(pk=visit.patient.phone_id).update(**phone)
    tick(DUE)


def write_down(practice, kind):
    visit = book(practice)
    consent.record(
        visit.patient.phone, kind, source=ConsentEvent.Source.VERBAL, now=NOW
    )
    tick(DUE)


def the_phone_opted_out(practice):
    write_down(practice, Consent.OPTED_OUT)


def the_patient_seems_to_have_asked(practice):
    write_down(practice, Consent.PAUSED)


def consent_was_withdrawn(practice):
    write_down(practice, Consent.WITHDRAWN)


def there_is_no_number(practice):
    visit = book(practice)
    Patient.objects.filter(pk=visit.patient_id).update(phone=None)
    tick(DUE)


def the_number_is_a_landline(practice):
    fill_when_due(practice, reach=Phone.Reach.LANDLINE)


def the_number_is_dead(practice):
    fill_when_due(practice, reach=Phone.Reach.UNREACHABLE)


# --- When it is due: what else goes to that phone -----------------------------------


def two_came_due_while_sending_was_down(practice):
    make.make_rule(practice, "2 days before", days=2)
    book(practice)
    tick(START - DAY)


def another_visit_is_due_that_day(practice):
    visit = book(practice)
    make.make_rule(practice, "4 days before", days=4)
    book(practice, START + DAY, patient=visit.patient)
    tick(DUE)


def others_went_that_week(practice):
    make.make_policy(practice, weekly_cap=1)
    make.make_rule(practice, "5 days before", days=5)
    book(practice)
    tick(make.at("2026-03-05", "10:00"))
    tick(DUE)


# --- When it is due: the line -------------------------------------------------------


def the_account_was_not_ready(practice):
    book(practice)
    ProviderAccount.objects.update(suspended_at=NOW)
    tick(START - 59 * MINUTE)


def there_was_no_credit(practice):
    book(practice)
    ProviderAccount.objects.update(out_of_credit_at=NOW)
    tick(START - 59 * MINUTE)


def sending_was_down(practice):
    book(practice)
    tick(START - 59 * MINUTE)


def somebody_held_it_to_the_end(practice):
    book(practice)
    outbox.hold(Reminder.objects.all(), by=make.make_user(), now=NOW + HOUR)
    tick(DUE)
    tick(START - 30 * MINUTE)


def reminders_were_paused_to_the_end(practice):
    book(practice)
    SendingPause.objects.begin(
        practice, why="Snow day.", by=make.make_user(), now=NOW + HOUR
    )
    tick(DUE)
    tick(START - 30 * MINUTE)


STORIES: dict[SkipReason, Callable[[Practice], None]] = {
    SkipReason.BOOKED_TOO_LATE: it_was_booked_an_hour_before,
    SkipReason.QUIET_HOURS: it_was_booked_at_night_for_the_morning,
    SkipReason.VISIT_STARTED: it_would_go_after_the_start,
    SkipReason.MOVED: the_visit_moved,
    SkipReason.CANCELLED: the_visit_was_cancelled,
    SkipReason.ALREADY_CONFIRMED: the_patient_confirmed,
    SkipReason.RULE_OFF: the_rule_was_switched_off,
    SkipReason.RULE_CAME_LATE: the_rule_is_new,
    SkipReason.OPTED_OUT: the_phone_opted_out,
    SkipReason.PATIENT_ASKED: the_patient_seems_to_have_asked,
    SkipReason.NO_CONSENT: consent_was_withdrawn,
    SkipReason.NO_MOBILE: there_is_no_number,
    SkipReason.LANDLINE: the_number_is_a_landline,
    SkipReason.UNREACHABLE: the_number_is_dead,
    SkipReason.DUPLICATE: two_came_due_while_sending_was_down,
    SkipReason.DAILY_CAP: another_visit_is_due_that_day,
    SkipReason.WEEKLY_CAP: others_went_that_week,
    SkipReason.ACCOUNT_NOT_READY: the_account_was_not_ready,
    SkipReason.NO_CREDIT: there_was_no_credit,
    SkipReason.MISSED: sending_was_down,
    SkipReason.HELD: somebody_held_it_to_the_end,
    SkipReason.PAUSED: reminders_were_paused_to_the_end,
}
BY_NAME = pytest.mark.parametrize(
    ("reason", "happens"), STORIES.items(), ids=[reason.value for reason in STORIES]
)


@pytest.fixture
def practice() -> Practice:
    practice = make.make_ready_practice()
    make.make_rule(practice)
    return practice


def test_every_reason_has_its_story():
    assert set(STORIES) == set(SkipReason)


@BY_NAME
def test_it_is_the_one_reason_and_has_words(practice, reason, happens):
    happens(practice)
    skipped = Reminder.objects.filter(state=Reminder.State.SKIPPED)
    assert set(skipped.values_list("skip_reason", flat=True)) == {reason}
    assert all(reminder.skip_words.endswith(".") for reminder in skipped)


@BY_NAME
def test_a_call_is_due_where_nobody_told_the_patient(practice, reason, happens):
    happens(practice)
    assert practice.call_list.open().exists() is (reason in CALL_INSTEAD)


@BY_NAME
def test_nothing_stays_planned_once_the_visit_has_begun(practice, reason, happens):
    """Whatever happened before, and whether or not the account can send."""
    happens(practice)
    over = START + 2 * DAY
    tick(over)
    assert not Reminder.objects.planned().filter(starts_at__lte=over).exists()
    silent = Reminder.objects.filter(message=None)
    assert all(reminder.skip_words for reminder in silent)
