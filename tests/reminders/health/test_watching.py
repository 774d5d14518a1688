"""The watcher: notices opened for whoever is concerned, and closed when it is over."""

from datetime import timedelta

import pytest
from django.core import mail

from provisioning import notices
from provisioning.models import Notice, ProviderAccount
from reminders import clock, health, tasks
from reminders.models import Heartbeat, Message, Receipt, RefusedCallback
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
LATER = NOW + 10 * MINUTE


@pytest.fixture
def practice():
    """One with an owner, whose number is free."""
    practice = make.make_ready_practice()
    make.make_member(practice, user=make.make_user("olivia@example.org"))
    return practice


def look(now):
    """Let a watcher look that has looked a moment before as well."""
    make.make_heartbeats(now - 0.5 * MINUTE, Heartbeat.Part.WATCH, process="w:1:0")
    health.watch(now)


def open_kinds(practice):
    return set(practice.account.notices.open().values_list("kind", flat=True))


def stuck_text(practice):
    return make.make_message(make.make_phone(practice))


def test_it_opens_a_notice_when_texts_stand_still_and_closes_it_when_they_go(practice):
    text = stuck_text(practice)
    look(NOW + 4 * MINUTE)
    assert open_kinds(practice) == set()
    look(LATER)
    assert open_kinds(practice) == {"texts_stuck"}
    Message.objects.filter(pk=text.pk).update(state=Message.State.SENT)
    look(LATER + MINUTE)
    assert open_kinds(practice) == set()
    assert practice.account.notices.get().closed_at == LATER + MINUTE


def test_it_opens_a_notice_when_reminders_stand_still(practice):
    make.make_reminder(make.make_appointment(make.make_patient(practice)))
    look(LATER)
    assert open_kinds(practice) == {"texts_stuck"}


def test_a_practice_without_texts_is_not_bothered(practice):
    stuck_text(make.make_ready_practice())
    look(LATER)
    assert open_kinds(practice) == set()


def test_the_first_look_after_a_standstill_opens_nothing_about_waiting_texts(practice):
    stuck_text(practice)
    make.make_heartbeats(NOW - timedelta(hours=9), Heartbeat.Part.WATCH)
    health.watch(LATER)
    assert open_kinds(practice) == set()
    health.watch(LATER + 0.5 * MINUTE)
    assert open_kinds(practice) == {"texts_stuck"}


def test_a_look_from_outside_waits_for_no_worker_and_is_none_itself(practice):
    stuck_text(practice)
    health.watch(LATER, from_outside=True)
    assert open_kinds(practice) == {"texts_stuck"}
    assert not Heartbeat.objects.exists()


def test_it_opens_and_closes_a_notice_about_reports_that_do_not_come(practice):
    for _n in range(3):
        phone = make.make_phone(practice)
        make.make_message(phone, state=Message.State.SENT, sent_at=NOW)
    look(NOW + 61 * MINUTE)
    assert open_kinds(practice) == {"reports_silent"}
    at = NOW + 62 * MINUTE
    Receipt.objects.create(
        practice=practice, provider_id="p", status="4", status_at=at, received_at=at
    )
    look(NOW + 63 * MINUTE)
    assert open_kinds(practice) == set()


def test_refused_reports_are_not_told_as_silence_as_well(practice):
    for minutes in (1, 2, 3):
        phone = make.make_phone(practice)
        make.make_message(phone, state=Message.State.SENT, sent_at=NOW)
        RefusedCallback.objects.note(practice, "password", NOW + minutes * MINUTE)
    look(NOW + 61 * MINUTE)
    assert open_kinds(practice) == {"reports_refused"}


def test_it_leaves_notices_of_the_account_itself_alone(practice):
    ProviderAccount.objects.update(suspended_at=NOW)
    notices.review(NOW)
    look(LATER)
    assert open_kinds(practice) == {"suspended"}


def test_the_accounts_own_review_leaves_these_alone(practice):
    stuck_text(practice)
    look(LATER)
    notices.review(LATER)
    assert open_kinds(practice) == {"texts_stuck"}


def test_the_queue_of_sending_mails_only_while_the_other_is_silent(practice):
    account = {practice.account.pk}
    Notice.objects.keep(Notice.Kind.SUSPENDED, account, clock.now())
    ProviderAccount.objects.update(suspended_at=NOW)
    make.make_heartbeats(clock.now(), Heartbeat.Part.FILL)
    tasks.stand_in()
    assert mail.outbox == []
    Heartbeat.objects.filter(part="fill").delete()
    tasks.stand_in()
    assert len(mail.outbox) == 1


def test_two_watchers_open_one_notice(practice):
    stuck_text(practice)
    look(LATER)
    look(LATER)
    assert practice.account.notices.count() == 1


@pytest.mark.parametrize(
    ("kind", "subject", "words"),
    [
        ("texts_stuck", "texts stand still", "None is lost"),
        ("reports_silent", "no delivery reports", "callback address"),
        ("reports_refused", "reports are refused", "the right password"),
    ],
)
def test_owners_are_mailed_once(practice, kind, subject, words):
    Notice.objects.keep(kind, {practice.account.pk}, NOW)
    notices.review(NOW)
    notices.review(NOW + MINUTE)
    (letter,) = mail.outbox
    assert letter.to == ["olivia@example.org"]
    assert subject in letter.subject
    assert words in letter.body


def test_a_standstill_that_flaps_is_mailed_once(practice):
    account = {practice.account.pk}
    for minutes in (0, 10, 20):
        now = NOW + minutes * MINUTE
        Notice.objects.keep(Notice.Kind.TEXTS_STUCK, account, now)
        notices.review(now)
        Notice.objects.keep(Notice.Kind.TEXTS_STUCK, set(), now + MINUTE)
    assert len(mail.outbox) == 1
    assert practice.account.notices.count() == 3


def test_its_queries_do_not_grow_with_practices_that_are_well(
    practice, django_assert_max_num_queries
):
    for _n in range(5):
        make.make_ready_practice()
    look(NOW)
    with django_assert_max_num_queries(9):
        health.watch(NOW + MINUTE)
