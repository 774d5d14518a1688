"""The last look at texts that are about to leave: may each still go?

Wants the texts locked, and what it reads is read in that transaction. What does not go
now is written down here, with its reason.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from reminders.models import Message, Reminder, SendingPolicy
from reminders.outbox.calls import call_instead
from reminders.plan import SKIP_WORDS, SkipReason

log = structlog.get_logger(__name__)

ANOTHER_NUMBER = _("Texts about this visit go to another number now.")


@dataclass
class Verdict:
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


def last_look(texts: Sequence[Message], now: datetime) -> list[Message]:
    """Return those that may go now; put off, withhold or start over the others."""
    verdict = Verdict()
    reminding = [text for text in texts if text.kind in Message.REMINDING]
    carried = _carried(reminding)
    for text in texts:
        if text.kind in Message.REMINDING:
            _look_at_reminders(text, carried[text.pk], verdict, now)
        elif reason := _too_late(text, now) or text.why_not():
            verdict.withheld[reason].append(text)
        else:
            verdict.going.append(text)
    _keep_quiet(verdict, carried, now)
    _put_off(verdict, now)
    return verdict.going


def _carried(texts: Sequence[Message]) -> dict[int, list[Reminder]]:
    """The reminders that each text carries, with what may speak against them."""
    carried: dict[int, list[Reminder]] = defaultdict(list)
    if texts:
        for reminder in Reminder.objects.filter(message__in=texts).for_last_look():
            if reminder.message_id:
                carried[reminder.message_id].append(reminder)
    return carried


def _too_late(text: Message, now: datetime) -> SkipReason | None:
    late = text.useful_until is not None and text.useful_until <= now
    return SkipReason.MISSED if late else None


def _look_at_reminders(
    text: Message, reminders: Sequence[Reminder], verdict: Verdict, now: datetime
) -> None:
    if not reminders:
        verdict.withheld[SkipReason.CANCELLED].append(text)  # the visit was deleted
        return
    patients = (each.appointment.patient for each in reminders)
    if any(patient.texts_go_to_id != text.phone_id for patient in patients):
        verdict.misdirected.append(text)
        return
    reason = text.why_not()
    objections = {each: each.why_not(now) or reason for each in reminders}
    refused = {each: why for each, why in objections.items() if why}
    # One visit less and the text is wrong: the others are reminded anew.
    for reminder, why in refused.items():
        verdict.dropped[why].append(reminder)
    if not refused:
        verdict.going.append(text)


def _keep_quiet(
    verdict: Verdict, carried: Mapping[int, Sequence[Reminder]], now: datetime
) -> None:
    """Postpone what is late, to when the practice may send."""
    late = [
        text
        for text in verdict.going
        if any(each.is_late(now) for each in carried.get(text.pk, ()))
    ]
    if not late:
        return
    prefetch_related_objects(late, "practice")
    prefetch_related_objects(
        [each for text in late for each in carried[text.pk]], "practice"
    )
    policies = SendingPolicy.objects.for_practices(text.practice for text in late)
    for text in late:
        window = policies[text.practice_id].window
        goes_at = max(each.goes_at(now, window) for each in carried[text.pk])
        if goes_at > now:
            text.send_after = goes_at
            verdict.postponed.append(text)
    waiting = set(verdict.postponed)
    verdict.going = [text for text in verdict.going if text not in waiting]


# --- What does not go ---------------------------------------------------------------


def _put_off(verdict: Verdict, now: datetime) -> None:
    """Write down what does not go now, and why."""
    for reason, reminders in verdict.dropped.items():
        Reminder.objects.filter(pk__in=_keys(reminders)).drop(reason, now)
        call_instead(reminders, reason, now)
    for reason, texts in verdict.withheld.items():
        Message.objects.filter(pk__in=_keys(texts), state=Message.State.QUEUED).update(
            state=Message.State.WITHHELD, state_at=now, reason=str(SKIP_WORDS[reason])
        )
    Message.objects.bulk_update(verdict.postponed, ["send_after"])
    _start_over(verdict.misdirected, now)
    for text_id in (
        *_keys(text for texts in verdict.withheld.values() for text in texts),
        *_keys(verdict.misdirected),
        *(each.message_id for gone in verdict.dropped.values() for each in gone),
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
