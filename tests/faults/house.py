"""One installation for all stories whose fault its processes survive.

A beat, a worker and a web that live as long as the run of the tests, on a PostgreSQL
and a Redis that may be harmed. Between two stories they rest: the beat is stopped where
it is, the worker finishes what it has in hand, and every row and note is forgotten.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import Event

from django.db import OperationalError, connection
from kombu import Connection

from reminders.config import beat
from reminders.config.celery import app
from tests.faults import cluster as clusters
from tests.faults.cluster import Cluster
from tests.faults.processes import Broker, Process, Site, kill, until
from tests.faults.provider import Manner, Provider

# Nobody but us does anything in our database.
IDLE = """
    SELECT count(*) = 0 FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_type = 'client backend' AND state <> 'idle'
"""
# So often in a row it must be so, since a task does more than one thing.
OFTEN_ENOUGH = 5


class House:
    """The processes, and what they stand on."""

    def __init__(
        self, site: Site, cluster: Cluster, broker: Broker, provider: Provider
    ) -> None:
        self.site = site
        self.cluster = cluster
        self.broker = broker
        self.provider = provider
        self._guests: list[Process] = []
        self.beat: Process = site.beat(hurried=True)
        self.worker: Process = self._worker()
        self.beat.freeze()

    def _worker(self) -> Process:
        return self.site.worker("--concurrency", "3")

    @cached_property
    def web(self) -> str:
        """The web's address; it is started when somebody wants it."""
        return self.site.web()

    def wake(self) -> None:
        """Let a story begin."""
        self.look_after()
        self.provider.taken.clear()
        self.provider.asked.clear()
        self.provider.manner = Manner.AT_ONCE
        self.provider.go_on = Event()
        self.beat.thaw()

    def victim(
        self, *options: str, database: int | None = None, **environment: str
    ) -> Process:
        """Put the worker to sleep and return another, of this story alone.

        `database` is the port at which it finds the database, if it is another.
        """
        self.worker.freeze()
        if database:
            here, there = f":{self.cluster.port}/", f":{database}/"
            environment["DATABASE_URL"] = self.cluster.url.replace(here, there)
        return self.guest(*options, **environment)

    def guest(self, *options: str, **environment: str) -> Process:
        """Return another worker, of this story alone, beside the one that is there."""
        options = ("--concurrency", "2", *options)
        guest = self.site.worker(*options, environment=environment)
        self._guests.append(guest)
        until(lambda: "ready." in guest.said())
        return guest

    def another_beat(self) -> None:
        """Start a second beat, of this story alone."""
        self._guests.append(self.site.beat(hurried=True))

    def claimers(self, *words: str) -> str:
        """Let the processes of `tests.faults.claimer` loose; return what they print."""
        claimers = self.site.run("claimers", "tests.faults.claimer", *words)
        assert claimers.wait() == 0
        return claimers.said()

    def hint(self) -> None:
        """Tell the workers what the beat tells them, in words that never expire."""
        with Connection(self.broker.url) as connection:
            for task in beat.SCHEDULE:
                if task.startswith("reminders."):
                    app.send_task(task, connection=connection, expires=None)

    def mend(self) -> None:
        """Let the test look into the database again after it was harmed."""
        connection.close()
        until(self._is_open)

    def _is_open(self) -> bool:
        try:
            connection.ensure_connection()
        except OperationalError:
            return False
        return True

    def look_after(self) -> None:
        """Start the worker again if it has ended, as a service manager does."""
        if self.worker.poll() is not None:
            self.worker = self._worker()

    def rest(self) -> None:
        """Let nothing more begin, wait for the end of what has, and forget it all."""
        self.beat.freeze()
        self.worker.thaw()
        while self._guests:
            kill(self._guests.pop())
        self.provider.go_on.set()
        self.broker.empty()
        connection.close()
        quiet = [0]

        def is_quiet() -> bool:
            with connection.cursor() as cursor:
                cursor.execute(IDLE)
                quiet[0] = quiet[0] + 1 if cursor.fetchone() == (True,) else 0
            return quiet[0] >= OFTEN_ENOUGH

        until(is_quiet)
        clusters.empty()


@contextmanager
def open_house(
    environment: dict[str, str], folder: Path, provider: Provider
) -> Iterator[House]:
    """Give a house with nothing in it; wants database access."""
    with clusters.with_our_tables() as cluster:
        broker = Broker(folder)
        environment["BROKER_URL"] = broker.url
        environment["DATABASE_URL"] = cluster.url
        site = Site(environment, folder)
        try:
            yield House(site, cluster, broker, provider)
        finally:
            for process in site.processes.values():
                process.send_signal(signal.SIGCONT)
            site.stop()
            broker.thaw()
            kill(broker.process)
