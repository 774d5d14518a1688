"""The daily work, timed at each size; see `benchmarks/scale.py`."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from benchmarks import crowd, plans
from provisioning.gateway import DeliveryReport
from provisioning.models import Line, Practice, User
from reminders import inbox, outbox
from reminders.clock import now as clock_now
from reminders.models import Message, Patient, Receipt, Reminder

IDLE_TIMES, DUE_TIMES, PAGE_TIMES = 100, 15, 20
WARM_UP = 3
DUE = 50
# The large practice and a usual one; see `benchmarks/crowd.py`.
LARGE, USUAL = 1, 2

Times = dict[str, float]
Work = Callable[[], object]


def measure(sizes: list[int], *, explain: bool) -> dict[int, dict[str, Any]]:
    """Fill the tables to each size in turn; time what is done there, or explain it."""
    now = clock_now()
    crowd.found(now)
    found, before = {}, 0
    for rows in sizes:
        seconds = _seconds(partial(crowd.grow, before, rows, now))
        before = rows
        print(f"\n{rows:,} appointments, made in {seconds:.0f} s", flush=True)
        print(f"  {_counts()}\n{'best':>32}{'p50':>10}{'p95':>10}", flush=True)
        found[rows] = {"made_in_s": round(seconds, 1), **_time(now)}
        if explain:
            _explain(now)
    return found


def _counts() -> str:
    planned = Reminder.objects.planned().count()
    return (
        f"{planned:,} reminders planned, {Message.objects.count():,} texts, "
        f"{Receipt.objects.count():,} receipts, {Patient.objects.count():,} patients"
    )


def _time(now: datetime) -> dict[str, Any]:
    works = tick(now)
    found: dict[str, Any] = {
        "nothing": _of(_ask_nothing, IDLE_TIMES),
        "idle": _of(partial(_all, works), IDLE_TIMES),
    }
    for name, work in works.items():
        found[name] = _of(work, IDLE_TIMES)
    found[f"due_{DUE}"] = _summed(DueRound(now).times())
    reports = report_rounds(now)
    found["report"] = _of(lambda: next(reports), DUE_TIMES)
    for name, work in pages().items():
        found[name] = _of(work, PAGE_TIMES)
    for name, times in found.items():
        columns = "".join(f"{times[key]:10.2f}" for key in ("best", "p50", "p95"))
        print(f"  {name:20}{columns} ms", flush=True)
    pages_read = plans.pages_of(partial(_all, works))
    print(f"  a tick reads {pages_read} pages", flush=True)
    # The whole is seldom left in peace for as long as it takes; its parts are.
    least = round(sum(found[name]["best"] for name in works), 2)
    return {
        "least_ms": least,
        "pages_read": pages_read,
        "load": round(os.getloadavg()[0], 2),
        **found,
    }


# --- What is done -------------------------------------------------------------------


def tick(now: datetime) -> dict[str, Work]:
    """What workers do every second, in turn."""
    return {
        "give_up": lambda: outbox.give_up(now),
        "fill": lambda: outbox.fill(now),
        "claim": lambda: outbox.claim(now, DUE),
        "reconcile": lambda: outbox.reconcile(now),
        "overlooked": lambda: inbox.overlooked(now),
    }


class DueRound:
    """Reminders of other practices each time, which come due, are filled and claimed."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        # Neighbours belong to different practices, but for the large one's.
        planned = Reminder.objects.planned().order_by("pk").values_list("pk", flat=True)
        self.ids = list(planned[: DUE * (DUE_TIMES + 1)])
        self.claimed: list[Message] = []

    def come_due(self) -> None:
        """Make the next of them due a second ago."""
        batch, self.ids = self.ids[:DUE], self.ids[DUE:]
        a_second_ago = self.now - timedelta(seconds=1)
        Reminder.objects.filter(pk__in=batch).update(due_at=a_second_ago)

    def work(self) -> None:
        """Do what a tick does with them, but for the wire."""
        outbox.fill(self.now)
        self.claimed = outbox.claim(self.now, DUE)

    def tidy_up(self) -> None:
        """Have them sent, and their lines free again."""
        if len(self.claimed) < DUE // 2:
            raise RuntimeError(f"Of {DUE} texts only {len(self.claimed)} were claimed.")
        Message.objects.filter(pk__in=[text.pk for text in self.claimed]).update(
            state=Message.State.SENT, lease_until=None
        )
        Message.objects.filter(state=Message.State.QUEUED).update(
            state=Message.State.WITHHELD
        )
        Line.objects.update(free_at=self.now - timedelta(seconds=5))

    def times(self) -> list[float]:
        """Seconds of each round; the first is to warm up."""
        runs = []
        for _round in range(DUE_TIMES + 1):
            self.come_due()
            runs.append(_seconds(self.work))
            self.tidy_up()
        return runs[1:]


def report_rounds(now: datetime) -> Iterator[None]:
    """At each step a delivery report comes for a text of some time ago."""
    practice = Practice.objects.get(pk=USUAL)
    texts = Message.objects.of(practice).outbound().order_by("-created_at")
    while True:
        for text in texts[: DUE_TIMES + WARM_UP]:
            report = DeliveryReport(
                client_id=text.client_id,
                provider_id=text.provider_id,
                state="delivered",
                status="004",
                words="Received by recipient",
                at=now,
            )
            outbox.apply_report(practice, report, now)
            yield


def pages() -> dict[str, Work]:
    """Pages of the desk, as somebody at the large practice opens them."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(memberships__practice=LARGE))
    patient = Patient.objects.filter(practice=LARGE).order_by("pk")[0]
    addresses = {
        "today": reverse("today"),
        "schedule": reverse("schedule"),
        "inbox": reverse("inbox"),
        "outbox": reverse("outbox"),
        "patients": reverse("patients"),
        "patients, searched": reverse("patients") + "?q=sample+7",
        "patient": reverse("patient", args=[patient.pk]),
        "conversation": reverse("conversation", args=[patient.phone_id]),
    }
    return {
        name: partial(_open, client, address) for name, address in addresses.items()
    }


def _open(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}.")


def _explain(now: datetime) -> None:
    due, reports = DueRound(now), report_rounds(now)
    works: dict[str, Work] = {
        **tick(now),
        f"{DUE} due": due.work,
        "report": lambda: next(reports),
        **pages(),
    }
    for name, work in works.items():
        if name == f"{DUE} due":
            due.come_due()
        plans.show(name, work)


# --- How long it takes --------------------------------------------------------------


def _seconds(work: Work) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _of(work: Work, times: int, warm_up: int = WARM_UP) -> Times:
    """Milliseconds of it, after a few times to warm up."""
    runs = [_seconds(work) for _run in range(times + warm_up)]
    return _summed(runs[warm_up:])


def _all(works: dict[str, Work]) -> None:
    for work in works.values():
        work()


def _ask_nothing() -> None:
    """What the way to the database and back costs: the least that anything can."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _summed(runs: list[float]) -> Times:
    return {
        # What it costs where nobody else wants the machine just then.
        "best": round(min(runs) * 1000, 2),
        "p50": round(median(runs) * 1000, 2),
        "p95": round(quantiles(runs, n=20, method="inclusive")[18] * 1000, 2),
    }
