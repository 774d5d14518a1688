"""A text in hand: what it says, what it may be about, and the one answer to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reminders.inbox.question import Question
from reminders.intents import Intent, Understanding
from reminders.models import Appointment, Choice, Message, Patient
from reminders.outbox import CannotText, compose, compose_list, queue_text
from reminders.wording import Kind

# Two machines that answer each other are stopped by this.
MOST_ANSWERS_AN_HOUR = 6


@dataclass
class Reply:
    """A text, what we made of it, and what came of it so far."""

    text: Message
    meant: Understanding
    question: Question
    now: datetime
    needs_staff: bool = True
    queued: list[int] = field(default_factory=list)

    @property
    def named(self) -> list[Appointment]:
        """The visits picked by number or name."""
        return [self.question.visits[place - 1] for place in self.meant.choices]

    @property
    def open_visits(self) -> list[Appointment]:
        """The visits in question that can still be talked about."""
        return [
            visit
            for visit in self.question.visits
            if visit.is_upcoming
            and visit.starts_at > self.now
            and visit.pk not in self.question.moved
        ]

    @property
    def language(self) -> str:
        """What the patient writes in, or else what their texts are in."""
        if self.meant.language:
            return self.meant.language
        household = Patient.objects.of(self.text.practice).on_phones([self.text.phone])
        patient = household.select_related("practice").first()
        practice = self.text.practice
        return patient.text_language if patient else practice.default_language


def answer(
    reply: Reply,
    words: Kind,
    kind: Message.Kind,
    visits: Sequence[Appointment] = (),
) -> None:
    """Answer with one of the app's own texts, about these visits if about any."""
    body = compose(words, reply.text.practice, reply.language, visits)
    _queue(reply, body, kind, visits[0] if visits else None)


def _queue(
    reply: Reply,
    body: str,
    kind: Message.Kind,
    appointment: Appointment | None = None,
) -> Message | None:
    """Queue the one automatic answer; None where the phone may not have it."""
    if kind != Message.Kind.OPT_OUT_CONFIRMATION and _answered_enough(reply):
        return None
    lawful = kind in Message.LAWFUL
    try:
        text = queue_text(
            reply.text.phone,
            body,
            kind=kind,
            now=reply.now,
            appointment=appointment,
            in_reply_to=reply.text,
            priority=Message.Priority.LEGAL
            if lawful
            else Message.Priority.CONVERSATION,
        )
    except CannotText:
        return None
    reply.queued.append(text.pk)
    return text


def _answered_enough(reply: Reply) -> bool:
    hour_ago = reply.now - timedelta(hours=1)
    answers = Message.objects.outbound().filter(
        phone=reply.text.phone, in_reply_to__isnull=False, by=None
    )
    return answers.filter(created_at__gt=hour_ago).count() >= MOST_ANSWERS_AN_HOUR


def ask_which(reply: Reply, visits: Sequence[Appointment], intent: Intent) -> None:
    """Ask back with numbers, and remember what they stand for."""
    body = compose_list(Kind.TWO_OR_MORE, reply.language, visits)
    if question := _queue(reply, body, Message.Kind.ANSWER):
        Choice.objects.bulk_create(
            Choice(
                message=question,
                number=number,
                appointment=visit,
                starts_at=visit.starts_at,
                intent=intent,
            )
            for number, visit in enumerate(visits, start=1)
        )
        # A yes is settled once we know whose; another time is a person's business.
        reply.needs_staff = intent is not Intent.CONFIRM
