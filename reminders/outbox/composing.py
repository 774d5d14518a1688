"""The words of a text, and putting one into the queue."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from provisioning.models import Practice, User
from reminders.models import Appointment, Message, Phone
from reminders.plan import SKIP_WORDS
from reminders.wording import (
    DEFAULT_TEMPLATES,
    Kind,
    family_text,
    measure,
    mend,
    pessimistic_parts,
    render,
    visit_words,
)

log = structlog.get_logger(__name__)

MOST_PARTS = 6
_US_NUMBER = re.compile(r"\+1(\d{3})(\d{3})(\d{4})")

# How long a text is of use; no entry: until somebody takes it back. An opt-out is
# confirmed within five minutes or not at all, and late automatic answers only puzzle.
USEFUL_FOR = {
    Message.Kind.OPT_OUT_CONFIRMATION: timedelta(minutes=5),
    Message.Kind.OPT_IN_CONFIRMATION: timedelta(hours=1),
    Message.Kind.HELP: timedelta(hours=1),
    Message.Kind.ANSWER: timedelta(hours=1),
}


class CannotText(Exception):
    """This text may not go to this phone; its text says why, to staff."""


def queue_text(
    phone: Phone,
    body: str,
    *,
    kind: Message.Kind,
    now: datetime,
    by: User | None = None,
    appointment: Appointment | None = None,
    in_reply_to: Message | None = None,
    priority: Message.Priority = Message.Priority.CONVERSATION,
) -> Message:
    """Put a text into the queue, where it waits for the line and a last look.

    Raises CannotText for a phone that must not be written to, an empty text, and one
    of more than MOST_PARTS parts.
    """
    body = mend(body).strip()
    text = Message(
        practice_id=phone.practice_id,
        phone=phone,
        direction=Message.Direction.OUT,
        kind=kind,
        body=body,
        appointment=appointment,
        in_reply_to=in_reply_to,
        by=by,
        priority=priority,
        useful_until=now + USEFUL_FOR[kind] if kind in USEFUL_FOR else None,
    )
    if reason := text.why_not():
        raise CannotText(str(SKIP_WORDS[reason]))
    if not body:
        raise CannotText(_("Write a text first."))
    if pessimistic_parts(body) > MOST_PARTS:
        raise CannotText(_("This text is too long. Split it in two."))
    enqueue(text, now)
    text.save()
    log.info("text queued", message=text.pk, kind=kind.value)
    return text


def queue_by_staff(
    phone: Phone, body: str, *, after: int | None, by: User, now: datetime
) -> None:
    """Queue what staff wrote, once, however often a double click sends it.

    `after` is the id of the newest text that the writer had before them: the same
    words behind it are the same text. Raises CannotText.
    """
    with transaction.atomic():
        Phone.objects.select_for_update(no_key=True).get(pk=phone.pk)
        same = phone.messages.filter(by=by, body=body)
        if after is None or not same.filter(pk__gt=after).exists():
            queue_text(phone, body, kind=Message.Kind.STAFF, now=now, by=by)


def enqueue(text: Message, now: datetime) -> None:
    """Set what every queued text has: state, instants and its measured length."""
    length = measure(text.body)
    text.encoding, text.segments = length.encoding, length.segments
    text.state, text.state_at = Message.State.QUEUED, now
    text.created_at = now
    text.send_after = text.send_after or now


def compose(
    kind: Kind,
    practice: Practice,
    language: str,
    visits: Sequence[Appointment] = (),
) -> str:
    """Write one of the app's own texts, which speaks of these visits, if of any."""
    values = practice_values(practice)
    if visits:
        values |= visit_values(visits[0], language)
        values["time"] = _times(visits, language)
    return render(DEFAULT_TEMPLATES[kind, language], values)


def _times(visits: Sequence[Appointment], language: str) -> str:
    """The time of the first visit, and day and time of those on other days."""
    first, *others = (
        visit_words(each.starts_at, each.practice.zone, language) for each in visits
    )
    times = [
        words["time"]
        if words["day"] == first["day"]
        else f"{words['day']} {words['time']}"
        for words in others
    ]
    return ", ".join([first["time"], *times])


def compose_list(kind: Kind, language: str, visits: Sequence[Appointment]) -> str:
    """Write one of the app's own texts that list visits, numbered from 1 as given."""
    practice = visits[0].practice
    days = [visit_words(each.starts_at, practice.zone, language) for each in visits]
    one_day = len({words["day"] for words in days}) == 1
    lines = [
        f"{each.patient.called} {words['time']}"
        if one_day
        else f"{each.patient.called} {words['day']} {words['time']}"
        for each, words in zip(visits, days, strict=True)
    ]
    values = practice_values(practice) | visit_values(visits[0], language)
    return family_text(DEFAULT_TEMPLATES[kind, language], values, lines)


def practice_values(practice: Practice) -> dict[str, str]:
    """The values of the placeholders that speak of the practice."""
    return {"practice": practice.name, "phone": phone_words(practice.phone)}


def visit_values(visit: Appointment, language: str) -> dict[str, str]:
    """The values of the placeholders that speak of a visit."""
    return {
        **visit_words(visit.starts_at, visit.practice.zone, language),
        "name": visit.patient.called,
        "clinician": visit.clinician.name,
        "appointment_type": visit.appointment_type.name,
    }


def phone_words(number: str) -> str:
    """A number as short as people here write it: +14155550100 → 415-555-0100."""
    found = _US_NUMBER.fullmatch(number)
    return "-".join(found.groups()) if found else number
