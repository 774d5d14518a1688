"""The real processes: workers, beats, the web, and a Redis that can be done harm to.

Each leads a session of its own, so that it dies with all its children, as on a machine
that loses power.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from django.db import connection
from redis import Redis

from tests import servers

ROOT = Path(__file__).parent.parent.parent
# What a story may take at most on a very busy machine; it ends as soon as it can.
PATIENCE = 60
CELERY = ("celery", "-A", "reminders.config.celery")

Process = subprocess.Popen[bytes]


class Site:
    """An installation on the test's database; its processes end with the test."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.environment = environment
        self.folder = folder
        self.processes: dict[str, Process] = {}

    def worker(self, *options: str, **environment: str) -> Process:
        """Start a worker; `environment` is for it alone."""
        command = [*CELERY, "worker", "--without-mingle", "--loglevel", "INFO"]
        return self._start("worker", [*command, *options], environment)

    def beat(self) -> Process:
        """Start a beat with a memory of its own."""
        memory = self.folder / f"beat-{len(self.processes)}"
        return self._start("beat", [*CELERY, "beat", "--schedule", str(memory)], {})

    def web(self, port: int | None = None) -> str:
        """Start the web, and return its address once it answers."""
        port = port or servers.free_port()
        command = ["gunicorn", "reminders.config.wsgi", "--bind", f"127.0.0.1:{port}"]
        command += ["--worker-class", "gthread", "--threads", "8"]
        # It would lie in the user's home.
        command += ["--no-control-socket"]
        url = f"http://127.0.0.1:{port}"
        self._start("web", command, {})
        until(lambda: answers(url))
        return url

    def sandbox(self, port: int, folder: Path) -> Process:
        """Start the provider's sandbox, with its data in a folder of its own."""
        command = ["provisioning.sandbox", "--port", str(port), "--data", str(folder)]
        return self._start("sandbox", command, {})

    def _start(
        self, kind: str, command: Sequence[str], environment: dict[str, str]
    ) -> Process:
        name = f"{kind}-{len(self.processes)}"
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env={**self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes[name] = process
        return process

    def stop(self) -> None:
        """End everything, and show every log."""
        for name, process in self.processes.items():
            kill(process)
            # Pytest shows it when the test failed, and swallows it otherwise.
            print(f"--- {name}\n{(self.folder / f'{name}.log').read_text()}")


class Broker:
    """A Redis of this test alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = servers.free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process = self._started()

    def _started(self) -> Process:
        command = [str(servers.redis_program()), "--port", str(self.port)]
        command += ["--bind", "127.0.0.1", "--dir", str(self.folder)]
        command += ["--save", "", "--appendonly", "no"]
        log = self.folder / "redis.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        with Redis(port=self.port) as client:
            servers.wait_for(process, client.ping, log)
        return process

    def empty(self) -> None:
        """Forget everything, as an operator's slip does."""
        with Redis(port=self.port) as client:
            client.flushall()

    def die(self) -> None:
        """End at once, and forget everything."""
        kill(self.process)

    def freeze(self) -> None:
        """Keep every connection open, and say nothing any more."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on where it was."""
        self.process.send_signal(signal.SIGCONT)

    def come_back(self) -> None:
        """Start again at the same address, with nothing in it."""
        self.process = self._started()


def kill(process: Process) -> None:
    """End a process and all its children at once, without a word."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def until(is_so: Callable[[], object]) -> None:
    """Wait until it is so; fail the test if it never is."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            pytest.fail(f"It never came about within {PATIENCE} seconds.")
        time.sleep(0.05)


def answers(url: str) -> bool:
    """Whether anything answers there."""
    try:
        requests.get(url, timeout=PATIENCE, allow_redirects=False)
    except requests.ConnectionError:
        return False
    return True


def url_of_test_database() -> str:
    """Spell the test database for another process."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
