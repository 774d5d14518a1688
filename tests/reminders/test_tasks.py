"""Tasks: doors of three lines, which may come twice, late, or not at all."""

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
def practice():
    line = make.make_line(make.make_account(make.make_practice()))
    talk.open_account_at_provider(line)
    return line.account.practice


def test_it_brings_a_due_reminder_to_the_provider_in_one_tick(practice, moment):
    make.make_reminder(make.make_appointment(make.make_patient(practice)))
    tasks.tick()
    assert Message.objects.get().state == "sent"


def test_it_takes_as_many_turns_as_fit_into_a_tick(practice, monkeypatch):
    """Each look at the clock is a tenth of a second later; the line is very quick."""
    for _ in range(20):
        make.make_message(make.make_phone(practice))
    times = iter(NOW + timedelta(milliseconds=100 * step) for step in range(1000))
    monkeypatch.setattr(tasks, "now", lambda: next(times))
    monkeypatch.setattr("reminders.outbox.claiming.PART", timedelta(0))
    tasks.tick()
    sent = Message.objects.filter(state="sent").count()
    assert 1 < sent < 5
    assert not Message.objects.filter(state="sending").exists()


def test_it_claims_no_more_than_one_packet_at_a_time(practice, moment, settings):
    """The next packet may have to wait for this one, while its leases would run."""
    settings.PACKET_SIZE = 1
    other = make.make_line(make.make_account(make.make_practice()))
    talk.open_account_at_provider(other)
    for each in (practice, other.account.practice):
        make.make_message(make.make_phone(each))
    sending = []
    deliver = outbox.deliver

    def watch(texts, now):
        sending.append(Message.objects.filter(state="sending").count())
        deliver(texts, now)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "deliver", watch)
        tasks.tick()
    assert sending == [1, 1]
    assert Message.objects.filter(state="sent").count() == 2


def test_it_sends_everything_twice_as_often_as_told_and_nothing_twice(practice, moment):
    make.make_reminder(make.make_appointment(make.make_patient(practice)))
    for second in range(5):
        moment.append(NOW + timedelta(seconds=second))
        tasks.tick()
        tasks.tick()
        tasks.reconcile()
    assert talk.Text.objects.count() == 1


def test_it_picks_up_texts_that_were_lost_on_the_way_to_a_worker(
    practice, moment, monkeypatch
):
    monkeypatch.setattr(tasks.work_on_text, "delay", tasks.work_on_text)
    text = make.make_inbound(make.make_phone(practice), "HELP")
    tasks.tick()
    moment.append(NOW + timedelta(seconds=5))
    tasks.tick()
    text.refresh_from_db()
    assert text.worked_at == NOW + timedelta(seconds=5)


def test_it_works_on_a_text_once(practice, moment):
    text = make.make_inbound(make.make_phone(practice), "HELP")
    tasks.work_on_text(text.pk)
    tasks.work_on_text(text.pk)
    assert Message.objects.filter(in_reply_to=text).count() == 1


def test_it_is_asked_for_by_the_beat():
    current_app.loader.import_default_modules()
    asked = {entry["task"] for entry in current_app.conf.beat_schedule.values()}
    assert {"reminders.tasks.tick", "reminders.tasks.reconcile"} <= asked
    assert asked <= set(current_app.tasks)
