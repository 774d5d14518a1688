"""How long silence may last before somebody is told, and who may read the figures."""

from dataclasses import dataclass
from datetime import timedelta

from reminders.config.environment import Environment


@dataclass(frozen=True)
class Limits:
    """`settings.HEALTH`: the limits by which `reminders.health` judges."""

    quiet: (
        timedelta  # without a heartbeat for longer, a part of the engine stands still
    )
    tell_owners: timedelta  # texts that could leave and did not for so long: a mail
    reports: timedelta  # a report of some kind has come back after this
    metrics_token: str  # shown by whoever reads /metrics; empty: there is no such page


def limits(env: Environment) -> Limits:
    """Read them."""
    quiet = env.between("HEALTH_QUIET_SECONDS", 2, 3600, default=120)
    owners = env.between("HEALTH_TELL_OWNERS_SECONDS", 2, 86400, default=300)
    reports = env.between("HEALTH_REPORTS_MINUTES", 1, 10080, default=60)
    return Limits(
        quiet=timedelta(seconds=quiet),
        tell_owners=timedelta(seconds=owners),
        reports=timedelta(minutes=reports),
        metrics_token=env.str("METRICS_TOKEN", default=""),
    )
