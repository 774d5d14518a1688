"""The hours in which texts may go, and the nearest minute inside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reminders.plan.local import first_valid

_SUNDAY = 7
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class SendingWindow:
    """Half-open hours on the wall: the minute at `…_to` is already quiet.

    The default keeps the hours of every US state with texting hours of its own but
    Rhode Island. A day on which from and to are equal is quiet throughout.

    Raises ValueError when a day ends before it begins, when both kinds of day are
    quiet throughout, or for times that are not whole minutes.
    """

    weekday_from: time = time(9)
    weekday_to: time = time(20)
    sunday_from: time = time(12)
    sunday_to: time = time(20)

    def __post_init__(self) -> None:
        days = (
            (self.weekday_from, self.weekday_to),
            (self.sunday_from, self.sunday_to),
        )
        if any(at.second or at.microsecond for hours in days for at in hours):
            raise ValueError("Sending hours are whole minutes.")
        if any(opens > closes for opens, closes in days):
            raise ValueError("Sending hours end after they begin.")
        if all(opens == closes for opens, closes in days):
            raise ValueError("Sending hours are open on some day.")

    def hours(self, day: date) -> tuple[time, time]:
        """From and to on this local day."""
        if day.isoweekday() == _SUNDAY:
            return self.sunday_from, self.sunday_to
        return self.weekday_from, self.weekday_to

    def allows(self, local: datetime) -> bool:
        """Whether a text may go at this local time."""
        opens, closes = self.hours(local.date())
        return opens <= local.time() < closes


def last_allowed(instant: datetime, zone: ZoneInfo, window: SendingWindow) -> datetime:
    """The instant itself if texts may go, or else the last minute before it."""
    local = instant.astimezone(zone)
    if window.allows(local):
        return instant
    day = local.date()
    while True:
        opens, closes = _hours_as_instants(day, zone, window)
        candidate = min(instant, closes - _MINUTE)
        # The second question matters where the window ends in an hour that
        # happens twice: on that night the wall clock decides, not the interval.
        if opens <= candidate and window.allows(candidate.astimezone(zone)):
            return candidate
        day -= _DAY


def next_allowed(instant: datetime, zone: ZoneInfo, window: SendingWindow) -> datetime:
    """The instant itself if texts may go, or else the first minute after it."""
    local = instant.astimezone(zone)
    if window.allows(local):
        return instant
    day = local.date()
    while True:
        opens, closes = _hours_as_instants(day, zone, window)
        candidate = max(instant, opens)
        if candidate < closes and window.allows(candidate.astimezone(zone)):
            return candidate
        day += _DAY


def _hours_as_instants(
    day: date, zone: ZoneInfo, window: SendingWindow
) -> tuple[datetime, datetime]:
    opens, closes = window.hours(day)
    return first_valid(day, opens, zone), first_valid(day, closes, zone)
