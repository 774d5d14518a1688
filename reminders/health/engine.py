"""Whether the sending engine is at work, by its heartbeats. Knows no rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

# Without any one of these no reminder reaches anybody (names of `Heartbeat.Part`).
ESSENTIAL = ("beat", "fill", "send")


@dataclass(frozen=True)
class Engine:
    """What the heartbeats say. All is well when `silent` is empty."""

    silent: tuple[str, ...] = ()
    # When the last of the silent parts' heartbeats was; None: one never had any.
    since: datetime | None = None

    @property
    def is_well(self) -> bool:
        """Whether every part was at work a moment ago."""
        return not self.silent


def judge(
    newest: Mapping[str, datetime | None], now: datetime, quiet: timedelta
) -> Engine:
    """Tell from each part's newest heartbeat which have been silent for too long."""
    heard = {part: newest.get(part) for part in ESSENTIAL}
    silent = {part: at for part, at in heard.items() if at is None or at < now - quiet}
    if not silent:
        return Engine()
    instants = [at for at in silent.values() if at]
    whole = len(instants) == len(silent)
    return Engine(tuple(silent), min(instants) if whole else None)
