"""Whether anything comes back: silence is an alarm only where texts were taken."""

from datetime import timedelta

import pytest

from provisioning.models import ProviderAccount, Stage
from reminders.health import reports
from reminders.models import Message, Receipt, RefusedCallback
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
LATER = NOW + 3 * HOUR
Reason = RefusedCallback.Reason


@pytest.fixture
def practice():
    return make.make_ready_practice()


def sent(practice, times=1, at=NOW):
    """Texts that the provider took at that time."""
    for _n in range(times):
        make.make_message(
            make.make_phone(practice), state=Message.State.SENT, now=at, sent_at=at
        )


def receipt(practice, at):
    """A report of any kind, on any text."""
    Receipt.objects.create(
        practice=practice,
        provider_id=f"p{Receipt.objects.count()}",
        status="003",
        status_at=at,
        received_at=at,
    )


def is_silent(practice, now=LATER):
    return practice in reports.silent(now, HOUR)


def test_a_practice_that_sends_nothing_hears_nothing_and_that_is_no_alarm(practice):
    assert not is_silent(practice)


def test_it_notices_that_no_word_came_of_several_texts(practice):
    sent(practice, 3)
    assert is_silent(practice)


def test_one_or_two_phones_may_be_off(practice):
    sent(practice, 2)
    assert not is_silent(practice)


def test_a_report_since_then_ends_the_silence(practice):
    sent(practice, 3)
    receipt(practice, NOW + MINUTE)
    assert not is_silent(practice)


def test_a_report_on_earlier_texts_says_nothing_about_later_ones(practice):
    receipt(practice, NOW - HOUR)
    sent(practice, 3)
    assert is_silent(practice)


def test_texts_of_a_moment_ago_may_still_be_reported_on(practice):
    sent(practice, 3, at=LATER - 30 * MINUTE)
    assert not is_silent(practice)


def test_old_texts_are_no_alarm_any_more(practice):
    sent(practice, 3, at=NOW - timedelta(days=8))
    assert not is_silent(practice)


def test_an_account_that_is_not_in_use_raises_no_alarm(practice):
    sent(practice, 3)
    ProviderAccount.objects.update(stage=Stage.DISCONNECTED)
    assert not is_silent(practice)


def test_silence_is_each_practices_own(practice):
    other = make.make_ready_practice()
    sent(practice, 3)
    sent(other, 3)
    receipt(other, NOW + MINUTE)
    assert list(reports.silent(LATER, HOUR)) == [practice]


def refuse(practice, *minutes, reason=Reason.PASSWORD):
    for minute in minutes:
        at = NOW + minute * MINUTE
        RefusedCallback.objects.note(practice, reason, at)


def test_it_notices_that_callbacks_are_refused(practice):
    refuse(practice, 1, 2)
    assert list(reports.refused(LATER)) == [practice]


def test_one_garbled_callback_is_no_alarm(practice):
    refuse(practice, 1)
    assert not reports.refused(LATER).exists()


def test_a_good_report_after_the_refused_ones_ends_it(practice):
    refuse(practice, 1, 2)
    receipt(practice, NOW + 3 * MINUTE)
    assert not reports.refused(LATER).exists()


def test_a_good_report_before_the_refused_ones_does_not(practice):
    receipt(practice, NOW)
    refuse(practice, 1, 2)
    assert list(reports.refused(LATER)) == [practice]


def test_refusals_of_yesterday_are_forgotten(practice):
    refuse(practice, 1, 2)
    assert not reports.refused(NOW + timedelta(days=2)).exists()


def test_strangers_are_no_practices_alarm(practice):
    refuse(None, 1, 2, 3, reason=Reason.STRANGER)
    assert not reports.refused(LATER).exists()


def test_refusals_are_counted_in_one_row_and_once_a_second():
    for seconds in (0, 0.5, 2, 3.5):
        at = NOW + timedelta(seconds=seconds)
        RefusedCallback.objects.note(None, Reason.STRANGER, at)
    row = RefusedCallback.objects.get()
    assert (row.times, row.first_at) == (3, NOW)


def test_refusals_a_day_apart_are_no_one_story():
    RefusedCallback.objects.note(None, Reason.STRANGER, NOW)
    RefusedCallback.objects.note(None, Reason.STRANGER, NOW + 25 * HOUR)
    row = RefusedCallback.objects.get()
    assert (row.times, row.first_at) == (1, NOW + 25 * HOUR)


def test_it_finds_the_last_of_each_sign(practice, django_assert_num_queries):
    other = make.make_ready_practice()
    sent(practice, at=NOW)
    sent(practice, at=NOW + HOUR)
    sent(other, at=NOW + 2 * HOUR)
    make.make_inbound(make.make_phone(practice), now=NOW + MINUTE)
    receipt(practice, NOW + 2 * MINUTE)
    with django_assert_num_queries(2):
        own = reports.signs(practice)
    assert (own.accepted, own.inbound, own.report) == (
        NOW + HOUR,
        NOW + MINUTE,
        NOW + 2 * MINUTE,
    )
    assert reports.signs().accepted == NOW + 2 * HOUR


def test_nothing_ever_happened_to_a_new_practice(practice):
    signs = reports.signs(practice)
    assert (signs.accepted, signs.inbound, signs.report) == (None, None, None)
