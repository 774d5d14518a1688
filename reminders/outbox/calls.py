"""Whom to phone, now that no text will tell them.

Nobody is phoned for want of a booking confirmation: who has just booked knows.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from reminders.models import CallListEntry, Message, Reminder
from reminders.plan import CALL_INSTEAD, SKIP_WORDS, SkipReason, Timing


def call_instead(
    reminders: Iterable[Reminder], reason: SkipReason, now: datetime
) -> None:
    """Put the visits on the call list where the reason means that nobody told them."""
    if reason in CALL_INSTEAD:
        visits = [
            each.appointment
            for each in reminders
            if each.starts_at > now
            and each.appointment.is_upcoming
            and each.rule.timing.timing is not Timing.ON_BOOKING
        ]
        CallListEntry.objects.put_down(visits, str(SKIP_WORDS[reason]), now)


def give_up(lost: Mapping[SkipReason, Sequence[Reminder]], now: datetime) -> None:
    """Skip reminders, each with its reason, and have somebody phone where one is due."""
    for reason, reminders in lost.items():
        with transaction.atomic():
            chosen = Reminder.objects.filter(pk__in=[each.pk for each in reminders])
            gone = set(chosen.drop(reason, now))
            call_instead([each for each in reminders if each.pk in gone], reason, now)


def call_about(text: Message, words: str, now: datetime) -> None:
    """Put the upcoming visits that an undelivered text names on the call list."""
    if text.kind == Message.Kind.BOOKING:
        return
    carried = text.reminders.select_related("appointment")
    visits = [reminder.appointment for reminder in carried]
    if not visits and text.appointment:
        visits = [text.appointment]
    CallListEntry.objects.put_down(
        [visit for visit in visits if visit.is_upcoming and visit.starts_at > now],
        words,
        now,
    )
