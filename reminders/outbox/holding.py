"""People's hand on the outbox: hold, release, send now, and pause everything.

Each is a conditional UPDATE under the locks that filling and claiming take as well, so
two people and a worker may act at once: one of them wins, and the others are told what
became of it (`what_became_of`). What is kept back until it is of no use is skipped
with a reason of its own, and somebody phones.
"""

from collections import defaultdict
from copy import copy
from datetime import datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from provisioning.models import User
from reminders.models import Message, Reminder, SendingPause, SendingPolicy
from reminders.models.pause import is_anything_paused, may_leave
from reminders.models.reminder import ReminderQuerySet
from reminders.outbox.calls import give_up
from reminders.outbox.deciding import decide
from reminders.outbox.foretelling import CANNOT_SEND, PAUSED
from reminders.plan import LEAST_NOTICE, SKIP_WORDS, SkipReason

log = structlog.get_logger(__name__)

# After these nothing will come of waiting; whatever kept it back is to blame.
TOO_LATE = (SkipReason.MISSED, SkipReason.VISIT_STARTED)


class NotNow(Exception):
    """This reminder cannot go now; its text says why, to staff."""


class OutsideHours(Exception):
    """No text goes at this hour unless somebody says so on purpose."""


# --- One, or a day of them ----------------------------------------------------------


def hold(reminders: ReminderQuerySet, *, by: User, now: datetime) -> int:
    """Keep these back until they are released; return how many this call has kept.

    Twice, since a filling whose locks the first waited for may have made texts of
    them: those are taken back by the second, unless they have left.
    """
    # Named once: what a filling has taken is not planned any more.
    chosen = Reminder.objects.filter(
        pk__in=list(reminders.values_list("pk", flat=True))
    )
    with transaction.atomic():
        held = chosen.hold(by=by, now=now)
    with transaction.atomic():
        held += chosen.hold(by=by, now=now)
    if held:
        log.info("reminders held", count=held)
    return held


def release(reminders: ReminderQuerySet) -> int:
    """Let these go again, at the instants they were planned for; return how many.

    One whose instant has passed meanwhile goes by the rules for late ones.
    """
    with transaction.atomic():
        released = reminders.release()
    if released:
        log.info("reminders released", count=released)
    return released


def send_now(reminder: Reminder, *, now: datetime, anyway: bool = False) -> None:
    """Have a reminder go at once, held or not, by itself or with what its text carries.

    It becomes due now, and then takes the way of all others: it is sent once, however
    often this is called. Everything that keeps a text from a phone still does, the
    caps included: they are a promise to the patient, and staff who have more to say
    write it themselves. Raises NotNow for that, and OutsideHours in quiet hours
    unless `anyway`.
    """
    if words := why_not_now(reminder, now):
        raise NotNow(words)
    if not anyway and is_quiet(reminder, now):
        raise OutsideHours
    with transaction.atomic():
        hastened = _hasten_text(reminder, now) or _hasten(reminder, now)
    if not hastened:
        reminder.refresh_from_db()
        raise NotNow(what_became_of(reminder))
    log.info("reminder hastened", reminder=reminder.pk)


def _hasten_text(reminder: Reminder, now: datetime) -> bool:
    texts = Message.objects.filter(
        reminders=reminder.pk, state=Message.State.QUEUED
    ).select_for_update(of=("self",))
    for text in texts:
        text.reminders.update(due_at=now)
        Message.objects.filter(pk=text.pk).update(send_after=now)
    return bool(texts)


def _hasten(reminder: Reminder, now: datetime) -> bool:
    mine = Reminder.objects.undecided().filter(pk=reminder.pk)
    return bool(mine.update(due_at=now, held_at=None, held_by=None))


def why_not_now(reminder: Reminder, now: datetime) -> str:
    """Why it cannot go now, in a sentence; "" when it can. Wants `for_texts`."""
    if is_over(reminder):
        return what_became_of(reminder)
    if not may_leave_now(reminder):
        return str(PAUSED)
    if not reminder.practice.account.is_usable(now):
        return str(CANNOT_SEND)
    if reminder.state == Reminder.State.QUEUED:
        reason = reminder.why_not(now) or reminder.appointment.patient.why_not()
        return str(SKIP_WORDS[reason]) if reason else ""
    due_now = copy(reminder)
    due_now.due_at = now
    return next((str(SKIP_WORDS[why]) for why in decide([due_now], now).skipped), "")


def may_leave_now(reminder: Reminder) -> bool:
    """Whether no switch keeps it back."""
    return Reminder.objects.filter(may_leave(), pk=reminder.pk).exists()


def is_quiet(reminder: Reminder, now: datetime) -> bool:
    """Whether now is outside the practice's sending hours, where the patient sleeps."""
    policy = SendingPolicy.objects.in_force(reminder.practice)
    return not policy.window.allows(now.astimezone(reminder.quiet_zone))


def is_over(reminder: Reminder) -> bool:
    """Whether nothing can be done about it any more: skipped, or its text has left."""
    text = reminder.message
    has_left = text is not None and text.state != Message.State.QUEUED
    return reminder.state == Reminder.State.SKIPPED or has_left


def what_became_of(reminder: Reminder) -> str:
    """What somebody who came too late finds, in a sentence."""
    text = reminder.message
    if reminder.skip_reason:
        return reminder.skip_words
    if text is not None:
        if text.state == Message.State.QUEUED:
            return _("It is in the queue, and about to leave.")
        if text.state in (Message.State.SENDING, Message.State.UNKNOWN):
            return _("Too late: this text is on its way.")
        return _("Too late: this text has gone.")
    if reminder.held_at:
        return _("%(person)s holds it.") % {"person": reminder.held_by or _("Somebody")}
    return _("Nobody holds it.")


# --- All of a practice --------------------------------------------------------------


def go_on(pause: SendingPause, *, why: str, by: User, now: datetime) -> bool:
    """End a pause; False when somebody else has. What it has cost is noted with it."""
    with transaction.atomic():
        missed = Reminder.objects.filter(practice=pause.practice_id)
        _give_up_paused(missed, now)
        return pause.end(why=why, by=by, now=now)


# --- Too late -----------------------------------------------------------------------


def give_up_kept_back(now: datetime, limit: int = 200) -> None:
    """Skip what was held or paused until it is of no use; its visits are phoned about."""
    held = Reminder.objects.held().filter(due_at__lte=now)
    _give_up(_soon(held, now)[:limit], SkipReason.HELD, now)
    if is_anything_paused():
        _give_up_paused(Reminder.objects.all(), now, limit)


def _give_up_paused(
    reminders: ReminderQuerySet, now: datetime, limit: int | None = None
) -> None:
    """In turn, since what is planned and what is queued has an index of its own."""
    kept_back = _soon(reminders.exclude(may_leave()), now)
    queued = Message.objects.filter(state=Message.State.QUEUED)
    _give_up(
        kept_back.planned().filter(due_at__lte=now)[:limit], SkipReason.PAUSED, now
    )
    _give_up(kept_back.filter(message__in=queued)[:limit], SkipReason.PAUSED, now)


def _soon(reminders: ReminderQuerySet, now: datetime) -> ReminderQuerySet:
    """Those of visits so near that a text may have come too late."""
    return (
        reminders.filter(starts_at__lte=now + LEAST_NOTICE)
        .select_related("appointment", "rule")
        .order_by("starts_at", "pk")
    )


def _give_up(reminders: ReminderQuerySet, blame: SkipReason, now: datetime) -> None:
    lost: dict[SkipReason, list[Reminder]] = defaultdict(list)
    for reminder in reminders:
        if reason := reminder.why_not(now):
            lost[blame if reason in TOO_LATE else reason].append(reminder)
    give_up(lost, now)
