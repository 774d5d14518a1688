"""Due reminders become texts, or are skipped with the one reason that says why.

A filling locks the phones that it writes to, so that two workers neither write to one
phone twice a day nor split a family's visits into two texts. What another worker has
locked is left to it.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import BigIntegerField, Q, Window
from django.db.models.functions import RowNumber

from reminders.intents import Intent
from reminders.models import Choice, Message, Phone, Reminder
from reminders.models.many import by_key
from reminders.models.patient import phone_of
from reminders.outbox.calls import call_instead
from reminders.outbox.composing import enqueue
from reminders.outbox.deciding import A_DAY, Draft, decide
from reminders.outbox.lines import live_lines
from reminders.outbox.rendering import Templates
from reminders.plan import SkipReason, Timing

log = structlog.get_logger(__name__)

# Texts that wait for one line. More would only wait longer, and what changes meanwhile
# would have to be taken back.
AHEAD = 20


def fill(now: datetime, limit: int = 500) -> int:
    """Decide about reminders that are due; return how many texts were queued.

    Those of accounts that cannot send stay planned, visibly; see `giving_up`. Of one
    practice no more are taken than its line can carry soon, so that nobody waits for
    somebody else's import. The rest is for the next round.
    """
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


def _next_in_turn(now: datetime, limit: int) -> list[int]:
    """What is due, of each practice the soonest visits; read without what they name.

    A practice whose line has enough to carry waits.
    """
    due = Reminder.objects.due(now).filter(
        practice__in=live_lines(now).values("account__practice")
    )
    in_turn = (
        due.exclude(practice__in=Message.objects.practices_with_waiting(AHEAD, now))
        .annotate(
            place=Window(
                RowNumber(), partition_by="practice", order_by=("starts_at", "pk")
            )
        )
        .filter(place__lte=AHEAD)
        .order_by("place", "starts_at", "pk")
    )
    return list(in_turn.values_list("pk", flat=True)[:limit])


def _take(now: datetime, limit: int) -> list[Reminder]:
    """Lock what is due, and what may join it in one text: of the same phones and rules,
    or due as well.
    """
    ids = _next_in_turn(now, limit)
    if not ids:
        return []
    due = list(
        Reminder.objects.filter(pk__among=ids)
        .annotate(to_phone=phone_of("appointment__patient__"))
        .values_list("pk", "to_phone", "rule", "starts_at")
    )
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
            Q(rule__in={rule for _pk, _phone, rule, _at in due}) | Q(due_at__lte=now),
            # A day either way is enough: which local day it is, is decided later.
            starts_at__range=(min(starts) - A_DAY, max(starts) + A_DAY),
        )
        .exclude(rule__timing_kind=Timing.ON_BOOKING.value)
    )
    return list(
        Reminder.objects.planned()
        .filter(pk__in={*mine, *family.values_list("pk", flat=True)})
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
    carried: dict[int, int] = {}
    choices: list[Choice] = []
    for draft, text in zip(drafts, texts, strict=True):
        carried |= {reminder.pk: text.pk for reminder in draft.reminders}
        if len(draft.reminders) > 1:
            choices += [
                _choice(text, number, reminder)
                for number, reminder in enumerate(draft.reminders, start=1)
            ]
    Reminder.objects.filter(pk__among=carried).update(
        state=Reminder.State.QUEUED,
        decided_at=now,
        message_id=by_key("pk", carried, BigIntegerField()),
    )
    Choice.objects.bulk_create(choices)


def _text(draft: Draft, templates: Templates, now: datetime) -> Message:
    first = draft.reminders[0]
    booking = first.rule.timing.timing is Timing.ON_BOOKING
    text = Message(
        practice_id=first.practice_id,
        phone_id=draft.phone_id,
        direction=Message.Direction.OUT,
        kind=Message.Kind.BOOKING if booking else Message.Kind.REMINDER,
        body=templates.write(draft.reminders),
        appointment=first.appointment,
        priority=Message.Priority.VISIT,
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
