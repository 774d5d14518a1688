"""Tasks: doors of three lines, which may come twice, late, or not at all."""

from contextlib import suppress
from datetime import timedelta

import pytest
from celery import current_app

from reminders import outbox, tasks
from reminders.models import Message
from tests import make, talk

pytestmark = pytest.mark.django_db

NOW = make.NOW


@pytest.fixture
def moment(monkeypatch):
    """A clock that the test winds: `moment.append(…)` is what it shows next."""
    shown = [NOW]
    monkeypatch.setattr(tasks, "now", lambda: shown[-1])
    return shown


@pytest.fixture
def hints(monkeypatch):
    """What workers were told to do."""
    told = []
    monkeypatch.setattr(tasks, "hint", lambda task, *ids: told.append((task, *ids)))
    return told


@pytest.fixture
def practice():
    line = make.make_line(make.make_account(make.make_practice()))
    talk.open_account_at_provider(line)
    return line.account.practice


def test_it_brings_a_due_reminder_to_the_provider_within_a_second(practice, moment):
    make.make_reminder(make.make_appointment(make.make_patient(practice)))
    tasks.tick()
    tasks.send()
    assert Message.objects.get().state == "sent"


def test_it_takes_as_many_rounds_as_fit_into_a_turn(practice, monkeypatch):
    """Each look at the clock is a tenth of a second later; the line is very quick."""
    for _ in range(20):
        make.make_message(make.make_phone(practice))
    times = iter(NOW + timedelta(milliseconds=100 * step) for step in range(1000))
    monkeypatch.setattr(tasks, "now", lambda: next(times))
    monkeypatch.setattr("reminders.outbox.claiming.PART", timedelta(0))
    tasks.send()
    sent = Message.objects.filter(state="sent").count()
    assert 1 < sent < 5
    assert not Message.objects.filter(state="sending").exists()


def test_it_sends_packet_after_packet_and_records_each(practice, moment, settings):
    """The next packet may have to wait for this one."""
    settings.PACKET_SIZE = 1
    other = make.make_line(make.make_account(make.make_practice()))
    talk.open_account_at_provider(other)
    for each in (practice, other.account.practice):
        make.make_message(make.make_phone(each))
    sent = []
    deliver = outbox.deliver

    def watch(texts, now):
        is_known = deliver(texts, now)
        sent.append(Message.objects.filter(state="sent").count())
        return is_known

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "deliver", watch)
        tasks.send()
    assert sent == [1, 2]


@pytest.mark.parametrize("fails", ["with an exception", "without an answer"])
def test_it_puts_back_what_it_could_not_send_after_a_packet_that_failed(
    practice, moment, settings, monkeypatch, fails
):
    settings.PACKET_SIZE = 1
    other = make.make_line(make.make_account(make.make_practice()))
    for each in (practice, other.account.practice):
        make.make_message(make.make_phone(each))

    def fail(texts, now):
        if fails == "with an exception":
            raise RuntimeError
        return False

    monkeypatch.setattr(outbox, "deliver", fail)
    with suppress(RuntimeError):
        tasks.send()
    states = Message.objects.values_list("state", flat=True)
    assert sorted(states)[0] == "queued"
    assert "sending" in states


def test_it_has_another_sender_help_once_there_is_something_to_send(
    practice, moment, hints
):
    tasks.send()
    assert hints == []
    make.make_message(make.make_phone(practice))
    tasks.send()
    assert hints == [(tasks.send,)]


def test_it_sends_everything_twice_as_often_as_told_and_nothing_twice(practice, moment):
    make.make_reminder(make.make_appointment(make.make_patient(practice)))
    for second in range(5):
        moment.append(NOW + timedelta(seconds=second))
        for task in (tasks.tick, tasks.send, tasks.reconcile):
            task()
            task()
    assert talk.Text.objects.count() == 1


def test_it_picks_up_texts_that_were_lost_on_the_way_to_a_worker(
    practice, moment, hints
):
    text = make.make_inbound(make.make_phone(practice), "HELP")
    tasks.tick()
    assert hints == []
    moment.append(NOW + timedelta(seconds=5))
    tasks.tick()
    assert hints == [(tasks.work_on_text, text.pk)]


def test_it_works_on_a_text_once(practice, moment):
    text = make.make_inbound(make.make_phone(practice), "HELP")
    tasks.work_on_text(text.pk)
    tasks.work_on_text(text.pk)
    assert Message.objects.filter(in_reply_to=text).count() == 1


def test_it_is_asked_for_by_the_beat():
    current_app.loader.import_default_modules()
    asked = {entry["task"] for entry in current_app.conf.beat_schedule.values()}
    assert {
        f"reminders.tasks.{name}" for name in ("tick", "send", "reconcile")
    } <= asked
    assert asked <= set(current_app.tasks)
