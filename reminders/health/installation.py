"""How the installation is, for whoever runs it: clock, workers, queue, broker, database.

No practice and no patient is named; counts end at `lag.MOST`.
"""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from provisioning.models import Outage
from reminders.health import broker, lag, readiness, reports
from reminders.health.broker import Broker
from reminders.health.lag import Lag, Queue
from reminders.health.reports import Signs
from reminders.health.verdict import Tone, Verdict, long
from reminders.models import Heartbeat, RefusedCallback

Part = Heartbeat.Part

SLOW = 0.1  # seconds for the smallest question to the database
A_GIGABYTE = 1024**3
# More tasks than that at the broker: nobody takes them. Beat stops at thirty a queue.
PILE = 20
# Strangers are noticed for so long.
LATELY = timedelta(hours=1)


@dataclass(frozen=True)
class Worker:
    """A process that has done something lately."""

    name: str
    since: datetime
    last: datetime
    parts: str


def verdicts(now: datetime) -> list[Verdict]:
    """All parts of the installation."""
    beats, hints = Heartbeat.objects.newest(), broker.look()
    began = Heartbeat.objects.working_since(now - settings.HEALTH.quiet)
    return [
        _clock(beats, hints, now),
        *(
            replace(_work(part, beats, now), began=began.get(part))
            for part in (Part.FILL, Part.SEND, Part.RECONCILE)
        ),
        _queue(lag.queue(now), lag.lag(now), now),
        _provider(reports.signs(), Outage.objects.order_by("since").first(), now),
        _strangers(now),
        _broker(hints),
        _database(),
        _migrations(),
        _disk(),
    ]


def workers(now: datetime, limit: int = 50) -> list[Worker]:
    """Who has worked within the last hour, the last to have done so first."""
    lately = Heartbeat.objects.filter(beat_at__gte=now - timedelta(hours=1))
    rows: dict[str, list[Heartbeat]] = {}
    for row in lately.order_by("-beat_at")[: limit * len(Part)]:
        rows.setdefault(row.process, []).append(row)
    return [_worker(name, done) for name, done in list(rows.items())[:limit]]


def _worker(name: str, rows: Iterable[Heartbeat]) -> Worker:
    done = sorted(rows, key=lambda row: row.part)
    return Worker(
        # What follows the process id only keeps rows apart.
        name.rpartition(":")[0],
        min(row.started_at for row in done),
        max(row.beat_at for row in done),
        ", ".join(str(row.get_part_display()) for row in done),
    )


def _clock(beats: Mapping[str, datetime], hints: Broker, now: datetime) -> Verdict:
    """Whether what beat sends arrives; if not, the broker tells which end is at fault."""
    at = beats.get(Part.BEAT)
    if at and now - at <= settings.HEALTH.quiet:
        words = _("The clock’s last word arrived %(time)s ago.") % {
            "time": long(now - at)
        }
        return Verdict("beat", Part.BEAT.label, Tone.OK, words)
    if at is None:
        words = _("No word of the clock has ever arrived.")
    else:
        words = _("No word of the clock has arrived for %(time)s.") % {
            "time": long(now - at)
        }
    if not hints.is_reachable:
        todo = _("The broker cannot be reached: see to it first.")
    elif hints.total > PILE:
        todo = _("Tasks pile up at the broker: restart the workers.")
    else:
        todo = _("Nothing waits at the broker: start celery beat, and the workers.")
    meaning = _("Nothing is planned and nothing is sent. None is lost.")
    return Verdict("beat", Part.BEAT.label, Tone.BAD, words, at, meaning, todo)


def _work(
    part: Heartbeat.Part, beats: Mapping[str, datetime], now: datetime
) -> Verdict:
    at = beats.get(part)
    if at and now - at <= settings.HEALTH.quiet:
        words = _("Last done %(time)s ago.") % {"time": long(now - at)}
        return Verdict(part.value, part.label, Tone.OK, words)
    if at is None:
        words = _("Never done yet.")
    else:
        words = _("Not done for %(time)s.") % {"time": long(now - at)}
    # A text in doubt can wait; what is due cannot.
    tone = Tone.WARN if part is Part.RECONCILE else Tone.BAD
    clock = beats.get(Part.BEAT)
    if clock and now - clock <= settings.HEALTH.quiet:
        todo = _("Look at the log of the workers that do this, and restart them.")
    else:
        todo = _("See to the clock first, which is above.")
    return Verdict(part.value, part.label, tone, words, at, todo=todo)


def _queue(queue: Queue, late: Lag, now: datetime) -> Verdict:
    words = _(
        "%(waiting)s waiting, %(sending)s on their way, %(unknown)s in doubt."
    ) % {
        "waiting": _number(queue.waiting),
        "sending": _number(queue.sending),
        "unknown": _number(queue.unknown),
    }
    waits = now - late.since if late.since else timedelta(0)
    if waits <= settings.HEALTH.quiet:
        return Verdict("queue", _("Texts"), Tone.OK, words)
    tone = Tone.BAD if waits > settings.HEALTH.tell_owners else Tone.WARN
    meaning = _("The oldest that could leave has waited for %(time)s.") % {
        "time": long(waits)
    }
    todo = _(
        "If the parts above are well, the provider is slow, or one worker is not enough."
    )
    return Verdict("queue", _("Texts"), tone, words, late.since, meaning, todo)


def _number(number: int) -> str:
    """A count, and that it is no more than that."""
    return f"{localize(number)}+" if number >= lag.MOST else localize(number)


def _provider(signs: Signs, outage: Outage | None, now: datetime) -> Verdict:
    title = _("SMS provider")
    if outage:
        lasts = now - outage.since
        return Verdict(
            "provider",
            title,
            Tone.BAD if lasts > settings.HEALTH.tell_owners else Tone.WARN,
            _("%(interface)s gives no useful answer.")
            % {"interface": outage.get_interface_display()},
            outage.since,
            _("Its texts wait; one tries from time to time."),
            _("Look whether the provider reports trouble, and whether we reach it."),
        )
    known = (
        (_("text accepted"), signs.accepted),
        (_("report"), signs.report),
        (_("text from a patient"), signs.inbound),
    )
    said = [
        _("%(what)s %(time)s ago") % {"what": what, "time": long(now - at)}
        for what, at in known
        if at
    ]
    words = (
        _("Last: %(list)s.") % {"list": ", ".join(said)} if said else _("Nothing yet.")
    )
    return Verdict("provider", title, Tone.OK, words)


def _strangers(now: datetime) -> Verdict:
    lately = RefusedCallback.objects.filter(last_at__gte=now - LATELY)
    row = lately.order_by("-last_at").first()
    if row is None:
        words = _("None refused in the last hour.")
        return Verdict("callbacks", _("Callbacks"), Tone.OK, words)
    words = ngettext(
        "%(reason)s: refused at least %(n)d time, last %(time)s ago.",
        "%(reason)s: refused at least %(n)d times, last %(time)s ago.",
        row.times,
    ) % {
        "reason": row.get_reason_display(),
        "n": row.times,
        "time": long(now - row.last_at),
    }
    ours = row.practice_id is not None
    todo = _("Compare the callback address at the provider with ours.") if ours else ""
    tone = Tone.WARN if ours else Tone.OK
    return Verdict("callbacks", _("Callbacks"), tone, words, row.first_at, todo=todo)


def _broker(hints: Broker) -> Verdict:
    if not hints.is_reachable:
        return Verdict(
            "broker",
            _("Broker"),
            Tone.BAD,
            _("The broker cannot be reached."),
            meaning=_(
                "Nobody is woken. What is due stays in the database, and none is lost."
            ),
            todo=_("Start it; workers and clock find it again by themselves."),
        )
    words = ngettext(
        "It can be reached; %(n)d task waits there.",
        "It can be reached; %(n)d tasks wait there.",
        hints.total,
    ) % {"n": hints.total}
    if hints.total <= PILE:
        return Verdict("broker", _("Broker"), Tone.OK, words)
    todo = _("Workers take too little: restart them, or start more.")
    return Verdict("broker", _("Broker"), Tone.WARN, words, todo=todo)


def _database() -> Verdict:
    seconds = readiness.database_seconds()
    words = _("It answers within %(ms)s ms.") % {"ms": localize(ceil(seconds * 1000))}
    if seconds <= SLOW:
        return Verdict("database", _("Database"), Tone.OK, words)
    todo = _("Look at its load, its locks and the way there.")
    return Verdict("database", _("Database"), Tone.WARN, words, todo=todo)


def _migrations() -> Verdict:
    pending = readiness.pending_migrations()
    if not pending:
        return Verdict("migrations", _("Migrations"), Tone.OK, _("All are applied."))
    words = ngettext("%(n)d is missing.", "%(n)d are missing.", pending) % {
        "n": pending
    }
    todo = _("Run manage.py migrate.")
    return Verdict("migrations", _("Migrations"), Tone.BAD, words, todo=todo)


def _disk() -> Verdict:
    try:
        disk = shutil.disk_usage(settings.VAR_DIR)
    except OSError:
        words = _("The folder VAR_DIR is not there.")
        return Verdict("disk", _("Disk"), Tone.WARN, words)
    words = _("%(free)s GB of %(all)s GB are free.") % {
        "free": localize(round(disk.free / A_GIGABYTE, 1)),
        "all": localize(round(disk.total / A_GIGABYTE, 1)),
    }
    if disk.free > max(A_GIGABYTE, disk.total / 20):
        return Verdict("disk", _("Disk"), Tone.OK, words)
    tone = Tone.WARN if disk.free > A_GIGABYTE / 4 else Tone.BAD
    return Verdict("disk", _("Disk"), tone, words, todo=_("Make room on it."))
