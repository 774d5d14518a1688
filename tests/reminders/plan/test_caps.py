"""Caps: how many reminders one phone may have in a day, and in a week."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from reminders.plan import SkipReason, cap_reached


def test_it_counts_a_phones_reminders_by_local_days_and_back_over_a_week():
    zone = ZoneInfo("America/New_York")
    noon = datetime(2026, 3, 2, 17, tzinfo=UTC)
    # 23:00 the evening before, though the same day in UTC.
    evening = datetime(2026, 3, 2, 4, tzinfo=UTC)

    def cap(*sent):
        return cap_reached(sent, noon, zone, daily=1, weekly=3)

    assert cap() is None
    assert cap(evening) is None
    assert cap(noon - timedelta(hours=2)) is SkipReason.DAILY_CAP
    week = [noon - timedelta(days=days) for days in (1, 2, 6)]
    assert cap(*week) is SkipReason.WEEKLY_CAP
    assert cap(*week[:2], noon - timedelta(days=7)) is None
