"""Due reminders become texts, or are skipped with the one reason that says why.

A filling locks the phones that it writes to, so that two workers neither write to one
phone twice a day nor split a family's visits into two texts. What another worker has
locked is left to it.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from reminders.intents import Intent
from reminders.models import Choice, Message, Phone, Reminder
from reminders.outbox.calls import call_instead
from reminders.outbox.composing import enqueue
from reminders.outbox.deciding import A_DAY, Draft, decide
from reminders.outbox.holding import give_up_kept_back
from reminders.outbox.lines import live_lines
from reminders.outbox.rendering import Templates
from reminders.plan import LEAST_NOTICE, SkipReason, Timing

log = structlog.get_logger(__name__)

# A guardian's phone comes before the patient's own; see Patient.texts_go_to.
TO_PHONE = Case(
    When(appointment__patient__guardian=None, then=F("appointment__patient__phone")),
    default=F("appointment__patient__guardian__phone"),
)
# After these nothing will come of waiting; the account is what is to blame.
TOO_LATE = (SkipReason.MISSED, SkipReason.VISIT_STARTED)
TOO_LATE_TO_ANSWER = _("This automatic answer would have come too late.")


def fill(now: datetime, limit: int = 200) -> int:
    """Decide about reminders that are due; return how many texts were queued.

    Those of accounts that cannot send stay planned, visibly, until they are of no use
    any more. At most `limit` are looked at: the rest is for the next tick.
    """
    give_up_kept_back(now, limit)
    _give_up(now, limit)
    with transaction.atomic():
        reminders = _take(now, limit)
        if not reminders:
            return 0
        decided = decide(reminders, now)
        for reason, skipped in decided.skipped.items():
            _skip(skipped, reason, now)
        _queue(decided.drafts, now)
    log.info("outbox filled", looked_at=len(reminders), queued=len(decided.drafts))
    return len(decided.drafts)


def _take(now: datetime, limit: int) -> list[Reminder]:
    """Lock what is due, and what of the same rule and phone may join it in one text."""
    due = list(
        Reminder.objects.due(now)
        .filter(practice__in=live_lines(now).values("account__practice"))
        .annotate(to_phone=TO_PHONE)
        .values_list("pk", "to_phone", "rule", "starts_at")[:limit]
    )
    if not due:
        return []
    phones = set(
        Phone.objects.filter(pk__in={phone for _pk, phone, _rule, _at in due})
        .order_by("pk")
        .select_for_update(skip_locked=True, of=("self",), no_key=True)
        .values_list("pk", flat=True)
    )
    mine = [pk for pk, phone, _rule, _at in due if phone is None or phone in phones]
    starts = [starts_at for _pk, _phone, _rule, starts_at in due]
    family = (
        Reminder.objects.planned()
        .on_phones(phones)
        .filter(
            rule__in={rule for _pk, _phone, rule, _at in due},
            # A day either way is enough: which local day it is, is decided later.
            starts_at__range=(min(starts) - A_DAY, max(starts) + A_DAY),
        )
        .exclude(rule__timing_kind=Timing.ON_BOOKING.value)
    )
    return list(
        Reminder.objects.planned()
        .filter(Q(pk__in=mine) | Q(pk__in=family.values("pk")))
        .for_texts()
        .order_by("starts_at", "pk")
        .select_for_update(skip_locked=True, of=("self",), no_key=True)
    )


def _skip(reminders: Sequence[Reminder], reason: SkipReason, now: datetime) -> None:
    Reminder.objects.planned().filter(pk__in=[each.pk for each in reminders]).update(
        state=Reminder.State.SKIPPED, skip_reason=reason, decided_at=now
    )
    call_instead(reminders, reason, now)


def _queue(drafts: Sequence[Draft], now: datetime) -> None:
    """Write the texts, tie the reminders to them, and number what can be chosen."""
    templates = Templates(draft.reminders[0] for draft in drafts)
    texts = Message.objects.bulk_create(
        [_text(draft, templates, now) for draft in drafts]
    )
    carried, choices = [], []
    for draft, text in zip(drafts, texts, strict=True):
        for number, reminder in enumerate(draft.reminders, start=1):
            reminder.message, reminder.decided_at = text, now
            reminder.state = Reminder.State.QUEUED
            carried.append(reminder)
            if len(draft.reminders) > 1:
                choices.append(_choice(text, number, reminder))
    Reminder.objects.bulk_update(carried, ["message", "state", "decided_at"])
    Choice.objects.bulk_create(choices)


def _text(draft: Draft, templates: Templates, now: datetime) -> Message:
    first = draft.reminders[0]
    booking = first.rule.timing.timing is Timing.ON_BOOKING
    soon = first.starts_at - now < A_DAY
    text = Message(
        practice_id=first.practice_id,
        phone_id=draft.phone_id,
        direction=Message.Direction.OUT,
        kind=Message.Kind.BOOKING if booking else Message.Kind.REMINDER,
        body=templates.write(draft.reminders),
        appointment=first.appointment,
        priority=Message.Priority.SOON if soon else Message.Priority.LATER,
        send_after=draft.send_after,
        useful_until=first.starts_at,
    )
    enqueue(text, now)
    return text


def _choice(text: Message, number: int, reminder: Reminder) -> Choice:
    return Choice(
        message=text,
        number=number,
        appointment=reminder.appointment,
        starts_at=reminder.starts_at,
        intent=Intent.CONFIRM,
    )


# --- Waiting for the account --------------------------------------------------------


def _give_up(now: datetime, limit: int) -> None:
    """Stop waiting for accounts that cannot send, where waiting is of no use any more.

    Looks at planned reminders, and at texts that were queued while the account still
    worked: in turn, since each question has an index of its own.
    """
    waiting = (
        Reminder.objects.filter(starts_at__lte=now + LEAST_NOTICE)
        .exclude(practice__in=live_lines(now).values("account__practice"))
        .select_related("appointment", "rule", "practice__account")
        .order_by("starts_at", "pk")
    )
    queued = Message.objects.filter(state=Message.State.QUEUED)
    planned = waiting.filter(state=Reminder.State.PLANNED, due_at__lte=now)
    carried = waiting.filter(message__in=queued)
    lost: dict[SkipReason, list[Reminder]] = {}
    for reminder in [*planned[:limit], *carried[:limit]]:
        reason = reminder.why_not(now)
        if reason in TOO_LATE:
            reason = _account_reason(reminder)
        if reason:
            lost.setdefault(reason, []).append(reminder)
    for reason, reminders in lost.items():
        with transaction.atomic():
            chosen = Reminder.objects.filter(pk__in=[each.pk for each in reminders])
            gone = set(chosen.drop(reason, now))
            call_instead([each for each in reminders if each.pk in gone], reason, now)
    queued.filter(useful_until__lte=now).exclude(kind__in=Message.REMINDING).update(
        state=Message.State.WITHHELD, state_at=now, reason=str(TOO_LATE_TO_ANSWER)
    )


def _account_reason(reminder: Reminder) -> SkipReason:
    account = getattr(reminder.practice, "account", None)
    no_credit = account is not None and account.out_of_credit_at is not None
    return SkipReason.NO_CREDIT if no_credit else SkipReason.ACCOUNT_NOT_READY
