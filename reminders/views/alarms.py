"""What every page of the desk says when the engine or the way back is silent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.models import Membership, Notice, Practice
from reminders import health
from reminders.health.verdict import long
from reminders.health.watching import KINDS
from reminders.models import Heartbeat


@dataclass(frozen=True)
class Alarm:
    """One thing that is wrong: the light in the strip, and the banner."""

    light: dict[str, Any]
    banner: dict[str, Any]


@dataclass(frozen=True)
class OfNotice:
    """What a kind of notice looks like."""

    kind: Notice.Kind
    tone: str
    word: str | Promise
    text: str | Promise


OF_NOTICES = (
    OfNotice(
        Notice.Kind.REPORTS_REFUSED,
        "bad",
        gettext_lazy("Reports refused"),
        gettext_lazy(
            "What the SMS provider reports is being refused. Texts go out, but patients’ "
            "answers may be lost: phone about urgent visits."
        ),
    ),
    OfNotice(
        Notice.Kind.REPORTS_SILENT,
        "warn",
        gettext_lazy("No reports"),
        gettext_lazy(
            "Texts go out, but no delivery report comes back. Patients’ answers may be "
            "lost too: phone about urgent visits."
        ),
    ),
)
STUCK = Notice.Kind.TEXTS_STUCK


def page_for(membership: Membership) -> str:
    """Where this person reads more."""
    return reverse("health" if membership.may_manage else "outbox")


def glance(practice: Practice, now: datetime) -> dict[str, Combinable]:
    """Whether there is anything to say at all, as two parts of a larger query."""
    lately = now - settings.HEALTH.quiet
    at_work = (
        Heartbeat.objects.filter(part__in=health.ESSENTIAL, beat_at__gte=lately)
        .order_by()
        .annotate(all=Value(1))
        .values("all")
        .annotate(parts=Count("part", distinct=True))
    )
    noticed = Notice.objects.open().filter(account=practice.account, kind__in=KINDS)
    return {
        "at_work": Coalesce(Subquery(at_work.values("parts")), 0),
        "noticed": Exists(noticed),
    }


def raised(
    known: Mapping[str, Any], membership: Membership, now: datetime
) -> list[Alarm]:
    """The alarms of this moment, the worst first; none where all is well.

    `known` is what `glance` found. Only where something is wrong one more query is
    asked: what it is.
    """
    if known["at_work"] == len(health.ESSENTIAL) and not known["noticed"]:
        return []
    practice = membership.practice
    return _alarms(_signs_of_life(practice), page_for(membership), now)


def _signs_of_life(practice: Practice) -> dict[str, datetime | None]:
    """When each part last beat, and when each kind of notice was opened."""
    beats = {
        part: Heartbeat.objects.of_part(part).values("beat_at")[:1]
        for part in health.ESSENTIAL
    }
    opened = {
        kind.value: Notice.objects.open()
        .filter(account=practice.account, kind=kind)
        .values("opened_at")[:1]
        for kind in KINDS
    }
    signs = {name: Subquery(rows) for name, rows in (beats | opened).items()}
    own: Any = Practice.objects.filter(pk=practice.pk).values(**signs)
    return dict(own.get())


def _alarms(
    known: Mapping[str, datetime | None], url: str, now: datetime
) -> list[Alarm]:
    at_work = health.judge(
        {part: known[part] for part in health.ESSENTIAL}, now, settings.HEALTH.quiet
    )
    found = []
    if not at_work.is_well or known[STUCK]:
        since = at_work.since if not at_work.is_well else known[STUCK]
        found.append(
            _alarm("bad", _("Texts stand still"), _standstill(since, now), url)
        )
    found += [
        _alarm(each.tone, each.word, each.text, url)
        for each in OF_NOTICES
        if known[each.kind]
    ]
    return found


def _standstill(since: datetime | None, now: datetime) -> str:
    first = (
        _("No texts have gone out for %(time)s.") % {"time": long(now - since)}
        if since
        else _("The service that sends texts has not been started.")
    )
    return f"{first} " + _(
        "Reminders wait, and none is lost. Until it is mended, phone patients whose "
        "visit is near."
    )


def _alarm(tone: str, word: str | Promise, text: str | Promise, url: str) -> Alarm:
    action = _("What to do") if url == reverse("health") else _("See what waits")
    return Alarm(
        {"tone": tone, "word": word, "url": url},
        {"tone": tone, "text": text, "url": url, "action": action},
    )
