"""The broker: a Redis or a folder, there or not."""

import pytest
from redis import Redis

from reminders.health import broker
from tests import servers


@pytest.fixture
def folder(settings, tmp_path):
    settings.CELERY_BROKER_URL = "filesystem://"
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_in": str(tmp_path)}
    return tmp_path


def test_it_counts_the_tasks_in_a_folder(folder):
    for name in ("1_a.frontdesk.msg", "2_b.frontdesk.msg", "3_c.other.msg", "note"):
        (folder / name).touch()
    waiting = {"frontdesk": 2, "frontdesk-sending": 0}
    assert broker.look() == broker.Broker(is_reachable=True, waiting=waiting)


def test_it_stops_counting_files_at_some_number(folder, monkeypatch):
    monkeypatch.setattr(broker, "MOST", 2)
    for number in range(4):
        (folder / f"{number}.frontdesk.msg").touch()
    assert broker.look().total == 2


def test_it_notices_a_folder_that_is_gone(folder):
    folder.rmdir()
    assert not broker.look().is_reachable


def test_it_notices_a_redis_that_is_gone(settings):
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{servers.free_port()}/0"
    assert broker.look() == broker.Broker(is_reachable=False)


def test_it_counts_the_tasks_in_a_redis(settings):
    if not settings.CELERY_BROKER_URL.startswith("redis"):
        pytest.skip("Wants Redis: ./run test")
    settings.CELERY_TASK_DEFAULT_QUEUE = "tests-of-the-broker"
    settings.CELERY_TASK_ROUTES = {}
    with Redis.from_url(settings.CELERY_BROKER_URL) as client:
        client.rpush("tests-of-the-broker", "one", "two")
        try:
            assert broker.look().waiting == {"tests-of-the-broker": 2}
        finally:
            client.delete("tests-of-the-broker")


def test_it_asks_for_every_queue_that_tasks_are_routed_to(settings):
    settings.CELERY_TASK_ROUTES = {"reminders.tasks.tick": {"queue": "apart"}}
    assert broker.queues() == ["apart", "frontdesk"]


def test_a_broker_in_memory_has_nothing_to_count(settings):
    settings.CELERY_BROKER_URL = "memory://"
    assert broker.look() == broker.Broker(is_reachable=True)
