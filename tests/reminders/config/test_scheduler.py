"""The beat's scheduler: it keeps time when the clock is set back, and fills no queue."""

from datetime import timedelta
from typing import Any

import pytest
from celery import Celery
from celery.schedules import schedule
from kombu import Connection

from reminders.config import scheduler
from reminders.config.scheduler import SteadyScheduler

HOUR = timedelta(hours=1)


class Clock:
    """What the beat's machine shows, which somebody sets."""

    def __init__(self, app: Celery) -> None:
        self.tells = type(app).now
        self.off_by = timedelta(0)

    def __call__(self, app: Celery) -> object:
        return self.tells(app) + self.off_by


@pytest.fixture
def app(tmp_path):
    """An application with one task, which comes every second."""
    app = Celery("beaten", broker="memory://beaten", set_as_current=False)
    app.conf.beat_schedule = {"often": {"task": "often", "schedule": 1.0}}
    app.conf.task_default_queue = f"beaten-{tmp_path.name}"
    app.task(name="often", ignore_result=True)(often)
    return app


def often() -> None:
    """What the beat brings round."""


@pytest.fixture
def clock(app, monkeypatch):
    clock = Clock(app)
    monkeypatch.setattr(type(app), "now", lambda self: clock(self))
    return clock


@pytest.fixture
def steady(app, clock, tmp_path):
    steady = SteadyScheduler(app, schedule_filename=str(tmp_path / "schedule"))
    yield steady
    steady.close()


def waiting(app: Celery) -> int:
    """How many tasks are in the queue."""
    with Connection(app.conf.broker_url) as connection:
        queue = app.amqp.queues[app.conf.task_default_queue]
        declared: Any = queue(connection.default_channel).queue_declare()
        return int(declared.message_count)


def pass_two_seconds(clock: Clock, steady: SteadyScheduler) -> None:
    """Let the beat look whether something is due until nothing is."""
    clock.off_by += timedelta(seconds=2)
    while steady.tick() == 0:
        pass


def test_it_goes_on_at_once_when_the_clock_is_set_back(app, clock, steady):
    pass_two_seconds(clock, steady)
    clock.off_by -= HOUR
    pass_two_seconds(clock, steady)
    pass_two_seconds(clock, steady)
    assert waiting(app) == 2


def test_it_goes_on_when_the_clock_is_set_forward(app, clock, steady):
    pass_two_seconds(clock, steady)
    clock.off_by += HOUR
    pass_two_seconds(clock, steady)
    assert waiting(app) == 2


def test_it_adds_nothing_to_a_queue_that_nobody_empties(
    app, clock, steady, monkeypatch
):
    monkeypatch.setattr(scheduler, "FEW", 3)
    for _second in range(10):
        pass_two_seconds(clock, steady)
    assert waiting(app) == 3


@pytest.mark.parametrize(("seconds", "most"), [(1.0, 3), (5.0, 6), (600.0, 8)])
def test_what_comes_seldom_has_a_place_in_a_queue_that_is_full_of_what_comes_often(
    app, clock, steady, monkeypatch, seconds, most
):
    monkeypatch.setattr(scheduler, "FEW", 3)
    monkeypatch.setattr(scheduler, "ENOUGH", 6)
    entry = steady.schedule["often"]
    entry.schedule = schedule(seconds)
    with Connection(app.conf.broker_url) as connection:
        for _task in range(8):
            steady.apply_async(entry, app.amqp.Producer(connection))
    assert waiting(app) == most
