"""Verdict: what is to be said about one part, in words; and how long is long. No rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import ngettext


class Tone(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"

    @property
    def rank(self) -> int:
        """0 when all is well; also the exit code of `check_health`."""
        return list(Tone).index(self)


@dataclass(frozen=True)
class Verdict:
    """One part: what it is, how it is, since when, what that means, what to do."""

    key: str
    title: str | Promise
    tone: Tone
    words: str | Promise
    # Since when it is amiss.
    since: datetime | None = None
    meaning: str | Promise = ""
    todo: str | Promise = ""
    # The page where it is mended, by the name of its address.
    page: str = ""
    # Since when it is at work, where that is known.
    began: datetime | None = None


def worst(verdicts: Iterable[Verdict]) -> Tone:
    """The worst of them; ok when there is none."""
    return max((each.tone for each in verdicts), key=lambda t: t.rank, default=Tone.OK)


def long(time: timedelta) -> str:
    """Say how long: "2 seconds", "4 minutes", "3 hours", "2 days"; rounded down."""
    seconds = max(int(time.total_seconds()), 0)
    if seconds < 120:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    if seconds < 2 * 3600:
        minutes = seconds // 60
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if seconds < 2 * 86400:
        hours = seconds // 3600
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = seconds // 86400
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
