"""What becomes of reminders that are due: which speak, together with which, and when.

Reads what it has to, and writes nothing: `filling` does.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from reminders.models import Message, Phone, Reminder, SendingPolicy
from reminders.plan import SkipReason, Timing, cap_reached

A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class Draft:
    """One text to be: the reminders it carries, soonest visit first; when it may go."""

    phone_id: int
    reminders: list[Reminder]
    send_after: datetime


@dataclass
class Decisions:
    """What has been decided so far."""

    now: datetime
    policies: dict[int, SendingPolicy]
    drafts: list[Draft] = field(default_factory=list)
    skipped: dict[SkipReason, list[Reminder]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def skip(self, reminder: Reminder, reason: SkipReason) -> None:
        """Note the one reason."""
        self.skipped[reason].append(reminder)


def decide(reminders: Sequence[Reminder], now: datetime) -> Decisions:
    """Decide about those that are due; the others are there to join them.

    1. The visit, the rule, the phone, or the time left may say no.
    2. Of several for one visit, the last speaks.
    3. One text carries what one phone is to hear about one day.
    4. The caps and the quiet hours have their say about each text.
    """
    policies = SendingPolicy.objects.for_practices(each.practice for each in reminders)
    decided = Decisions(now, policies)
    speaking = []
    for reminder in reminders:
        reason = reminder.why_not(now) or reminder.appointment.patient.why_not()
        if reason is None:
            speaking.append(reminder)
        elif _is_due(reminder, now):
            decided.skip(reminder, reason)
    history = _history(speaking, now)
    for group in _texts(_nearest(speaking, decided), now):
        if any(_is_due(reminder, now) for reminder in group):
            _weigh(group, history, decided)
    return decided


def _is_due(reminder: Reminder, now: datetime) -> bool:
    return reminder.due_at is not None and reminder.due_at <= now


def _nearest(reminders: Iterable[Reminder], decided: Decisions) -> list[Reminder]:
    """Of several due for one visit (sending was down) only the last one speaks."""
    latest: dict[int, Reminder] = {}
    ahead = []
    for reminder in sorted(reminders, key=lambda each: each.due_at or each.starts_at):
        if not _is_due(reminder, decided.now):
            ahead.append(reminder)
            continue
        if earlier := latest.get(reminder.appointment_id):
            decided.skip(earlier, SkipReason.DUPLICATE)
        latest[reminder.appointment_id] = reminder
    return [*latest.values(), *ahead]


def _texts(reminders: Iterable[Reminder], now: datetime) -> list[list[Reminder]]:
    """Group what one text can say: same phone, same local day, each visit once.

    A booking is confirmed by itself. The groups come soonest visit first.
    """
    groups: dict[tuple[object, ...], list[Reminder]] = defaultdict(list)
    for reminder in sorted(reminders, key=lambda each: (each.starts_at, each.pk)):
        alone = reminder.rule.timing.timing is Timing.ON_BOOKING
        day = reminder.appointment.local_start.date()
        key = (reminder.pk,) if alone else (_phone(reminder).pk, day)
        groups[key].append(reminder)
    return [_joined(group, now) for group in groups.values()]


def _joined(group: Sequence[Reminder], now: datetime) -> list[Reminder]:
    """Those that are due, and of the others what the same rules say of more visits."""
    due = [reminder for reminder in group if _is_due(reminder, now)]
    rules = {reminder.rule_id for reminder in due}
    by_visit = {
        reminder.appointment_id: reminder
        for reminder in (*group, *due)
        if reminder.rule_id in rules
    }
    return [each for each in group if by_visit.get(each.appointment_id) is each]


def _weigh(
    group: list[Reminder], history: dict[int, list[datetime]], decided: Decisions
) -> None:
    """Hold the group against the caps and the quiet hours; draft what is left."""
    now, first = decided.now, group[0]
    policy, sent = decided.policies[first.practice_id], history[_phone(first).pk]
    counts = first.rule.timing.timing is not Timing.ON_BOOKING
    goes_at = max(reminder.goes_at(now, policy.window) for reminder in group)
    cap = _cap(sent, policy, first.practice.zone, goes_at) if counts else None
    going = []
    for reminder in group:
        reason = cap or reminder.why_not(goes_at)
        if reason is None:
            going.append(reminder)
        elif _is_due(reminder, now):
            decided.skip(reminder, reason)
    if going:
        decided.drafts.append(Draft(_phone(first).pk, going, goes_at))
        if counts:
            sent.append(goes_at)


def _cap(
    sent: Sequence[datetime], policy: SendingPolicy, zone: ZoneInfo, now: datetime
) -> SkipReason | None:
    return cap_reached(
        sent, now, zone, daily=policy.daily_cap, weekly=policy.weekly_cap
    )


def _history(reminders: Iterable[Reminder], now: datetime) -> dict[int, list[datetime]]:
    """When each phone was sent, or is about to be sent, reminders in the last week.

    A text that waits for the morning counts for the day on which it goes.
    """
    history: dict[int, list[datetime]] = defaultdict(list)
    sent = Message.objects.filter(
        phone__in={_phone(reminder).pk for reminder in reminders},
        kind=Message.Kind.REMINDER,
        state__in=[Message.State.QUEUED, *Message.WENT_OUT],
        send_after__gt=now - A_WEEK,
    )
    for phone, at in sent.values_list("phone", "send_after"):
        history[phone].append(cast(datetime, at))
    return history


def _phone(reminder: Reminder) -> Phone:
    """The phone of a reminder that may speak, and so has one."""
    return cast(Phone, reminder.appointment.patient.texts_go_to)
