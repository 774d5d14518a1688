"""The week as the page of the outbox shows it: days, hours, counts. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, time

from reminders.models import Reminder
from reminders.outbox.foretelling import Fate, Forecast

# Bars above the hours have so many heights; see static/css/pages/outbox.css.
HEIGHTS = 8


@dataclass(frozen=True)
class Line:
    """A row of the page: a reminder, and its fate while it is planned."""

    reminder: Reminder
    forecast: Forecast | None


@dataclass(frozen=True)
class Hour:
    """What is due in one hour of a day; `height` is of the busiest hour of the week."""

    start: time
    count: int
    height: int


@dataclass
class Day:
    """The reminders that stand under one day of the practice."""

    date: date
    shown: list[Forecast] = field(default_factory=list)
    fates: Counter[Fate] = field(default_factory=Counter)
    hours: list[Hour] = field(default_factory=list)
    # Of a day that is open: some rows, and the last of them where there are more.
    is_open: bool = False
    lines: list[Line] = field(default_factory=list)
    more: Forecast | None = None

    @property
    def all(self) -> int:
        """How many reminders the day has, whatever is filtered."""
        return self.fates.total()

    @property
    def held(self) -> int:
        """How many wait for somebody or something."""
        return sum(n for fate, n in self.fates.items() if fate.is_held)

    @property
    def held_by_people(self) -> int:
        """How many wait for a person."""
        return self.fates[Fate.HELD]

    @property
    def silent(self) -> int:
        """How many will not go."""
        return sum(n for fate, n in self.fates.items() if fate.will_not_go)

    def page(self, hour: int | None, after: int | None, size: int) -> list[Forecast]:
        """The next rows behind the one with this id, of one hour or all.

        By the row that the reader has seen last, wherever it stands by now.
        """
        wanted = [each for each in self.shown if hour in (None, each.local_due.hour)]
        places = {each.pk: place for place, each in enumerate(wanted)}
        start = -1 if after is None else places.get(after, -1)
        page = wanted[start + 1 : start + 1 + size]
        self.more = page[-1] if len(wanted) > start + 1 + size else None
        return page


def day_of(forecast: Forecast, today: date) -> date:
    """The day it stands under: what should have gone before today waits in today's."""
    return max(forecast.local_due.date(), today)


def days_of(
    forecasts: Iterable[Forecast],
    today: date,
    is_wanted: Callable[[Forecast], bool] = lambda _forecast: True,
) -> list[Day]:
    """Every day that has reminders; those that are wanted are shown, by their hours."""
    days: dict[date, Day] = {}
    for each in forecasts:
        on = day_of(each, today)
        day = days.setdefault(on, Day(on))
        day.fates[each.fate] += 1
        if is_wanted(each):
            day.shown.append(each)
    _count_hours(days.values())
    return sorted(days.values(), key=lambda day: day.date)


def _count_hours(days: Iterable[Day]) -> None:
    counts = [(day, Counter(each.local_due.hour for each in day.shown)) for day in days]
    busiest = max((max(hours.values(), default=1) for _day, hours in counts), default=1)
    for day, hours in counts:
        day.hours = [
            Hour(time(hour), n, -(-n * HEIGHTS // busiest))
            for hour, n in sorted(hours.items())
        ]
