"""What operators read about the installation, state by state."""

from collections import namedtuple
from datetime import timedelta

import pytest

from provisioning.models import Interface, Outage
from reminders.health import broker, installation, readiness
from reminders.health.broker import Broker
from reminders.health.verdict import Tone
from reminders.models import Message, RefusedCallback
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
Disk = namedtuple("Disk", "total used free")
GIGABYTE = 1024**3


@pytest.fixture(autouse=True)
def hints(monkeypatch):
    """The broker, as the test wants it; nothing waits there at first."""
    state = {"broker": Broker(is_reachable=True, waiting={"frontdesk": 0})}
    monkeypatch.setattr(broker, "look", lambda: state["broker"])
    return state


def part(key, now=NOW):
    return next(each for each in installation.verdicts(now) if each.key == key)


def test_all_is_well_when_everything_is_at_work():
    make.make_heartbeats()
    tones = {each.key: each.tone for each in installation.verdicts(NOW)}
    assert len(tones) == 11
    assert {key for key, tone in tones.items() if tone is not Tone.OK} <= {"disk"}


def test_its_queries_are_counted(django_assert_max_num_queries):
    make.make_heartbeats()
    readiness.pending_migrations()
    with django_assert_max_num_queries(14):
        installation.verdicts(NOW)


@pytest.mark.parametrize(
    ("reachable", "waiting", "todo"),
    [
        (False, 0, "broker cannot be reached"),
        (True, 30, "restart the workers"),
        (True, 0, "start celery beat"),
    ],
    ids=["no broker", "a pile of tasks", "no task at all"],
)
def test_a_silent_clock_says_which_end_is_at_fault(hints, reachable, waiting, todo):
    make.make_heartbeats()
    hints["broker"] = Broker(reachable, {"frontdesk": waiting})
    said = part("beat", NOW + 5 * MINUTE)
    assert (said.tone, said.since) == (Tone.BAD, NOW)
    assert "for 5 minutes" in said.words
    assert todo in said.todo


def test_it_says_that_the_clock_was_never_heard():
    assert "has ever arrived" in part("beat").words


@pytest.mark.parametrize(
    ("key", "tone"),
    [("fill", Tone.BAD), ("send", Tone.BAD), ("reconcile", Tone.WARN)],
)
def test_it_tells_work_that_is_not_done_any_more(key, tone):
    assert "Never done" in part(key).words
    make.make_heartbeats()
    assert part(key).tone is Tone.OK
    said = part(key, NOW + 5 * MINUTE)
    assert (said.tone, said.since) == (tone, NOW)


def test_work_that_nothing_wakes_leads_to_the_clock():
    make.make_heartbeats()
    assert "See to the clock" in part("send", NOW + 5 * MINUTE).todo
    make.make_heartbeats(NOW + 5 * MINUTE, "beat")
    assert "Look at the log" in part("send", NOW + 5 * MINUTE).todo


def test_it_tells_how_many_texts_are_where_and_which_is_late():
    practice = make.make_ready_practice()
    make.make_message(make.make_phone(practice))
    make.make_message(make.make_phone(practice), state=Message.State.SENDING)
    assert "1 waiting, 1 on their way, 0 in doubt" in part("queue").words
    assert part("queue", NOW + 3 * MINUTE).tone is Tone.WARN
    assert part("queue", NOW + 6 * MINUTE).tone is Tone.BAD


def test_it_tells_that_the_provider_does_not_answer():
    assert part("provider").tone is Tone.OK
    Outage.objects.create(
        interface=Interface.CONNECT, since=NOW, failures=3, rests_until=NOW
    )
    assert part("provider").tone is Tone.WARN
    assert part("provider", NOW + 6 * MINUTE).tone is Tone.BAD


def test_it_tells_strangers_and_what_a_practice_was_refused():
    assert part("callbacks").tone is Tone.OK
    RefusedCallback.objects.note(None, "stranger", NOW)
    assert part("callbacks").tone is Tone.OK
    assert "nobody’s" in part("callbacks").words
    practice = make.make_ready_practice()
    RefusedCallback.objects.note(practice, "password", NOW + MINUTE)
    said = part("callbacks", NOW + MINUTE)
    assert said.tone is Tone.WARN
    assert practice.name not in f"{said.words}{said.todo}"


def test_it_tells_a_broker_that_cannot_be_reached_and_one_that_fills_up(hints):
    assert part("broker").tone is Tone.OK
    hints["broker"] = Broker(is_reachable=True, waiting={"frontdesk": 21})
    assert part("broker").tone is Tone.WARN
    hints["broker"] = Broker(is_reachable=False)
    assert part("broker").tone is Tone.BAD


def test_it_tells_a_slow_database(monkeypatch):
    assert part("database").tone is Tone.OK
    monkeypatch.setattr(readiness, "database_seconds", lambda: 0.25)
    said = part("database")
    assert (said.tone, "250" in said.words) == (Tone.WARN, True)


def test_it_tells_missing_migrations(monkeypatch):
    monkeypatch.setattr(readiness, "pending_migrations", lambda: 2)
    said = part("migrations")
    assert (said.tone, said.words) == (Tone.BAD, "2 are missing.")


@pytest.mark.parametrize(
    ("free", "tone"), [(50, Tone.OK), (0.5, Tone.WARN), (0.1, Tone.BAD)]
)
def test_it_tells_a_disk_that_is_nearly_full(monkeypatch, free, tone):
    disk = Disk(100 * GIGABYTE, 0, int(free * GIGABYTE))
    monkeypatch.setattr(installation.shutil, "disk_usage", lambda _path: disk)
    assert part("disk").tone is tone


def test_it_tells_a_folder_that_is_not_there(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "nowhere"
    assert part("disk").tone is Tone.WARN


def test_it_lists_who_worked_lately_and_what_they_did():
    make.make_heartbeats(NOW, "fill", "send", process="desk.example:7:abcd")
    make.make_heartbeats(NOW - timedelta(hours=2), "fill", process="old:8:abcd")
    (worker,) = installation.workers(NOW)
    assert (worker.name, worker.parts) == ("desk.example:7", "Planning, Sending")
    assert (worker.since, worker.last) == (NOW, NOW)
