"""The whole story told step by step, with what went over the wire in each.

It ends at the first thing that is not as it should be.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Self
from zoneinfo import ZoneInfo

from provisioning.models import ProviderCall
from reminders.demo import desk, signup
from reminders.demo.browser import NotOnThePage
from reminders.demo.scene import NotAsItShould, Owner, Scene

STEPS = (*signup.STEPS, *desk.STEPS)

# Columns: how wide the titles are, and what is shown of a request or an answer.
TITLE, SHOWN = 40, 96

# Zones with few surprises, one for about every three hours of the day, so that in
# one of them it is always an hour at which texts may go.
ZONES = (
    "America/New_York",
    "America/Los_Angeles",
    "Pacific/Honolulu",
    "Pacific/Auckland",
    "Asia/Tokyo",
    "Asia/Bangkok",
    "Asia/Dubai",
    "Europe/Berlin",
    "America/Sao_Paulo",
)
# Where the day is young enough for the whole story, and old enough on Sundays.
MIDDAY = 14.5


def owner_by_day(now: datetime) -> Owner:
    """An owner in a zone where it is about midday, since at night no text goes out."""
    return Owner(
        practice="Harbor Street Clinic",
        practice_phone="(212) 555-0100",
        time_zone=min(ZONES, key=lambda zone: _from_midday(now, zone)),
        first_name="Olivia",
        last_name="Owner",
        email="olivia@harbor-street.example",
        password="a quiet waiting room",  # noqa: S106 - invented, for one run
        mobile="+12125550101",
        area="212",
    )


def _from_midday(now: datetime, zone: str) -> float:
    local = now.astimezone(ZoneInfo(zone))
    return abs(local.hour + local.minute / 60 - MIDDAY)


@dataclass
class Wire:
    """What went over the wire, as the wire log has it: secrets masked."""

    heard: int = 0

    @classmethod
    def from_here(cls) -> Self:
        """Listen from now on."""
        newest = ProviderCall.objects.order_by("pk").last()
        return cls(newest.pk if newest else 0)

    def lines(self) -> Iterator[str]:
        """Calls and callbacks since the last time; the same one in a row counts up."""
        calls = list(ProviderCall.objects.filter(pk__gt=self.heard).order_by("pk"))
        for _kind, same in groupby(calls, key=lambda c: (c.action, c.outcome, c.codes)):
            group = list(same)
            yield from self._told(group[-1], len(group))
            self.heard = group[-1].pk

    def _told(self, call: ProviderCall, times: int) -> Iterator[str]:
        action = f"{call.action} ×{times}" if times > 1 else call.action
        outcome = f"{call.outcome} {call.codes}".strip()
        yield f"      {action:<28} {outcome:<20} {call.duration_ms or 0:>5} ms"
        for mark, words in (("→", call.request), ("←", call.response)):
            if words := _in_a_line(words):
                yield f"        {mark} {words}"


def tell(scene: Scene, wire: Wire) -> Iterator[str]:
    """Go through all steps; yields lines as they happen. Raises NotAsItShould."""
    for number, (title, step) in enumerate(STEPS, start=1):
        began = time.monotonic()
        try:
            remark = _take(step, scene)
        except NotAsItShould:
            yield f"{number:>3} ✗ {title}"
            yield from wire.lines()
            raise
        seconds = time.monotonic() - began
        yield f"{number:>3} ✓ {title:<{TITLE}} {seconds:>5.1f} s   {remark}"
        yield from wire.lines()


def _take(step: Callable[[Scene], str], scene: Scene) -> str:
    try:
        return step(scene)
    except NotOnThePage as missing:
        raise NotAsItShould(str(missing)) from missing


def _in_a_line(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= SHOWN else f"{words[: SHOWN - 1]}…"
