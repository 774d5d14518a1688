"""Outages: an interface of the provider's that fails as a whole is left in peace.

    a packet gets no useful answer → rest, longer each time → one text tries → …
    any useful answer → the outage is over

What a failed packet held may have been taken, so each has to be asked about later. That
must not happen to everything that falls due while the provider is down.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db.models import F

from provisioning.models import Outage

log = structlog.get_logger(__name__)

FIRST_REST, LONGEST_REST = timedelta(seconds=1), timedelta(minutes=1)
FORGOTTEN_AFTER = timedelta(minutes=15)
# Nobody else tries meanwhile; longer than the longest call.
TRIAL = timedelta(seconds=45)


@dataclass(frozen=True)
class Openings:
    """Where texts may go now: to no interface that is `closed`.

    Those in `trials` are closed too, but have rested enough for one text to try.
    """

    closed: frozenset[str] = frozenset()
    trials: frozenset[str] = frozenset()


def openings(now: datetime) -> Openings:
    """Look which interfaces fail at present; one query."""
    rests = dict(Outage.objects.values_list("interface", "rests_until"))
    over = (interface for interface, until in rests.items() if until <= now)
    return Openings(frozenset(rests), frozenset(over))


def begin_trial(interface: str, now: datetime) -> None:
    """Keep others from trying as well while one text finds out."""
    Outage.objects.filter(pk=interface, rests_until__lte=now).update(
        rests_until=now + TRIAL
    )


def note_failure(interface: str, now: datetime, *, was_trial: bool) -> None:
    """A packet came to nothing: rest, twice as long as the last time.

    Packets that were on their way together fail together, which counts once.
    """
    outage, is_new = Outage.objects.get_or_create(
        interface=interface, defaults={"since": now, "failures": 0, "rests_until": now}
    )
    if not (is_new or was_trial) and outage.rests_until > now:
        return
    Outage.objects.filter(pk=outage.pk).update(
        failures=F("failures") + 1, rests_until=now + rest_after(outage.failures)
    )
    log.warning("interface_rests", interface=interface, failures=outage.failures + 1)


def note_success(interface: str) -> None:
    """It answers."""
    if Outage.objects.filter(pk=interface).delete()[0]:
        log.info("interface_answers_again", interface=interface)


def forget(now: datetime) -> None:
    """End outages that nothing has tried for long: nothing was due, and nobody waits."""
    Outage.objects.filter(rests_until__lt=now - FORGOTTEN_AFTER).delete()


def rest_after(failures: int) -> timedelta:
    """How long to rest after so many failures before this one.

    Jittered by up to a quarter, so that installations do not come back together.
    """
    rest = min(FIRST_REST * (1 << min(failures, 16)), LONGEST_REST)
    return rest * random.uniform(0.75, 1.0)  # noqa: S311  # no secret
