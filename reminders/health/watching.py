"""Watching over the engine: notices to owners, opened and closed.

Who mails is `provisioning.notices`, which knows the notices and not what is behind
them. Both queues have a watcher, so that one whose workers live sees the other's
silence; when none live, `manage.py check_health` is the watcher.
"""

from datetime import datetime, timedelta

from django.conf import settings

from provisioning.models import Notice, ProviderAccount
from reminders.health import lag, reports
from reminders.health.heart import beat
from reminders.models import Heartbeat

# Beat sends a watcher to each queue twice as often.
OFTEN = timedelta(minutes=1)

Kind = Notice.Kind
# What this module opens and closes, and pages show to everybody.
KINDS = (Kind.TEXTS_STUCK, Kind.REPORTS_SILENT, Kind.REPORTS_REFUSED)


def watch(now: datetime, *, from_outside: bool = False) -> None:
    """Open notices for practices that are concerned, and close those that are over.

    The first watcher after a standstill opens none about texts that wait: they are
    about to go. One `from_outside` has no worker to wait for.
    """
    limits = settings.HEALTH
    before = Heartbeat.objects.newest().get(Heartbeat.Part.WATCH)
    if from_outside or (before and before >= now - OFTEN):
        late = lag.late_accounts(now, now - limits.tell_owners)
        Notice.objects.keep(Kind.TEXTS_STUCK, late, now)
    silent = reports.silent(now, limits.reports)
    refused = reports.refused(now)
    for kind, practices in (
        (Kind.REPORTS_SILENT, silent.exclude(pk__in=refused.values("pk"))),
        (Kind.REPORTS_REFUSED, refused),
    ):
        accounts = ProviderAccount.objects.filter(practice__in=practices.values("pk"))
        Notice.objects.keep(kind, set(accounts.values_list("pk", flat=True)), now)
    if not from_outside:
        beat(Heartbeat.Part.WATCH, now)


def is_silent(part: Heartbeat.Part, now: datetime) -> bool:
    """Whether nobody has done this work for too long."""
    at = Heartbeat.objects.newest().get(part)
    return at is None or at < now - settings.HEALTH.quiet
