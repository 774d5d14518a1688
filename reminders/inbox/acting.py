"""What each intent leads to. Whatever is not settled here is left to staff.

One transaction a text: either all of it happened, or the text is worked on again.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from provisioning.models import Line
from reminders import consent, schedule
from reminders.inbox.question import Question, question_before, upcoming_on
from reminders.inbox.reply import Reply, answer, ask_which
from reminders.intents import Intent, Understanding, understand
from reminders.models import (
    Appointment,
    AppointmentEvent,
    CallListEntry,
    ConsentEvent,
    Message,
)
from reminders.wording import Kind

log = structlog.get_logger(__name__)

# Shorter numbers belong to machines.
SHORTEST_NUMBER = 7

# Readings that err towards silence need not wait for the rest of the text.
EVEN_IN_A_FRAGMENT = frozenset({Intent.PAUSE, Intent.WRONG_NUMBER})


def work_on(message_id: int, now: datetime) -> list[int]:
    """Understand a text and act on it; return the ids of the texts this queued.

    Only the first call for a text does anything, whoever else makes it.
    """
    with transaction.atomic():
        mine = Message.objects.inbound().filter(pk=message_id, worked_at=None)
        if not mine.update(worked_at=now):
            return []
        text = Message.objects.select_related("practice", "phone").get(pk=message_id)
        reply = _act(text, now)
        Message.objects.filter(pk=text.pk).update(
            intent=reply.meant.intent,
            why=reply.meant.why[: Message.LONGEST_REASON],
            needs_staff=reply.needs_staff,
        )
    log.info("text worked on", message=text.pk, intent=reply.meant.intent.value)
    return reply.queued


def _act(text: Message, now: datetime) -> Reply:
    if _is_machine(text):
        meant = Understanding(Intent.UNCLEAR, _("It comes from an automatic sender."))
        return Reply(text, meant, Question(), now)
    question = question_before(text, now)
    meant = understand(text.body, options=question.options)
    if text.is_fragment and meant.intent not in EVEN_IN_A_FRAGMENT:
        # The last words of a long text, "is that ok", are no answer by themselves.
        meant = Understanding(Intent.UNCLEAR, _("It is one part of a longer text."))
    reply = Reply(text, meant, question, now)
    act = ACTIONS.get(meant.intent)
    if act and not question.moved.intersection(each.pk for each in reply.named):
        act(reply)
    return reply


def _is_machine(text: Message) -> bool:
    number = text.phone.number
    ours = Line.objects.filter(account__practice=text.practice, number=number)
    return sum(map(str.isdigit, number)) < SHORTEST_NUMBER or ours.exists()


# --- The phone's wishes -------------------------------------------------------------


def _opt_out(reply: Reply) -> None:
    already_out = reply.text.phone.opted_out_at is not None
    _record(reply, ConsentEvent.Kind.OPTED_OUT)
    if not already_out:
        answer(reply, Kind.OPT_OUT_CONFIRMATION, Message.Kind.OPT_OUT_CONFIRMATION)


def _opt_out_cancel(reply: Reply) -> None:
    """A carrier's keyword, lawfully an opt-out; a person asks about the visit."""
    _opt_out(reply)
    visits = reply.open_visits or upcoming_on(reply.text.phone, reply.now)[:1]
    _call(reply, visits, _("Texted CANCEL, which stops texts: was the visit meant?"))


def _pause(reply: Reply) -> None:
    _record(reply, ConsentEvent.Kind.PAUSED)


def _opt_in(reply: Reply) -> None:
    _record(reply, ConsentEvent.Kind.OPTED_IN)
    answer(reply, Kind.OPT_IN_CONFIRMATION, Message.Kind.OPT_IN_CONFIRMATION)
    reply.needs_staff = False


def _help(reply: Reply) -> None:
    answer(reply, Kind.HELP, Message.Kind.HELP)
    reply.needs_staff = False


def _record(reply: Reply, kind: ConsentEvent.Kind) -> None:
    consent.record(
        reply.text.phone,
        kind,
        source=ConsentEvent.Source.TEXT,
        wording=reply.text.body,
        now=reply.now,
    )


# --- Visits -------------------------------------------------------------------------


def _confirm(reply: Reply) -> None:
    if reply.question.by_staff:
        return
    if reply.question.asked_back:
        # "1, yes" picks; "yes" alone still does not say which.
        if reply.meant.choices:
            _choose(reply)
        return
    visits = reply.named or reply.open_visits
    waiting = [visit for visit in visits if visit.state == Appointment.State.BOOKED]
    if len(waiting) > 1 and not reply.named:
        ask_which(reply, waiting, Intent.CONFIRM)
    elif visits:
        _confirm_all(reply, visits)


def _change(reply: Reply) -> None:
    _call_back(reply, Intent.CHANGE)


def _decline(reply: Reply) -> None:
    _call_back(reply, Intent.DECLINE)


def _call_back(reply: Reply, intent: Intent) -> None:
    """Staff are to phone: about the one visit, or about which, if we cannot tell."""
    visits = reply.named or reply.open_visits
    if not visits and not reply.question.numbered:
        visits = list(upcoming_on(reply.text.phone, reply.now))
    if len(visits) > 1 and not reply.named:
        if not (reply.question.asked_back or reply.question.by_staff):
            ask_which(reply, visits, intent)
    elif visits:
        _ask_staff(reply, visits, intent)


def _choose(reply: Reply) -> None:
    """The patient has picked from numbered visits, or "none" of them."""
    question, visits = reply.question, reply.named
    if not question.numbered:
        # Numbers that we never gave, or a bare name: it may be a yes.
        ask_which(reply, reply.open_visits, Intent.CONFIRM)
    elif visits and question.intent is Intent.CONFIRM:
        _confirm_all(reply, visits)
    elif visits:
        _ask_staff(reply, visits, question.intent)
    elif question.intent is Intent.CONFIRM and reply.open_visits:
        _ask_staff(reply, reply.open_visits, Intent.DECLINE)


def _confirm_all(reply: Reply, visits: Sequence[Appointment]) -> None:
    """Confirm these; thank for those that were not confirmed before."""
    new = [visit for visit in visits if visit.state == Appointment.State.BOOKED]
    try:
        with transaction.atomic():
            for visit in visits:
                schedule.confirm(
                    visit,
                    by=None,
                    now=reply.now,
                    source=AppointmentEvent.Source.PATIENT,
                )
    except schedule.NotPossible:
        return  # cancelled, moved or begun since we asked: staff sort it out
    reply.needs_staff = False
    if new:
        answer(reply, Kind.CONFIRMED_THANKS, Message.Kind.ANSWER, new)


def _ask_staff(reply: Reply, visits: Sequence[Appointment], intent: Intent) -> None:
    wants_change = intent is Intent.CHANGE
    reason = (
        _("Asked by text for another time.")
        if wants_change
        else _("Wrote that they are not coming.")
    )
    _call(reply, visits, reason)
    kind = Kind.CHANGE_ACK if wants_change else Kind.DECLINE_ACK
    if not reply.question.by_staff:
        answer(reply, kind, Message.Kind.ANSWER, visits)


def _call(reply: Reply, visits: Sequence[Appointment], reason: str) -> None:
    upcoming = [
        each for each in visits if each.is_upcoming and each.starts_at > reply.now
    ]
    CallListEntry.objects.put_first(upcoming, reason, reply.now)


ACTIONS: dict[Intent, Callable[[Reply], None]] = {
    Intent.OPT_OUT: _opt_out,
    Intent.OPT_OUT_CANCEL: _opt_out_cancel,
    Intent.PAUSE: _pause,
    Intent.WRONG_NUMBER: _pause,
    Intent.OPT_IN: _opt_in,
    Intent.HELP: _help,
    Intent.CONFIRM: _confirm,
    Intent.CHANGE: _change,
    Intent.DECLINE: _decline,
    Intent.CHOICE: _choose,
}
