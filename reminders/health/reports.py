"""Whether anything comes back from texts: delivery reports, answers, and what we refused.

A practice that sends nothing hears nothing, and that is no alarm: only texts that the
provider took, and of which no word of any kind came, are one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from provisioning.models import Practice, Stage
from reminders.models import Message, Receipt, RefusedCallback

# One phone may be off, and so may two.
ENOUGH = 3
# Older texts say nothing about today.
WINDOW = timedelta(days=7)
# One callback in thousands may be garbled; the provider repeats what matters.
REFUSED_TIMES = 2
REFUSED_LATELY = timedelta(days=1)
# Among so many of the newest texts the last of each kind is looked for.
LOOKED_AT = 200


@dataclass(frozen=True)
class Signs:
    """When each last happened, or None; `accepted`: the provider took a text."""

    accepted: datetime | None
    report: datetime | None
    inbound: datetime | None


def _with_last_report() -> QuerySet[Practice]:
    """Practices whose set-up is through, each with when its last report came."""
    reports = Receipt.objects.filter(practice=OuterRef("pk")).order_by("-received_at")
    return Practice.objects.filter(account__stage=Stage.READY).annotate(
        last_report=Subquery(reports.values("received_at")[:1])
    )


def silent(now: datetime, after: timedelta) -> QuerySet[Practice]:
    """Practices whose last few accepted texts, all older than `after`, brought no word.

    A report that we asked the provider for counts as well: it cannot be told apart.
    """
    accepted = (
        Message.objects.outbound()
        .filter(
            practice=OuterRef("pk"),
            created_at__gte=now - WINDOW,
            sent_at__lte=now - after,
        )
        .order_by("-created_at")
        .values("sent_at")
    )
    return (
        _with_last_report()
        .annotate(unheard=Subquery(accepted[ENOUGH - 1 : ENOUGH]))
        .filter(
            Q(last_report=None) | Q(last_report__lt=F("unheard")),
            unheard__isnull=False,
        )
    )


def refused(now: datetime) -> QuerySet[Practice]:
    """Practices whose callbacks we sent away, more than once and without a good one since.

    They came to the practice's secret address, so it is the provider that was refused.
    """
    turned_away = RefusedCallback.objects.filter(
        practice=OuterRef("pk"),
        times__gte=REFUSED_TIMES,
        last_at__gte=now - REFUSED_LATELY,
    ).order_by("-last_at")
    return (
        _with_last_report()
        .annotate(refused_at=Subquery(turned_away.values("last_at")[:1]))
        .filter(
            Q(last_report=None) | Q(last_report__lt=F("refused_at")),
            refused_at__isnull=False,
        )
    )


def signs(practice: Practice | None = None) -> Signs:
    """The last of each, of one practice or of all; two queries."""
    if practice:
        texts = Message.objects.of(practice).order_by("-created_at")
        reports = Receipt.objects.of(practice).order_by("-received_at")
    else:
        texts = Message.objects.order_by("-pk")
        reports = Receipt.objects.order_by("-pk")
    newest = list(texts.values_list("direction", "created_at", "sent_at")[:LOOKED_AT])
    inbound = [at for way, at, _ in newest if way == Message.Direction.IN]
    return Signs(
        accepted=max((sent for *_, sent in newest if sent), default=None),
        report=reports.values_list("received_at", flat=True).first(),
        inbound=max(inbound, default=None),
    )
