"""How many reminders one phone may have."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from reminders.plan.reasons import SkipReason

_WEEK = timedelta(days=7)


def cap_reached(
    sent: Iterable[datetime], at: datetime, zone: ZoneInfo, *, daily: int, weekly: int
) -> SkipReason | None:
    """Which cap keeps a reminder back at that instant; None when it may go.

    `sent` says when the phone had its earlier ones; the day is a local one, the week
    the seven days before.
    """
    recent = [each for each in sent if at - _WEEK < each]
    today = at.astimezone(zone).date()
    if sum(each.astimezone(zone).date() == today for each in recent) >= daily:
        return SkipReason.DAILY_CAP
    if len(recent) >= weekly:
        return SkipReason.WEEKLY_CAP
    return None
