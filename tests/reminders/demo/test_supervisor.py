"""Processes are started, watched, and every one of them stopped."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reminders.demo.supervisor import Died, Leave, Supervisor

ROOT = Path(__file__).resolve().parents[3]
SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]
# Says something, and then ends by itself.
FAILS = [sys.executable, "-c", "print('out of coffee'); raise SystemExit(3)"]
# Starts a process of its own, and does not hear SIGTERM.
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def make_supervisor(folder: Path) -> Supervisor:
    """A supervisor whose logs are in this folder."""
    return Supervisor(folder, ROOT)


def is_alive(pid: int) -> bool:
    """Whether a process is there, and not merely waiting to be buried."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or ") Z " not in stat.read_text()


def leave_by(number: signal.Signals, running: Supervisor) -> None:
    """Send ourselves a signal while watching."""
    os.kill(os.getpid(), number)
    running.watch()


def test_it_stops_what_it_started(tmp_path: Path) -> None:
    with make_supervisor(tmp_path) as running:
        running.start("sleeper", SLEEPS)
        running.check()
        pid = running.processes["sleeper"].pid

    assert not is_alive(pid)


def test_it_ends_what_does_not_stop_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reminders.demo.supervisor.STOP_SECONDS", 0.2)
    log = tmp_path / "stubborn.log"
    with make_supervisor(tmp_path) as running:
        running.start("stubborn", [sys.executable, "-c", STUBBORN])
        running.until(lambda: log.read_text().endswith("\n"), "stubborn")
        child = int(log.read_text())

    deadline = time.monotonic() + 5
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_alive(child)


def test_it_says_why_a_process_ended(tmp_path: Path) -> None:
    with make_supervisor(tmp_path) as running:
        running.start("brewer", FAILS)
        with pytest.raises(Died, match="brewer ended with code 3") as died:
            running.watch()

    assert died.value.last_lines == ["out of coffee"]


def test_it_says_that_a_process_never_got_going(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reminders.demo.supervisor.START_SECONDS", 0)
    with make_supervisor(tmp_path) as running:
        running.start("sleeper", SLEEPS)
        with pytest.raises(Died, match="sleeper does not answer"):
            running.until(lambda: False, "sleeper")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_leaves_at_a_signal_and_stops_everything(
    tmp_path: Path, number: signal.Signals
) -> None:
    before = signal.getsignal(number)
    with make_supervisor(tmp_path) as running:
        running.start("sleeper", SLEEPS)
        pid = running.processes["sleeper"].pid
        with pytest.raises(Leave):
            leave_by(number, running)

    assert not is_alive(pid)
    assert signal.getsignal(number) is before


def test_it_does_not_lose_a_process_that_a_signal_comes_across(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []
    popen = subprocess.Popen

    def interrupted(*args: object, **kwargs: object) -> object:
        process = popen(*args, **kwargs)  # type: ignore[call-overload]
        started.append(process.pid)
        os.kill(os.getpid(), signal.SIGINT)
        return process

    monkeypatch.setattr("reminders.demo.supervisor.subprocess.Popen", interrupted)
    with make_supervisor(tmp_path) as running, pytest.raises(Leave):
        running.start("sleeper", SLEEPS)

    assert not is_alive(started[0])
