"""Claiming: one text for each free line, with a last look at whether it may still go.

The line is the lock and the pace: whoever locks it takes its next text and moves its
next free instant on by the parts that the text has. Everything that could have changed
since the text was queued is read in the same transaction, so an opt-out or a
cancellation that was committed before the claim wins. PostgreSQL and SQLite run the
same statements: the one skips rows that are locked, the other lets one writer in at a
time.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Prefetch, Subquery
from django.utils.translation import gettext_lazy as _

from provisioning.models import Line
from reminders.models import Message, Reminder, SendingPolicy
from reminders.outbox.calls import call_instead
from reminders.outbox.lines import live_lines
from reminders.plan import SKIP_WORDS, SkipReason

log = structlog.get_logger(__name__)

# A US long number carries about one part a second.
PART = timedelta(seconds=1)
ANOTHER_NUMBER = _("Texts about this visit go to another number now.")


@dataclass
class LastLook:
    """What the last look made of a round of texts."""

    going: list[Message] = field(default_factory=list)
    postponed: list[Message] = field(default_factory=list)
    # The patient has another number or guardian since: the text starts over.
    misdirected: list[Message] = field(default_factory=list)
    # Texts that carry reminders go by those; the others by themselves.
    dropped: dict[SkipReason, list[Reminder]] = field(
        default_factory=lambda: defaultdict(list)
    )
    withheld: dict[SkipReason, list[Message]] = field(
        default_factory=lambda: defaultdict(list)
    )


def claim(now: datetime, limit: int = 50) -> list[Message]:
    """Take the next text of up to `limit` free lines; the caller delivers them.

    Each comes back in state sending, with its line, a lease, a fresh client id and the
    number of this attempt. Nothing is due on any free line when the list is empty.
    """
    while True:
        looked_at, claimed = _claim_round(now, limit)
        # Where all were withheld, what waits behind them has its turn at once.
        if claimed or not looked_at:
            return claimed


@transaction.atomic
def _claim_round(now: datetime, limit: int) -> tuple[int, list[Message]]:
    pairs = _take_turns(now, limit)
    look = _look(list(pairs), now)
    _put_off(look, now)
    claimed = [_prepare(text, pairs[text], now) for text in look.going]
    lines = [pairs[text] for text in claimed]
    Message.objects.filter(state=Message.State.QUEUED).bulk_update(
        claimed, ["state", "state_at", "line", "client_id", "attempt", "lease_until"]
    )
    Line.objects.bulk_update(lines, ["free_at"])
    return len(pairs), claimed


def _take_turns(now: datetime, limit: int) -> dict[Message, Line]:
    """Lock free lines and the most urgent text of each."""
    due = Message.objects.due(now)
    lines = {
        line.next_text: line
        for line in live_lines(now)
        .filter(
            free_at__lte=now, account__practice__in=due.order_by().values("practice")
        )
        .annotate(
            next_text=Subquery(
                due.filter(practice=OuterRef("account__practice")).values("pk")[:1]
            )
        )
        .select_related("account")
        .order_by("free_at", "pk")
        .select_for_update(skip_locked=True, of=("self",), no_key=True)[:limit]
    }
    # Looked at again under lock: the line may have been another worker's a moment ago.
    texts = (
        due.filter(pk__in=lines)
        .select_related("phone", "practice")
        .prefetch_related(
            Prefetch(
                "reminders",
                Reminder.objects.select_related(
                    "rule",
                    "practice",
                    "appointment__patient__phone",
                    "appointment__patient__guardian__phone",
                ),
            )
        )
        .select_for_update(skip_locked=True, of=("self",), no_key=True)
    )
    return {text: lines[text.pk] for text in texts}


# --- The last look ------------------------------------------------------------------


def _look(texts: Sequence[Message], now: datetime) -> LastLook:
    look = LastLook()
    policies = SendingPolicy.objects.for_practices(text.practice for text in texts)
    for text in texts:
        if text.kind in Message.REMINDING:
            _look_at_reminder(text, policies[text.practice_id], look, now)
        elif reason := _too_late(text, now) or text.why_not():
            look.withheld[reason].append(text)
        else:
            look.going.append(text)
    return look


def _too_late(text: Message, now: datetime) -> SkipReason | None:
    late = text.useful_until is not None and text.useful_until <= now
    return SkipReason.MISSED if late else None


def _look_at_reminder(
    text: Message, policy: SendingPolicy, look: LastLook, now: datetime
) -> None:
    reminders = list(text.reminders.all())
    if not reminders:
        look.withheld[SkipReason.CANCELLED].append(text)  # the visit was deleted
        return
    if any(each.appointment.patient.texts_go_to != text.phone for each in reminders):
        look.misdirected.append(text)
        return
    reason = text.why_not()
    objections = {each: each.why_not(now) or reason for each in reminders}
    refused = {each: why for each, why in objections.items() if why}
    if refused:
        # One visit less and the text is wrong: the others are reminded anew.
        for reminder, why in refused.items():
            look.dropped[why].append(reminder)
        return
    goes_at = max(each.goes_at(now, policy.window) for each in reminders)
    if goes_at > now:
        text.send_after = goes_at
        look.postponed.append(text)
    else:
        look.going.append(text)


def _put_off(look: LastLook, now: datetime) -> None:
    """Write down what does not go now, and why."""
    for reason, reminders in look.dropped.items():
        Reminder.objects.filter(pk__in=_keys(reminders)).drop(reason, now)
        call_instead(reminders, reason, now)
    for reason, texts in look.withheld.items():
        Message.objects.filter(pk__in=_keys(texts), state=Message.State.QUEUED).update(
            state=Message.State.WITHHELD, state_at=now, reason=str(SKIP_WORDS[reason])
        )
    Message.objects.bulk_update(look.postponed, ["send_after"])
    _start_over(look.misdirected, now)
    for text_id in (
        *_keys(text for texts in look.withheld.values() for text in texts),
        *_keys(look.misdirected),
        *(each.message_id for dropped in look.dropped.values() for each in dropped),
    ):
        log.info("text withheld", message=text_id)


def _start_over(texts: Sequence[Message], now: datetime) -> None:
    """Withhold texts to a number that is not theirs any more; remind anew."""
    if texts:
        Message.objects.filter(pk__in=_keys(texts)).update(
            state=Message.State.WITHHELD, state_at=now, reason=str(ANOTHER_NUMBER)
        )
        Reminder.objects.filter(message__in=texts).update(
            state=Reminder.State.PLANNED, message=None, decided_at=None
        )


def _keys(rows: Iterable[Message | Reminder]) -> list[int]:
    return [row.pk for row in rows]


def _prepare(text: Message, line: Line, now: datetime) -> Message:
    """Make the text ready to leave on the line, and the line busy with it."""
    text.line, text.state, text.state_at = line, Message.State.SENDING, now
    text.lease_until = now + timedelta(seconds=settings.SEND_LEASE_SECONDS)
    text.attempt += 1
    # Never used before: what the provider says about it is about this attempt.
    text.client_id = secrets.token_hex(16)
    line.free_at = now + PART * text.segments
    return text
