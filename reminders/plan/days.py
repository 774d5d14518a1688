"""The days on which a practice works: somebody is there to read what patients answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
MONDAY_TO_FRIDAY = frozenset({1, 2, 3, 4, 5})


@dataclass(frozen=True)
class WorkingDays:
    """Weekdays as ISO counts them, Monday is 1; less the dates in `closed`.

    Raises ValueError when there is no weekday at all.
    """

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    closed: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.weekdays:
            raise ValueError("A practice works on some day of the week.")

    def has(self, day: date) -> bool:
        """Whether the practice works on this day."""
        return day.isoweekday() in self.weekdays and day not in self.closed

    def on_or_before(self, day: date) -> date:
        """The day itself if it is a working day, or else the last one before it."""
        while not self.has(day):
            day -= _DAY
        return day
