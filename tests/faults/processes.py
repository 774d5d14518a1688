"""The real processes: workers, beats, the web, and a Redis that can be done harm to.

Each leads a session of its own, so that it dies with all its children, as on a machine
that loses power.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from django.db import connection
from redis import Redis, ResponseError

from tests import servers

ROOT = Path(__file__).parent.parent.parent
# What a story may take at most on a very busy machine; it ends as soon as it can.
PATIENCE = 60
CELERY = ("celery", "-A", "reminders.config.celery")
# The same, but it has us ask about texts in doubt every second.
HURRIED = ("celery", "-A", "tests.faults.hurried")

Limits = dict[str, int]


class Process:
    """One of our processes, a child of the nursery or of this one."""

    def __init__(self, pid: int, log: Path) -> None:
        self.pid = pid
        self.log = log

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None as long as it lives."""
        ended = self.log.with_suffix(".ended")
        return int(ended.read_text()) if ended.exists() else None

    def wait(self, timeout: float = PATIENCE) -> int:
        """Wait for its end and return the exit code."""
        until(lambda: self.poll() is not None, timeout)
        code = self.poll()
        assert code is not None
        return code

    def send_signal(self, signum: int) -> None:
        """Tell the process, and not its children, anything."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signum)

    def terminate(self) -> None:
        """Ask it to end, as a service manager does."""
        self.send_signal(signal.SIGTERM)

    def freeze(self) -> None:
        """Stop it and all its children where they are."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them go on where they were."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGCONT)

    def children(self) -> list[int]:
        """The processes that it has made, where the system shows them."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]

    def family(self) -> list[int]:
        """It and its children."""
        return [self.pid, *self.children()]

    def said(self) -> str:
        """Its log."""
        return self.log.read_text(errors="replace")


@cache
def nursery() -> "subprocess.Popen[str]":
    """Where processes are born with the libraries read; it ends with this one."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.nursery"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def born(argv: Sequence[str], environment: dict[str, str], log: Path) -> Process:
    """Run `python -m ARGV` in a session of its own."""
    log.write_bytes(b"")
    order = {"argv": list(argv), "environment": environment, "log": str(log)}
    home = nursery()
    assert home.stdin is not None
    assert home.stdout is not None
    home.stdin.write(json.dumps(order) + "\n")
    home.stdin.flush()
    return Process(int(home.stdout.readline()), log)


class Outsider(Process):
    """A process that something else has to start: a wrapper, another version."""

    def __init__(
        self, command: Sequence[str], cwd: Path, env: dict[str, str], log: Path
    ) -> None:
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        super().__init__(self._process.pid, log)

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None as long as it lives."""
        return self._process.poll()


class Site:
    """An installation on the test's database; its processes end with the test."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.environment = environment
        self.folder = folder
        self.processes: dict[str, Process] = {}

    def worker(
        self,
        *options: str,
        code: Path = ROOT,
        environment: dict[str, str] | None = None,
        **settings: str,
    ) -> Process:
        """Start a worker; what is set is for it alone, and `code` another checkout."""
        command = [*CELERY, "worker", "--without-mingle", "--loglevel", "INFO"]
        settings.update(environment or {})
        return self._start("worker", [*command, *options], settings, code)

    def beat(self, *, hurried: bool = False) -> Process:
        """Start a beat with a memory of its own."""
        memory = self.folder / f"beat-{len(self.processes)}"
        command = [*(HURRIED if hurried else CELERY), "beat", "--schedule", str(memory)]
        return self._start("beat", command)

    def migrate(self, *back_to: tuple[str, str]) -> Process:
        """Bring the database to where the code is, or floors back to a migration."""
        program = [
            "tests.faults.migrating",
            *(word for pair in back_to for word in pair),
        ]
        return self._start("migrate", program)

    def run(self, kind: str, *command: str) -> Process:
        """Start a program of the tests."""
        return self._start(kind, command)

    def web(self, port: int | None = None) -> str:
        """Start the web, and return its address once it answers."""
        port = port or servers.free_port()
        command = ["gunicorn", "reminders.config.wsgi", "--bind", f"127.0.0.1:{port}"]
        command += ["--worker-class", "gthread", "--threads", "8"]
        # It would lie in the user's home.
        command += ["--no-control-socket"]
        url = f"http://127.0.0.1:{port}"
        self._start("web", command)
        until(lambda: answers(url))
        return url

    def sandbox(self, port: int, folder: Path) -> Process:
        """Start the provider's sandbox, with its data in a folder of its own."""
        command = ["provisioning.sandbox", "--port", str(port), "--data", str(folder)]
        return self._start("sandbox", command)

    def _start(
        self,
        kind: str,
        command: Sequence[str],
        environment: dict[str, str] | None = None,
        code: Path = ROOT,
    ) -> Process:
        name = f"{kind}-{len(self.processes)}"
        log = self.folder / f"{name}.log"
        env = {**self.environment, **(environment or {})}
        # The library that this names is for a program that starts, not for a fork.
        preloaded = "LD_PRELOAD" in env
        if preloaded or code != ROOT or sys.platform != "linux":
            whole = [sys.executable, "-m", *command]
            self.processes[name] = Outsider(whole, code, env, log)
        else:
            self.processes[name] = born(command, env, log)
        return self.processes[name]

    def said(self, kind: str) -> str:
        """The logs of all processes of that kind."""
        return "".join(
            process.said()
            for name, process in self.processes.items()
            if name.startswith(kind)
        )

    def stop(self) -> None:
        """End everything, and show every log."""
        for name, process in self.processes.items():
            kill(process)
            # Pytest shows it when the test failed, and swallows it otherwise.
            print(f"--- {name}\n{process.said()}")


class Broker:
    """A Redis of this test alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = servers.free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process = self._started()

    def _started(self) -> "subprocess.Popen[bytes]":
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

    def fill(self) -> None:
        """Take nothing more, for want of memory."""
        with Redis(port=self.port) as client:
            client.config_set("maxmemory-policy", "noeviction")
            client.config_set("maxmemory", "1mb")
            with suppress(ResponseError):
                while client.rpush("ballast", "x" * 65536):
                    pass

    def make_room(self) -> None:
        """Take anything again."""
        with Redis(port=self.port) as client:
            client.config_set("maxmemory", 0)
            client.delete("ballast")

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


def kill(process: "Process | subprocess.Popen[bytes]") -> None:
    """End a process and all its children at once, without a word."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def until(is_so: Callable[[], object], patience: float = PATIENCE) -> None:
    """Wait until it is so; fail the test if it never is."""
    deadline = time.monotonic() + patience
    while not is_so():
        if time.monotonic() > deadline:
            pytest.fail(f"It never came about within {patience} seconds.")
        time.sleep(0.02)


def answers(url: str) -> bool:
    """Whether anything answers there."""
    try:
        requests.get(url, timeout=PATIENCE, allow_redirects=False)
    except requests.ConnectionError:
        return False
    return True


def url_of_test_database() -> str:
    """Spell the database that the test looks into for another process."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    who = ":".join(quote(str(at[part]), safe="") for part in ("USER", "PASSWORD"))
    return f"postgres://{who}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
