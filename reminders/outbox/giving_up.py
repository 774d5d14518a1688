"""What waited too long: for an account that cannot send, or for its turn on the line."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from reminders.models import Message, Reminder
from reminders.outbox import calls
from reminders.outbox.holding import TOO_LATE, give_up_kept_back
from reminders.outbox.lines import live_lines
from reminders.plan import LEAST_NOTICE, SkipReason

TOO_LATE_TO_ANSWER = _("This automatic answer would have come too late.")


def give_up(now: datetime, limit: int = 200) -> None:
    """Skip reminders that wait, and withhold answers, that are of no use any more.

    In time for somebody to phone, where there is any: neither filling nor the last look
    comes by while a line has enough to carry or the provider does not answer. At most
    `limit` of each: the rest is for the next tick.
    """
    give_up_kept_back(now, limit)
    _give_up_reminders(now, limit)
    _give_up_answers(now)


def _give_up_reminders(now: datetime, limit: int) -> None:
    """Look at planned reminders, and at those whose text was queued in better times.

    In turn, since each question has an index of its own.
    """
    waiting = (
        Reminder.objects.filter(starts_at__lte=now + LEAST_NOTICE)
        .select_related("appointment", "rule", "practice__account")
        .order_by("starts_at", "pk")
    )
    queued = Message.objects.filter(state=Message.State.QUEUED)
    planned = waiting.filter(state=Reminder.State.PLANNED, due_at__lte=now)
    carried = waiting.filter(message__in=queued)
    found = [*planned[:limit], *carried[:limit]]
    if not found:
        return
    able = set(
        live_lines(now)
        .filter(account__practice__in={each.practice_id for each in found})
        .values_list("account__practice", flat=True)
    )
    lost: dict[SkipReason, list[Reminder]] = {}
    for reminder in found:
        reason = reminder.why_not(now)
        if reason in TOO_LATE and reminder.practice_id not in able:
            reason = _account_reason(reminder)
        if reason:
            lost.setdefault(reason, []).append(reminder)
    calls.give_up(lost, now)


def _give_up_answers(now: datetime) -> None:
    queued = Message.objects.filter(state=Message.State.QUEUED, useful_until__lte=now)
    queued.exclude(kind__in=Message.REMINDING).update(
        state=Message.State.WITHHELD, state_at=now, reason=str(TOO_LATE_TO_ANSWER)
    )


def _account_reason(reminder: Reminder) -> SkipReason:
    account = getattr(reminder.practice, "account", None)
    no_credit = account is not None and account.out_of_credit_at is not None
    return SkipReason.NO_CREDIT if no_credit else SkipReason.ACCOUNT_NOT_READY
