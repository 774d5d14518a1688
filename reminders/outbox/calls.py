"""Whom to phone, now that no text will tell them."""

from collections.abc import Iterable
from datetime import datetime

from reminders.models import CallListEntry, Message, Reminder
from reminders.plan import CALL_INSTEAD, SKIP_WORDS, SkipReason


def call_instead(
    reminders: Iterable[Reminder], reason: SkipReason, now: datetime
) -> None:
    """Put the visits on the call list where the reason means that nobody told them."""
    if reason in CALL_INSTEAD:
        visits = [each.appointment for each in reminders if each.starts_at > now]
        CallListEntry.objects.put_down(visits, str(SKIP_WORDS[reason]), now)


def call_about(text: Message, words: str, now: datetime) -> None:
    """Put the upcoming visits that an undelivered text names on the call list."""
    carried = text.reminders.select_related("appointment")
    visits = [reminder.appointment for reminder in carried]
    if not visits and text.appointment:
        visits = [text.appointment]
    CallListEntry.objects.put_down(
        [visit for visit in visits if visit.is_upcoming and visit.starts_at > now],
        words,
        now,
    )
