"""How many texts a second leave: the product beside the bare pipeline.

    .venv/bin/python -m benchmarks.dispatch [--json]

Both send the same number of texts to the same stub, in one go on one machine, first
with no latency, then with 50 ms: the bare pipeline (`benchmarks.bare`) with two
processes of four threads, the product with a beat and two workers of four threads.
Each text of the product is the reminder of a visit to a practice with a number of its
own, and goes through every check. Then a thousand busy numbers are watched at the stub,
from the due reminders on: how near to a text a second each they come, and whether one
was ever faster.

Queries are counted by PostgreSQL (pg_stat_statements), memory is the proportional set
size of the largest sender. Ends within eight minutes.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psycopg
import requests

from benchmarks import bare, machine
from tests import servers

TEXTS = 6_000
LATENCIES = (0, 50)
RUNS = 1
WORKERS, THREADS = 2, 4
BUSY_NUMBERS, BUSY_SECONDS = 200, 10
PATIENCE = 120
STATISTICS = {
    **machine.POSTGRES,
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track_utility": "off",
}
PYTHON = [sys.executable, "-m"]
CELERY = [*PYTHON, "celery", "-A", "reminders.config.celery"]
QUIET = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
SENDER = ["worker", "--queues", "frontdesk-sending", "--pool", "threads", *QUIET]
OTHER = ["worker", "--queues", "frontdesk", "--concurrency", "1", *QUIET]

# What every table of a measurement holds before the next one.
EMPTY = """
    TRUNCATE provisioning_practice, provisioning_provideraccount, reminders_message
    CASCADE
"""
# Foreign keys are checked by queries of the database's own.
QUERIES = """
    SELECT sum(calls) FROM pg_stat_statements
    WHERE toplevel AND query NOT LIKE '% FOR KEY SHARE OF x'
    AND query NOT LIKE 'SELECT count(*) FROM reminders_message%'
"""
RELEASE = {
    "queued": "UPDATE reminders_message SET send_after = now()",
    "planned": "UPDATE reminders_reminder SET due_at = now()",
}


@dataclass(frozen=True)
class Run:
    """What one run of the product came to; `largest` in bytes."""

    seen: dict[str, float]
    queries: int
    largest: int

    @property
    def rate(self) -> float:
        """Texts a second, as the stub saw them."""
        return self.seen["texts"] / self.seen["seconds"]


def main(args: Sequence[str]) -> None:
    """Measure, and print a table; with --json one object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args(args).json
    result: dict[str, Any] = {}
    runs: list[Run] = []
    with machine.installation(STATISTICS) as site:
        subprocess.run(
            [*PYTHON, "django", "migrate", "--verbosity", "0"],
            env=site.environment,
            check=True,
        )
        with psycopg.connect(site.database_url, autocommit=True) as database:
            database.execute("CREATE EXTENSION pg_stat_statements")
            for latency in LATENCIES:
                with stub(latency) as url:
                    side_by_side = [
                        (run_bare(database, url), run_product(site, database, url))
                        for _run in range(RUNS)
                    ]
                runs += [product for _bare, product in side_by_side]
                result |= compared(latency, side_by_side)
            with stub(0) as url:
                result |= paced(site, database, url)
    result["queries_per_text"] = round(max(r.queries for r in runs) / TEXTS, 3)
    result["peak_pss_mb"] = machine.megabytes(max(run.largest for run in runs))
    machine.show(result, as_json=as_json)


def compared(latency: int, runs: Sequence[tuple[float, Run]]) -> dict[str, float]:
    """The medians of both, and their ratio."""
    plain = statistics.median(rate for rate, _run in runs)
    product = statistics.median(run.rate for _rate, run in runs)
    print(
        f"{latency:2} ms: bare {plain:7,.0f} texts/s, product {product:7,.0f}, "
        f"ratio {product / plain:.2f}"
    )
    return {
        f"bare_{latency}ms": round(plain),
        f"product_{latency}ms": round(product),
        f"ratio_{latency}ms": round(product / plain, 3),
    }


# --- Bare ---------------------------------------------------------------------------


def run_bare(database: psycopg.Connection[Any], url: str) -> float:
    """Texts a second of the bare pipeline."""
    bare.fill(database, TEXTS)
    forget(url)
    module = [*PYTHON, "benchmarks.bare", address_of(database), url]
    for process in [subprocess.Popen(module) for _process in range(WORKERS)]:
        if process.wait(PATIENCE):
            raise RuntimeError("The bare pipeline failed.")
    until(lambda: one(database, bare.RECORDED) == TEXTS)
    return checked(url, TEXTS)["texts"] / seen(url)["seconds"]


# --- The product --------------------------------------------------------------------


def run_product(site: machine.Site, database: psycopg.Connection[Any], url: str) -> Run:
    """Send queued texts of as many practices through the product."""
    furnish(site, database, TEXTS, each=1, state="queued")
    forget(url)
    with workers(site, url) as senders:
        database.execute("SELECT pg_stat_statements_reset()")
        database.execute(RELEASE["queued"])
        until(lambda: sent(database) == TEXTS)
        queries = one(database, QUERIES)
        largest = max(machine.pss(process.pid) for process in senders)
    return Run(checked(url, TEXTS), int(queries), largest)


def paced(
    site: machine.Site, database: psycopg.Connection[Any], url: str
) -> dict[str, float]:
    """How near a thousand busy numbers come to a text a second each."""
    furnish(site, database, BUSY_NUMBERS, each=BUSY_SECONDS + 20, state="planned")
    forget(url)
    with workers(site, url):
        database.execute(RELEASE["planned"])
        until(lambda: seen(url)["senders"] == BUSY_NUMBERS)
        before, began = seen(url)["texts"], time.monotonic()
        time.sleep(BUSY_SECONDS)
        after, span = seen(url), time.monotonic() - began
    percent = (after["texts"] - before) / span / BUSY_NUMBERS * 100
    print(
        f"{BUSY_NUMBERS} busy numbers: {percent:.1f} % of a text a second each, "
        f"{after['too_fast']:.0f} too fast, shortest gap {after['shortest_gap']:.2f} s"
    )
    return {"paced_pct": round(percent, 2), "too_fast": int(after["too_fast"])}


def furnish(
    site: machine.Site,
    database: psycopg.Connection[Any],
    practices: int,
    *,
    each: int,
    state: str,
) -> None:
    """Make practices with so many texts each, which nothing releases yet."""
    database.execute(EMPTY)
    command = [*PYTHON, "benchmarks.premises", str(practices), str(each), state]
    subprocess.run(command, env=site.environment, check=True)
    database.execute("VACUUM ANALYZE")


@contextmanager
def workers(site: machine.Site, url: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A beat, a worker for everything else, and the senders, which are given."""
    environment = {
        **site.environment,
        "MESSAGING_URL": url,
        "CONNECT_URL": url,
        "SANDBOX_URL": "",
    }
    schedule = ["beat", "--loglevel", "WARNING", "--schedule"]
    commands = [
        [*SENDER, "--concurrency", str(THREADS), "--hostname", f"sender-{number}@%h"]
        for number in range(WORKERS)
    ]
    commands += [[*OTHER, "--hostname", "other@%h"]]
    commands += [[*schedule, str(site.folder / f"beat-{time.monotonic_ns()}")]]
    processes = [subprocess.Popen([*CELERY, *c], env=environment) for c in commands]
    try:
        until(lambda: up(environment) >= WORKERS + 1)
        yield processes[:WORKERS]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def up(environment: dict[str, str]) -> int:
    """How many workers answer."""
    command = [*CELERY, "inspect", "ping", "--timeout", "2", "--json"]
    answer = subprocess.run(command, env=environment, capture_output=True, check=False)
    return answer.stdout.count(b"pong")


def sent(database: psycopg.Connection[Any]) -> int:
    """How many texts are recorded as sent."""
    query = "SELECT count(*) FROM reminders_message WHERE state = 'sent'"
    return int(one(database, query))


# --- The stub -----------------------------------------------------------------------


@contextmanager
def stub(latency: int) -> Iterator[str]:
    """The provider, in a process of its own; its address."""
    port = servers.free_port()
    process = subprocess.Popen([*PYTHON, "benchmarks.stub", str(port), str(latency)])
    url = f"http://127.0.0.1:{port}/xml/xml"
    try:
        until(lambda: answers(url))
        yield url
    finally:
        process.terminate()
        process.wait()


def answers(url: str) -> bool:
    """Whether it is up."""
    with suppress(requests.ConnectionError):
        return bool(seen(url))
    return False


def seen(url: str) -> dict[str, float]:
    """What it has noted."""
    noted: dict[str, float] = requests.get(url, timeout=10).json()
    return noted


def forget(url: str) -> None:
    """Have it begin anew."""
    requests.delete(url, timeout=10)


def checked(url: str, texts: int) -> dict[str, float]:
    """What it has noted, if that is every text, once. Raises RuntimeError."""
    noted = seen(url)
    if noted["texts"] != texts or noted["doubled"]:
        raise RuntimeError(f"Texts were lost or doubled: {noted}")
    return noted


# --- Small things -------------------------------------------------------------------


def one(database: psycopg.Connection[Any], query: str) -> Any:
    """The one value that a query finds."""
    row = database.execute(query).fetchone()
    return row[0] if row else None


def address_of(database: psycopg.Connection[Any]) -> str:
    """How another process reaches the database."""
    parts = database.info
    return (
        f"postgres://{parts.user}:{parts.password}@{parts.host}:{parts.port}/"
        f"{parts.dbname}"
    )


def until(is_so: Callable[[], bool]) -> None:
    """Wait until it is so. Raises RuntimeError when it takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise RuntimeError("It never came about.")
        time.sleep(0.1)


if __name__ == "__main__":
    main(sys.argv[1:])
