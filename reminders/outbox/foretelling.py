"""What will become of planned reminders, as things stand; a guess, and it says why.

Costs three questions however many reminders there are. Nothing is decided here:
`deciding` does that, when each is due.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.models import Practice
from reminders.models import (
    Appointment,
    Message,
    SendingPolicy,
)
from reminders.outbox.glances import Glance, read
from reminders.plan import SKIP_WORDS, SkipReason, cap_reached

A_WEEK = timedelta(days=7)
# Read at most; nobody looks through more, and the page says so.
MOST = 20_000

PAUSED = gettext_lazy("Reminder texts are paused.")
SWITCHED_OFF = gettext_lazy("Sending is switched off for this installation.")
CANNOT_SEND = gettext_lazy("The SMS account cannot send at the moment.")


class Fate(StrEnum):
    """What will become of a reminder, as things stand."""

    GOES = "goes"
    JOINS = "joins"  # another visit's text names it
    HELD = "held"  # by a person
    WAITS = "waits"  # for the account, or for the end of a pause
    SILENT = "silent"  # it will not go
    CAPPED = "capped"  # it will hardly go: the phone has had, or will have, its share

    @property
    def will_go(self) -> bool:
        """Whether the patient will be told."""
        return self in (Fate.GOES, Fate.JOINS)

    @property
    def is_held(self) -> bool:
        """Whether it goes as soon as somebody, or something, lets it."""
        return self in (Fate.HELD, Fate.WAITS)

    @property
    def will_not_go(self) -> bool:
        """Whether the patient will not be told."""
        return self in (Fate.SILENT, Fate.CAPPED)


Verdict = tuple[Fate, str]


@dataclass(frozen=True, slots=True)
class Forecast:
    """A planned reminder and its fate; `why` is a sentence where there is one."""

    pk: int
    due_at: datetime
    local_due: datetime
    clinician_id: int
    fate: Fate
    why: str


def foretell(
    practice: Practice, now: datetime, until: datetime, *, paused: bool
) -> list[Forecast]:
    """All planned reminders that are due before `until`, in the order they go.

    `paused` says whether the practice's switch is thrown.
    """
    zone = practice.zone
    looks = read(practice, until, MOST)
    switch = _switch(paused=paused)
    waits_for = switch or (None if practice.account.is_usable(now) else CANNOT_SEND)
    verdicts: dict[int, Verdict] = {}
    speaking = []
    for look in looks:
        if reason := _objection(look, now):
            verdicts[look.pk] = (Fate.SILENT, str(SKIP_WORDS[reason]))
        elif look.held:
            verdicts[look.pk] = (Fate.HELD, "")
        elif waits_for and (switch or look.due_at <= now):
            verdicts[look.pk] = (Fate.WAITS, str(waits_for))
        else:
            speaking.append(look)
    verdicts |= _look_ahead(practice, speaking, now)
    return [
        Forecast(
            look.pk,
            look.due_at,
            look.due_at.astimezone(zone),
            look.clinician,
            *verdicts[look.pk],
        )
        for look in looks
    ]


def _switch(*, paused: bool) -> Promise | None:
    """What keeps every reminder of the practice back, in words; or None."""
    if not settings.SENDING_ENABLED:
        return SWITCHED_OFF
    return PAUSED if paused else None


def _objection(look: Glance, now: datetime) -> SkipReason | None:
    if look.why_not:
        return look.why_not
    if look.starts_at <= now:
        return SkipReason.VISIT_STARTED
    if look.skips_confirmed and look.visit_state == Appointment.State.CONFIRMED:
        return SkipReason.ALREADY_CONFIRMED
    return None


# --- Looking ahead ------------------------------------------------------------------


def _look_ahead(
    practice: Practice, looks: Sequence[Glance], now: datetime
) -> dict[int, Verdict]:
    """Play the week through: who joins whose text, and whom a cap will stop."""
    policy, zone = SendingPolicy.objects.in_force(practice), practice.zone
    sent = _sent(practice, now)
    verdicts: dict[int, Verdict] = {}
    texts = _texts(looks)
    for look in looks:
        if look.pk in verdicts:
            continue
        if look.is_booking:
            verdicts[look.pk] = (Fate.GOES, "")
            continue
        at, before = max(look.due_at, now), sent[look.phone]
        cap = cap_reached(
            before, at, zone, daily=policy.daily_cap, weekly=policy.weekly_cap
        )
        if cap:
            verdicts[look.pk] = (Fate.CAPPED, str(SKIP_WORDS[cap]))
        else:
            before.append(at)
            verdicts |= _together(texts[look.text])
    return verdicts


def _texts(looks: Iterable[Glance]) -> dict[tuple[object, ...], list[Glance]]:
    """What each text will carry, soonest visit first."""
    texts: dict[tuple[object, ...], list[Glance]] = defaultdict(list)
    for look in sorted(looks, key=lambda each: (each.starts_at, each.pk)):
        if not look.is_booking:
            texts[look.text].append(look)
    return texts


def _together(looks: Sequence[Glance]) -> dict[int, Verdict]:
    """One text goes, which names all of these."""
    first, *others = looks
    if not others:
        return {first.pk: (Fate.GOES, "")}
    names = ", ".join(other.name for other in others)
    also = _("The text also names: %(names)s.") % {"names": names}
    within = _("In one text with %(name)s’s visit.") % {"name": first.name}
    return {first.pk: (Fate.GOES, also)} | {
        other.pk: (Fate.JOINS, within) for other in others
    }


def _sent(practice: Practice, now: datetime) -> dict[int | None, list[datetime]]:
    """When each phone was sent, or is about to be sent, reminders in the last week."""
    sent: dict[int | None, list[datetime]] = defaultdict(list)
    texts = Message.objects.of(practice).filter(
        kind=Message.Kind.REMINDER,
        state__in=[Message.State.QUEUED, *Message.WENT_OUT],
        created_at__gt=now - A_WEEK,
    )
    for phone, at in texts.order_by("created_at").values_list("phone", "created_at"):
        sent[phone].append(at)
    return sent
