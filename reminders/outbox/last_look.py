"""The last look at texts that are about to leave: may each still go?

Wants the texts locked, and what it reads is read in that transaction. What does not go
now is written down here, with its reason.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import structlog
from django.utils.translation import gettext_lazy as _

from reminders.models import Message, Reminder, SendingPolicy
from reminders.models.patient import phone_of
from reminders.models.standing import COLUMNS, standing
from reminders.outbox.calls import call_instead
from reminders.plan import SKIP_WORDS, SkipReason, Standing, is_late, objection

log = structlog.get_logger(__name__)

ANOTHER_NUMBER = _("Texts about this visit go to another number now.")


class Carried(NamedTuple):
    """A reminder that a text carries, as far as going or not depends on it."""

    pk: int
    text: int
    goes_to: int | None  # the id of the phone that texts about the patient go to
    standing: Standing


@dataclass
class Verdict:
    """What the last look made of a round of texts."""

    going: list[Message] = field(default_factory=list)
    postponed: list[Message] = field(default_factory=list)
    # The patient has another number or guardian since: the text starts over.
    misdirected: list[Message] = field(default_factory=list)
    # Texts that carry reminders go by those, here by their ids; others by themselves.
    dropped: dict[SkipReason, list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )
    withheld: dict[SkipReason, list[Message]] = field(
        default_factory=lambda: defaultdict(list)
    )


def last_look(texts: Sequence[Message], now: datetime) -> list[Message]:
    """Return those that may go now; put off, withhold or start over the others."""
    verdict = Verdict()
    carried = _carried([text for text in texts if text.kind in Message.REMINDING])
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


def _carried(texts: Sequence[Message]) -> dict[int, list[Carried]]:
    """What each text carries; plain values, since there is a thousand of them a second."""
    carried: dict[int, list[Carried]] = defaultdict(list)
    if not texts:
        return carried
    ids = [text.pk for text in texts]
    rows = (
        Reminder.objects.filter(message__among=ids)
        .annotate(goes_to=phone_of("appointment__patient__"))
        .values_list("pk", "message", "goes_to", *COLUMNS)
    )
    for pk, text, goes_to, *values in rows:
        carried[text].append(Carried(pk, text, goes_to, standing(tuple(values))))
    return carried


def _too_late(text: Message, now: datetime) -> SkipReason | None:
    late = text.useful_until is not None and text.useful_until <= now
    return SkipReason.MISSED if late else None


def _look_at_reminders(
    text: Message, reminders: Sequence[Carried], verdict: Verdict, now: datetime
) -> None:
    if not reminders:
        verdict.withheld[SkipReason.CANCELLED].append(text)  # the visit was deleted
        return
    if any(each.goes_to != text.phone_id for each in reminders):
        verdict.misdirected.append(text)
        return
    reason = text.why_not()
    objections = {
        each.pk: objection(each.standing, now) or reason for each in reminders
    }
    refused = {pk: why for pk, why in objections.items() if why}
    # One visit less and the text is wrong: the others are reminded anew.
    for pk, why in refused.items():
        verdict.dropped[why].append(pk)
    if not refused:
        verdict.going.append(text)


def _keep_quiet(
    verdict: Verdict, carried: Mapping[int, Sequence[Carried]], now: datetime
) -> None:
    """Postpone what is late, to when the practice may send."""
    late = [
        each.pk
        for text in verdict.going
        for each in carried.get(text.pk, ())
        if is_late(each.standing.due_at, now)
    ]
    if not late:
        return
    reminders = Reminder.objects.filter(pk__in=late).for_texts()
    policies = SendingPolicy.objects.for_practices(each.practice for each in reminders)
    goes_at: dict[int | None, datetime] = {}
    for each in reminders:
        at = each.goes_at(now, policies[each.practice_id].window)
        goes_at[each.message_id] = max(at, goes_at.get(each.message_id, now))
    for text in verdict.going:
        if goes_at.get(text.pk, now) > now:
            text.send_after = goes_at[text.pk]
            verdict.postponed.append(text)
    waiting = set(verdict.postponed)
    verdict.going = [text for text in verdict.going if text not in waiting]


# --- What does not go ---------------------------------------------------------------


def _put_off(verdict: Verdict, now: datetime) -> None:
    """Write down what does not go now, and why."""
    for reason, ids in verdict.dropped.items():
        dropped = Reminder.objects.filter(pk__in=ids)
        reminders = list(dropped.select_related("appointment", "rule"))
        dropped.drop(reason, now)
        call_instead(reminders, reason, now)
        log.info("reminders dropped", reminders=ids, reason=reason.value)
    for reason, texts in verdict.withheld.items():
        Message.objects.filter(pk__in=_keys(texts), state=Message.State.QUEUED).update(
            state=Message.State.WITHHELD, state_at=now, reason=str(SKIP_WORDS[reason])
        )
    Message.objects.bulk_update(verdict.postponed, ["send_after"])
    _start_over(verdict.misdirected, now)
    for text_id in (
        *_keys(text for texts in verdict.withheld.values() for text in texts),
        *_keys(verdict.misdirected),
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


def _keys(rows: Iterable[Message]) -> list[int]:
    return [row.pk for row in rows]
