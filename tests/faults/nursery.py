"""Starts our processes quickly: they are born with the libraries already read.

    python -m tests.faults.nursery

Reads one order a line from its standard input, a JSON object of `argv`, `environment`
and `log`; forks a process that runs `python -m ARGV` just as it would from a shell, in
a session of its own; and answers with its process id. Of ours nothing is read before
the fork, since settings come from the environment. When a child has ended, its exit
code is written beside its log. Reading Celery and Django takes seconds, which a suite
that starts dozens of workers has better uses for.
"""

import gc
import importlib
import json
import os
import runpy
import select
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

# What the worker, the beat and the web read before they read anything of ours.
LIBRARIES = (
    "allauth",
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.bin.celery",
    "celery.concurrency.prefork",
    "celery.concurrency.thread",
    "celery.worker.components",
    "celery.worker.consumer",
    "cryptography.fernet",
    "django.contrib.admin",
    "django.db.backends.postgresql.base",
    "gunicorn.app.wsgiapp",
    "gunicorn.workers.gthread",
    "kombu.transport.filesystem",
    "kombu.transport.redis",
    "lxml.etree",
    "requests",
    "structlog",
)


def main() -> None:
    """Take orders until nobody can give any more."""
    for name in LIBRARIES:
        importlib.import_module(name)
    # What is there by now is never garbage; left alone, its pages stay shared.
    gc.freeze()
    awake, alarm = os.pipe()
    for end in (awake, alarm):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(alarm)
    signal.signal(signal.SIGCHLD, lambda signum, frame: None)
    logs: dict[int, Path] = {}
    heard = b""
    while True:
        ready, _writable, _odd = select.select([sys.stdin.fileno(), awake], [], [])
        if awake in ready:
            os.read(awake, 4096)
            bury(logs)
        if sys.stdin.fileno() in ready:
            said = os.read(sys.stdin.fileno(), 1 << 16)
            if not said:
                break
            *lines, heard = (heard + said).split(b"\n")
            for line in lines:
                order = json.loads(line)
                child = born(order, [awake, alarm])
                logs[child] = Path(order["log"])
                print(child, flush=True)
    end_all(logs)


def end_all(children: Iterable[int]) -> None:
    """End what was ordered by somebody who is gone, however that came about."""
    for child in children:
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)


def born(order: dict[str, Any], not_its: list[int]) -> int:
    """Fork the process that was ordered, and return its id."""
    child = os.fork()
    if child:
        return child
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for end in not_its:
        os.close(end)
    os.setsid()
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = list(order["argv"])
    gc.unfreeze()
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    sys.exit(0)


def bury(logs: dict[int, Path]) -> None:
    """Write down with which code each child ended that has ended."""
    while logs:
        child, status = os.waitpid(-1, os.WNOHANG)
        if not child:
            return
        log = logs.pop(child)
        code = os.waitstatus_to_exitcode(status)
        unfinished = log.with_suffix(".ending")
        unfinished.write_text(str(code))
        unfinished.rename(log.with_suffix(".ended"))


if __name__ == "__main__":
    main()
