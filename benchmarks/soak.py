"""Whether the worker's memory stays flat while it sends, hour after hour.

    .venv/bin/python -m benchmarks.soak [--minutes 60] [--rate 20] [--pool threads] [--json]

Starts PostgreSQL, Redis, the real worker and beat, and a provider that takes every
text. Each second as many reminders as `--rate` says come due, of ever other practices.
Every minute a line: memory of the worker and of beat (PSS of all their processes), and
how many texts the provider took.

Flat means: after the first quarter the worker's memory never rises by more than 10 MB
above what it was then. With `--json` the last line is one object: `worker_mb` and
`beat_mb` by the minute, `sent`, `grown_mb`, `flat`. What was due and never sent would
be `lost`.
"""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from benchmarks import machine
from tests.faults.provider import Provider, open_for_business

ROOT = Path(__file__).parent.parent
CELERY = (sys.executable, "-m", "celery", "-A", "reminders.config.celery")
FLAT_MB = 10
# What the last second brought is on its way for a moment.
PATIENCE = 30


def main(args: list[str]) -> int:
    """Let it run, and print; 1 where it was not flat."""
    options = _options(args)
    with ExitStack() as stack:
        site = stack.enter_context(machine.installation())
        provider = stack.enter_context(open_for_business())
        machine.use(site, CONNECT_URL=provider.url, MESSAGING_URL=provider.url)
        supply = machine.load("benchmarks.supply").Supply(
            options.rate * 60 * options.minutes
        )
        environment = {**site.environment, **_addresses(provider)}
        worker = stack.enter_context(
            _running("worker", site.folder, environment, "--pool", options.pool)
        )
        memory = site.folder / "beat-memory"
        beat = stack.enter_context(
            _running("beat", site.folder, environment, "--schedule", str(memory))
        )
        found = _watch(worker, beat, provider, supply, options)
    machine.show(found, as_json=options.json)
    return 0 if found["flat"] else 1


def _options(args: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.soak")
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--rate", type=int, default=20, help="reminders a second")
    parser.add_argument("--pool", default="prefork", help="how the worker works")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(args)


def _addresses(provider: Provider) -> dict[str, str]:
    return {
        "CONNECT_URL": provider.url,
        "MESSAGING_URL": provider.url,
        "ONE_API_URL": provider.url,
    }


@contextmanager
def _running(
    kind: str, folder: Path, environment: dict[str, str], *options: str
) -> Iterator[int]:
    """Run Celery as docs/operations.md has it, and give the id of its process."""
    with (folder / f"{kind}.log").open("wb") as log:
        process = subprocess.Popen(
            [*CELERY, kind, "--loglevel", "WARNING", *options],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.returncode:
            print((folder / f"{kind}.log").read_text()[-2000:])


def _watch(
    worker: int, beat: int, provider: Provider, supply: Any, options: argparse.Namespace
) -> dict[str, Any]:
    sent = 0
    workers: list[float] = []
    beats: list[float] = []
    begun = monotonic()
    print("minute  worker MB  beat MB    sent", flush=True)
    for second in range(options.minutes * 60):
        supply.come_due(options.rate)
        if second % 60 == 59:
            # It must not be the stub that grows.
            sent += len(provider.taken)
            provider.taken.clear()
            workers.append(machine.megabytes(machine.pss(worker)))
            beats.append(machine.megabytes(machine.pss(beat)))
            minute = second // 60 + 1
            print(f"{minute:6}  {workers[-1]:9}  {beats[-1]:7}  {sent:6}", flush=True)
        sleep(max(0.0, begun + second + 1 - monotonic()))
    sent += _the_last(provider, supply)
    warm = workers[len(workers) // 4]
    grown = round(max(workers[len(workers) // 4 :]) - warm, 1)
    print(
        f"\n{'Flat' if grown <= FLAT_MB else 'NOT FLAT'}: {grown} MB above {warm} MB."
    )
    return {
        "worker_mb": workers,
        "beat_mb": beats,
        "sent": sent,
        "lost": supply.unsettled(),
        "grown_mb": grown,
        "flat": grown <= FLAT_MB,
    }


def _the_last(provider: Provider, supply: Any) -> int:
    end = monotonic() + PATIENCE
    while supply.unsettled() and monotonic() < end:
        sleep(0.5)
    return len(provider.taken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
