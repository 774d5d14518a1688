"""Heartbeats: one row for each kind of work of each process, written once a second."""

from datetime import timedelta

import pytest

from reminders import health, tasks
from reminders.health import heart
from reminders.models import Heartbeat
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db

Part = Heartbeat.Part
A_SECOND = timedelta(seconds=1)


def test_it_notes_the_work_and_who_did_it_since_when():
    health.beat(Part.FILL, NOW)
    health.beat(Part.FILL, NOW + 5 * A_SECOND)
    row = Heartbeat.objects.get()
    assert (row.part, row.started_at, row.beat_at) == (
        "fill",
        NOW,
        NOW + 5 * A_SECOND,
    )


def test_it_writes_with_one_update(django_assert_num_queries):
    health.beat(Part.FILL, NOW)
    with django_assert_num_queries(1) as asked:
        health.beat(Part.FILL, NOW + A_SECOND)
    assert asked.captured_queries[0]["sql"].startswith("UPDATE")


def test_it_writes_once_a_second_at_most(django_assert_num_queries):
    health.beat(Part.FILL, NOW)
    with django_assert_num_queries(0):
        health.beat(Part.FILL, NOW + 0.9 * A_SECOND)


def test_it_is_not_silenced_by_a_clock_that_was_set_back():
    health.beat(Part.FILL, NOW)
    health.beat(Part.FILL, NOW - timedelta(hours=1))
    assert Heartbeat.objects.get().beat_at == NOW - timedelta(hours=1)


def test_it_tells_two_processes_apart_and_knows_itself_after_a_fork(monkeypatch):
    health.beat(Part.SEND, NOW)
    monkeypatch.setattr(heart.os, "getpid", lambda: 4_000_000)
    health.beat(Part.SEND, NOW)
    assert Heartbeat.objects.values("process").distinct().count() == 2


def test_it_forgets_processes_that_have_been_gone_for_a_day():
    make.make_heartbeats(NOW - timedelta(hours=25), Part.FILL, process="gone:1:0")
    make.make_heartbeats(NOW - timedelta(hours=23), Part.FILL, process="late:1:0")
    health.beat(Part.FILL, NOW)
    assert not Heartbeat.objects.filter(process="gone:1:0").exists()
    assert Heartbeat.objects.filter(process="late:1:0").exists()


def test_it_knows_the_newest_of_each_part():
    make.make_heartbeats(NOW, Part.FILL, Part.SEND, process="a:1:0")
    make.make_heartbeats(NOW + A_SECOND, Part.SEND, process="b:1:0")
    assert Heartbeat.objects.newest() == {"fill": NOW, "send": NOW + A_SECOND}


def test_a_row_that_is_gone_is_made_anew():
    health.beat(Part.FILL, NOW)
    Heartbeat.objects.all().delete()
    health.beat(Part.FILL, NOW + A_SECOND)
    assert Heartbeat.objects.get().beat_at == NOW + A_SECOND


@pytest.mark.parametrize(
    ("request_", "arrived"),
    [
        ({}, False),
        ({"headers": None}, False),
        ({"celery_beat_task": True}, True),
        ({"headers": {"celery_beat_task": True}}, True),
    ],
    ids=["by hand", "without headers", "as attribute", "among headers"],
)
def test_it_takes_only_what_beat_sent_for_a_word_of_the_clock(request_, arrived):
    health.beat_arrived(request_, NOW)
    assert Heartbeat.objects.filter(part="beat").exists() is arrived


def test_tasks_note_what_they_have_done():
    tasks.tick()
    tasks.send()
    tasks.reconcile()
    tasks.watch_health()
    assert set(Heartbeat.objects.newest()) == {"fill", "send", "reconcile", "watch"}
