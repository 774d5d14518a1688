"""What Prometheus reads: figures from the database at the moment of asking.

So they are right with any number of processes. No label names a practice, a patient or
a number; what would take long to count is counted among the newest texts only.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max, Q
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from provisioning.models import Interface, Notice, Outage, ProviderAccount, Stage
from reminders.health import broker, engine, lag, readiness, reports
from reminders.models import Heartbeat, Message, Receipt, RefusedCallback

# Among so many of the newest texts, and only among those of a day.
NEWEST = 5_000
A_DAY = timedelta(days=1)


def text(now: datetime) -> bytes:
    """Write all figures down in Prometheus' format."""
    registry = CollectorRegistry()
    registry.register(Figures(now))
    return generate_latest(registry)


def class_of(code: str) -> str:
    """The class of a provider's code: "1xx" for 114; "none", or "other"."""
    if not code:
        return "none"
    return f"{code[0]}xx" if len(code) == 3 and code.isdecimal() else "other"


class Figures(Collector):
    """Asks for everything once, when it is collected."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def describe(self) -> list[Metric]:
        """Say nothing, so that nobody asks before it is time."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield every figure."""
        yield from self._engine()
        yield from self._texts()
        yield from self._recent()
        yield from self._provider()
        yield from self._installation()

    def _engine(self) -> Iterator[Metric]:
        newest = Heartbeat.objects.newest()
        yield gauge(
            "frontdesk_heartbeat_timestamp_seconds",
            "When each kind of work was last done by any process.",
            {(part,): at.timestamp() for part, at in newest.items()},
            "part",
        )
        at_work = engine.judge(newest, self.now, settings.HEALTH.quiet)
        yield gauge(
            "frontdesk_engine_up",
            "Whether each part without which nothing is sent was at work lately.",
            {(part,): part not in at_work.silent for part in engine.ESSENTIAL},
            "part",
        )

    def _texts(self) -> Iterator[Metric]:
        late, queue = lag.lag(self.now), lag.queue(self.now)
        ages = {"text": late.text, "reminder": late.reminder}
        yield gauge(
            "frontdesk_oldest_waiting_seconds",
            "For how long the oldest that could leave has not; 0 when there is none.",
            {(what,): age(at, self.now) for what, at in ages.items()},
            "what",
        )
        yield gauge(
            "frontdesk_texts_on_their_way",
            f"Texts that are due or on their way, by state; at most {lag.MOST} each.",
            {
                ("queued",): queue.waiting,
                ("sending",): queue.sending,
                ("unknown",): queue.unknown,
            },
            "state",
        )
        for name, model in (("texts", Message), ("receipts", Receipt)):
            highest = model._default_manager.aggregate(n=Max("pk"))["n"]
            yield CounterMetricFamily(
                f"frontdesk_{name}",
                "The highest number given to one: each raises it, and numbers may skip.",
                value=highest or 0,
            )

    def _recent(self) -> Iterator[Metric]:
        highest = Message.objects.aggregate(n=Max("pk"))["n"] or 0
        texts = Message.objects.filter(
            pk__gt=highest - NEWEST, created_at__gte=self.now - A_DAY
        ).order_by()
        counts: dict[tuple[str, ...], float] = {}
        for way, kind, state, code, number in texts.values_list(
            "direction", "kind", "state", "error_code"
        ).annotate(number=Count("pk")):
            labels = (way, kind, state, class_of(code))
            counts[labels] = counts.get(labels, 0) + number
        yield gauge(
            "frontdesk_recent_texts",
            f"Texts of the last day, among the newest {NEWEST}.",
            counts,
            "direction",
            "kind",
            "state",
            "code_class",
        )

    def _provider(self) -> Iterator[Metric]:
        signs = reports.signs()
        last = {
            "accepted": signs.accepted,
            "report": signs.report,
            "inbound": signs.inbound,
        }
        yield gauge(
            "frontdesk_last_timestamp_seconds",
            "When the provider last took a text, reported on one, brought one.",
            {(what,): at.timestamp() for what, at in last.items() if at},
            "what",
        )
        outages = dict(Outage.objects.values_list("interface", "since"))
        yield gauge(
            "frontdesk_outage_seconds",
            "For how long an interface of the provider's has given no useful answer.",
            {(name,): age(outages.get(name), self.now) for name in Interface.values},
            "interface",
        )
        refused = dict(
            RefusedCallback.objects.order_by()
            .values_list("reason")
            .annotate(Max("last_at"))
        )
        yield gauge(
            "frontdesk_callback_refused_timestamp_seconds",
            "When a callback was last refused, by reason.",
            {(reason,): at.timestamp() for reason, at in refused.items()},
            "reason",
        )
        ready = ProviderAccount.objects.filter(stage=Stage.READY)
        yield gauge(
            "frontdesk_accounts",
            "Accounts whose set-up is through, by what is the matter with them.",
            {
                (condition,): number
                for condition, number in ready.aggregate(
                    ready=Count("pk"),
                    credit_low=Count("pk", Q(credit_low_at__isnull=False)),
                    out_of_credit=Count("pk", Q(out_of_credit_at__isnull=False)),
                    suspended=Count("pk", Q(suspended_at__isnull=False)),
                    refused=Count("pk", Q(credentials_refused_at__isnull=False)),
                    limited=Count("pk", Q(limited_until__gt=self.now)),
                ).items()
            },
            "condition",
        )
        notices = Notice.objects.open().order_by().values_list("kind")
        yield gauge(
            "frontdesk_open_notices",
            "Practices that something is the matter with, by kind of notice.",
            {(kind,): number for kind, number in notices.annotate(Count("pk"))},
            "kind",
        )

    def _installation(self) -> Iterator[Metric]:
        hints = broker.look()
        yield gauge(
            "frontdesk_broker_up",
            "Whether the broker can be reached.",
            {(): hints.is_reachable},
        )
        yield gauge(
            "frontdesk_broker_tasks",
            "Tasks that wait at the broker, by queue.",
            {(queue,): number for queue, number in hints.waiting.items()},
            "queue",
        )
        yield gauge(
            "frontdesk_database_seconds",
            "How long the database takes to answer the smallest question.",
            {(): readiness.database_seconds()},
        )
        yield gauge(
            "frontdesk_pending_migrations",
            "Migrations of this code that the database lacks.",
            {(): readiness.pending_migrations()},
        )
        yield gauge(
            "frontdesk_disk_free_bytes",
            "Free space where VAR_DIR is.",
            {(): shutil.disk_usage(settings.VAR_DIR).free},
        )


def gauge(
    name: str, meaning: str, values: dict[tuple[str, ...], float], *labels: str
) -> GaugeMetricFamily:
    """A figure that goes up and down, with a value for each combination of labels."""
    family = GaugeMetricFamily(name, meaning, labels=labels)
    for key, value in values.items():
        family.add_metric(key, float(value))
    return family


def age(at: datetime | None, now: datetime) -> float:
    """Seconds since then; none where there is no then."""
    return max((now - at).total_seconds(), 0.0) if at else 0.0
