"""What the clock on the wall says, turned into instants, twice a year included."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)


class NonexistentTime(ValueError):
    """The clocks skip this local time. Holds the nearest local times that exist."""

    def __init__(self, wanted: datetime, before: datetime, after: datetime) -> None:
        super().__init__(wanted, before, after)
        self.wanted = wanted
        self.before = before
        self.after = after

    def __str__(self) -> str:
        return gettext(
            "%(wanted)s does not exist on this day: the clocks go forward. "
            "The nearest times are %(before)s and %(after)s."
        ) % {
            "wanted": clock_words(self.wanted.time()),
            "before": clock_words(self.before.time()),
            "after": clock_words(self.after.time()),
        }


class AmbiguousTime(ValueError):
    """The clocks show this local time twice. Holds both, as aware local times."""

    def __init__(self, first: datetime, second: datetime) -> None:
        super().__init__(first, second)
        self.first = first
        self.second = second

    def __str__(self) -> str:
        return gettext(
            "%(wanted)s happens twice on this day: the clocks go back. "
            "Choose the first (%(first)s) or the second (%(second)s)."
        ) % {
            "wanted": clock_words(self.first.time()),
            "first": self.first.tzname(),
            "second": self.second.tzname(),
        }


def clock_words(at: time) -> str:
    """ "2:30 PM", for staff. What patients read is written in wording."""
    return f"{at.hour % 12 or 12}:{at.minute:02} {'AM' if at.hour < 12 else 'PM'}"


def wall_clock(
    day: date, at: time, zone: ZoneInfo, fold: int | None = None
) -> datetime:
    """The instant, in UTC, at which clocks in the zone show this day and time.

    `fold` answers an ambiguous time: 0 for its first occurrence, 1 for its second;
    for all other times it changes nothing.

    Raises NonexistentTime in the gap of spring and, when `fold` is None,
    AmbiguousTime in the doubled hour of autumn.
    """
    first = datetime.combine(day, at.replace(fold=0), tzinfo=zone)
    second = first.replace(fold=1)
    early, late = first.astimezone(UTC), second.astimezone(UTC)
    if late < early:
        # In a gap the two readings cross over: the clocks change between them.
        change = _first_instant_after_change(late, early, zone)
        raise NonexistentTime(
            first, (change - _MINUTE).astimezone(zone), change.astimezone(zone)
        )
    if early < late and fold is None:
        raise AmbiguousTime(first, second)
    return late if fold == 1 else early


def first_valid(day: date, at: time, zone: ZoneInfo) -> datetime:
    """As wall_clock, without asking, since a rule has nobody to ask.

    What the clocks skip in spring becomes the first instant after the gap; what they
    show twice in autumn is the first of the two.
    """
    try:
        return wall_clock(day, at, zone, fold=0)
    except NonexistentTime as gap:
        return gap.after.astimezone(UTC)


def local_day(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A local calendar day as a half-open range in UTC: 23, 24 or 25 hours."""
    midnight = time()
    return (
        first_valid(day, midnight, zone),
        first_valid(day + timedelta(days=1), midnight, zone),
    )


def _first_instant_after_change(
    before: datetime, after: datetime, zone: ZoneInfo
) -> datetime:
    """Halve the time between two instants until their change of offset is found."""
    old_offset = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        # Whole seconds: no zone changes its clocks on a fraction of one.
        middle = before + timedelta(seconds=(after - before) // _SECOND // 2)
        if middle.astimezone(zone).utcoffset() == old_offset:
            before = middle
        else:
            after = middle
    return after
