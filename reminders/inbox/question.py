"""Which visits a patient's text may be about, going by what we said before."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from reminders.intents import Intent
from reminders.models import Appointment, Choice, Message, Phone, Reminder


@dataclass(frozen=True)
class Question:
    """What an answer would be about.

    `visits` are in the order of their numbers where we numbered them (`numbered`), and
    soonest first otherwise. `intent` is what choosing one means. `asked_back`: the
    question was "which visit do you mean?", which is asked once and not again.
    `by_staff`: a person wrote last, so a person reads the answer.
    """

    visits: tuple[Appointment, ...] = ()
    intent: Intent = Intent.CONFIRM
    numbered: bool = False
    asked_back: bool = False
    by_staff: bool = False
    # Ids of visits that have moved since we named their time: what is said about them
    # is for a person to read.
    moved: frozenset[int] = frozenset()

    @property
    def options(self) -> list[str]:
        """The names that an answer may pick from."""
        return [visit.patient.called for visit in self.visits]


def question_before(text: Message, now: datetime) -> Question:
    """Return what this text may answer.

    1. What staff wrote last is theirs to read the answer to.
    2. Where the last text that asked had numbers, they stand for what they did there.
    3. Otherwise it is about the visits of all reminders since the phone last wrote, or
       of the last one. If that is two, either could be meant.
    """
    said = (
        Message.objects.outbound()
        .went_out()
        .filter(phone=text.phone, created_at__lte=text.created_at)
        .order_by("created_at", "pk")
    )
    last = said.exclude(kind__in=Message.LAWFUL).last()
    if last is not None and last.kind == Message.Kind.STAFF:
        return Question(by_staff=True)
    reminders = said.filter(kind__in=Message.REMINDING)
    asking = (reminders | said.filter(choices__isnull=False)).distinct().last()
    if asking is None:
        return Question()
    if choices := _choices_of(asking):
        return Question(
            visits=tuple(choice.appointment for choice in choices),
            intent=Intent(choices[0].intent),
            numbered=True,
            asked_back=asking.kind == Message.Kind.ANSWER,
            moved=frozenset(
                choice.appointment_id
                for choice in choices
                if choice.starts_at != choice.appointment.starts_at
            ),
        )
    before = _wrote_before(text)
    recent = reminders.filter(created_at__gt=before.created_at) if before else reminders
    if not recent.exists():
        recent = reminders.filter(pk=asking.pk)
    return Question(visits=_visits_of(recent, now))


def upcoming_on(phone: Phone, now: datetime) -> tuple[Appointment, ...]:
    """All upcoming visits that this phone gets texts about, soonest first."""
    visits = Appointment.objects.of(phone.practice).upcoming(now).on_phone(phone)
    return tuple(visits.for_lists().select_related("practice"))


def _choices_of(text: Message) -> list[Choice]:
    return list(
        text.choices.select_related(
            "appointment__practice",
            "appointment__clinician",
            "appointment__appointment_type",
            "appointment__patient",
        )
    )


def _wrote_before(text: Message) -> Message | None:
    others = Message.objects.inbound().filter(phone=text.phone).exclude(pk=text.pk)
    earlier = others.filter(created_at__lte=text.created_at, pk__lt=text.pk)
    return earlier.order_by("created_at", "pk").last()


def _visits_of(texts: QuerySet[Message], now: datetime) -> tuple[Appointment, ...]:
    """The visits that these texts named, at a start that still holds."""
    named = Reminder.objects.filter(
        message__in=texts.order_by(), starts_at=F("appointment__starts_at")
    )
    visits = Appointment.objects.upcoming(now).filter(
        pk__in=named.order_by().values("appointment")
    )
    return tuple(visits.for_lists().select_related("practice"))
