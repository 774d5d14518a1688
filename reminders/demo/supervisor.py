"""Starts the processes of a run, watches them, and stops every one of them.

Each process leads a session of its own, so Ctrl-C in a terminal reaches only ours.
A task that is under way then ends as it should, instead of being killed with its pool.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, NoReturn, Self

START_SECONDS = 60
STOP_SECONDS = 10
LOOK_SECONDS = 0.1
LAST_LINES = 15

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Leave(BaseException):
    """Somebody pressed Ctrl-C, closed the terminal, or the system wants us to end.

    Like KeyboardInterrupt no Exception, so that nobody takes it for a failure.
    """


class Died(Exception):
    """A process ended by itself, or never got going; `last_lines` of its log say why."""

    def __init__(self, words: str, last_lines: Sequence[str]) -> None:
        super().__init__(words)
        self.last_lines = last_lines


class Supervisor:
    """Runs processes while its block lasts. Signals end the block with Leave, once."""

    def __init__(self, logs: Path, folder: Path) -> None:
        """`logs` is where each process has its log, `folder` where it is started."""
        self.logs = logs
        self.folder = folder
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._before: dict[signal.Signals, Any] = {}
        self._is_starting = False
        self._should_leave = False

    def __enter__(self) -> Self:
        for number in SIGNALS:
            self._before[number] = signal.signal(number, self._leave)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ignore_signals()
        self._stop()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    # --- Signals --------------------------------------------------------------------

    def _leave(self, number: int, frame: FrameType | None) -> None:
        self._ignore_signals()
        if self._is_starting:
            self._should_leave = True
        else:
            raise Leave

    def _ignore_signals(self) -> None:
        """One is enough; what follows must not be cut short by a second Ctrl-C."""
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    @contextmanager
    def _starting(self) -> Iterator[None]:
        """Put a signal off, so that no process is started that nobody knows of."""
        self._is_starting = True
        try:
            yield
        finally:
            self._is_starting = False
        if self._should_leave:
            raise Leave

    # --- Processes ------------------------------------------------------------------

    def start(self, name: str, command: Sequence[str], **environment: str) -> None:
        """Start a process; what it says goes to its log."""
        with self._starting(), (self.logs / f"{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
                start_new_session=True,
            )

    def check(self) -> None:
        """Raise Died when a process has ended."""
        for name, process in self.processes.items():
            code = process.poll()
            if code is not None:
                raise Died(f"{name} ended with code {code}.", self._last_lines(name))

    def until(self, is_so: Callable[[], bool], name: str) -> None:
        """Wait until the process called `name` is as it should be. Raises Died."""
        deadline = time.monotonic() + START_SECONDS
        while not is_so():
            self.check()
            if time.monotonic() > deadline:
                raise Died(f"{name} does not answer.", self._last_lines(name))
            time.sleep(LOOK_SECONDS)

    def watch(self) -> NoReturn:
        """Wait for ever; ends with Died, or with Leave."""
        while True:
            self.check()
            time.sleep(LOOK_SECONDS * 5)

    def _last_lines(self, name: str) -> list[str]:
        text = (self.logs / f"{name}.log").read_text(errors="replace")
        return text.splitlines()[-LAST_LINES:]

    def _stop(self) -> None:
        """Ask all to end, wait, and end those that do not, with all they started."""
        for process in self.processes.values():
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self.processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
        for process in self.processes.values():
            # The session's id is that of its leader, and stays taken while members live.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
