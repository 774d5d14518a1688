"""What will become of planned reminders, as things stand; a guess, and it says why.

Costs three questions however many reminders there are: a busy practice has thousands
in a week, so what is only counted is read as plain values, not as rows. Nothing is
decided here: `deciding` does that, when each is due.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, F, When
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.models import Practice
from reminders.models import (
    Appointment,
    Message,
    Phone,
    Reminder,
    SendingPolicy,
)
from reminders.outbox.filling import TO_PHONE
from reminders.plan import SKIP_WORDS, SkipReason, Timing, cap_reached

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


@dataclass(frozen=True)
class Forecast:
    """A planned reminder and its fate; `why` is a sentence where there is one."""

    pk: int
    due_at: datetime
    starts_at: datetime
    local_due: datetime
    clinician_id: int
    fate: Fate = Fate.GOES
    why: str = ""


@dataclass(frozen=True)
class _Look:
    """What one reminder's fate depends on, as plain values."""

    pk: int
    due_at: datetime
    starts_at: datetime
    rule: int
    timing: str
    skips_confirmed: bool
    visit_state: str
    clinician: int
    name: str
    held: bool
    phone: int | None
    why_not: SkipReason | None

    @property
    def is_booking(self) -> bool:
        return self.timing == Timing.ON_BOOKING


def foretell(
    practice: Practice, now: datetime, until: datetime, *, paused: bool
) -> list[Forecast]:
    """All planned reminders that are due before `until`, in the order they go.

    `paused` says whether the practice's switch is thrown.
    """
    looks = _read(practice, until)
    switch = _switch(paused=paused)
    waits_for = switch or (None if practice.account.is_usable(now) else CANNOT_SEND)
    forecasts = []
    speaking = []
    for look in looks:
        forecast = Forecast(
            look.pk,
            look.due_at,
            look.starts_at,
            look.due_at.astimezone(practice.zone),
            look.clinician,
        )
        if reason := _objection(look, now):
            why = str(SKIP_WORDS[reason])
            forecast = replace(forecast, fate=Fate.SILENT, why=why)
        elif look.held:
            forecast = replace(forecast, fate=Fate.HELD)
        elif waits_for and (switch or look.due_at <= now):
            forecast = replace(forecast, fate=Fate.WAITS, why=str(waits_for))
        else:
            speaking.append(look)
        forecasts.append(forecast)
    ahead = _look_ahead(practice, speaking, now)
    return [
        replace(each, fate=ahead[each.pk][0], why=ahead[each.pk][1])
        if each.pk in ahead
        else each
        for each in forecasts
    ]


def _switch(*, paused: bool) -> Promise | None:
    """What keeps every reminder of the practice back, in words; or None."""
    if not settings.SENDING_ENABLED:
        return SWITCHED_OFF
    return PAUSED if paused else None


def _objection(look: _Look, now: datetime) -> SkipReason | None:
    if look.why_not:
        return look.why_not
    if look.starts_at <= now:
        return SkipReason.VISIT_STARTED
    if look.skips_confirmed and look.visit_state == Appointment.State.CONFIRMED:
        return SkipReason.ALREADY_CONFIRMED
    return None


# --- Looking ahead ------------------------------------------------------------------


def _look_ahead(
    practice: Practice, looks: Sequence[_Look], now: datetime
) -> dict[int, tuple[Fate, str]]:
    """Play the week through: who joins whose text, and whom a cap will stop."""
    policy = SendingPolicy.objects.in_force(practice)
    sent = _sent(practice, now)
    fates: dict[int, tuple[Fate, str]] = {}
    groups = _groups(practice, looks)
    for look in looks:
        if look.pk in fates or look.is_booking:
            continue
        group = groups[_key(practice, look)]
        at = max(look.due_at, now)
        history = sent[look.phone]
        cap = cap_reached(
            history,
            at,
            practice.zone,
            daily=policy.daily_cap,
            weekly=policy.weekly_cap,
        )
        if cap:
            fates[look.pk] = (Fate.CAPPED, str(SKIP_WORDS[cap]))
            continue
        history.append(at)
        first, *others = group
        for other in others:
            words = _("In one text with %(name)s’s visit.") % {"name": first.name}
            fates[other.pk] = (Fate.JOINS, words)
        if others:
            names = ", ".join(other.name for other in others)
            words = _("The text also names: %(names)s.") % {"names": names}
            fates[first.pk] = (Fate.GOES, words)
        fates.setdefault(look.pk, (Fate.GOES, ""))
    return fates


def _groups(
    practice: Practice, looks: Iterable[_Look]
) -> dict[tuple[object, ...], list[_Look]]:
    """What one text will say: same phone, same rule, same local day of the visit."""
    groups: dict[tuple[object, ...], list[_Look]] = defaultdict(list)
    for look in sorted(looks, key=lambda each: (each.starts_at, each.pk)):
        if not look.is_booking:
            groups[_key(practice, look)].append(look)
    return groups


def _key(practice: Practice, look: _Look) -> tuple[object, ...]:
    day: date = look.starts_at.astimezone(practice.zone).date()
    return look.phone, look.rule, day


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


# --- Reading ------------------------------------------------------------------------

_ABOUT = {
    "pk": "pk",
    "due_at": "due_at",
    "starts_at": "starts_at",
    "rule": "rule",
    "timing": "rule__timing_kind",
    "skips_confirmed": "rule__skips_confirmed",
    "visit_state": "appointment__state",
    "clinician": "appointment__clinician",
    "name": "called",
}
_PHONE = ("opted_out_at", "paused_at", "reach", "consented_at")


def _of_phone(field: str) -> Case:
    """A field of the phone that the texts go to; see `TO_PHONE`."""
    own, guardian = (
        "appointment__patient__phone",
        "appointment__patient__guardian__phone",
    )
    return Case(
        When(appointment__patient__guardian=None, then=F(f"{own}__{field}")),
        default=F(f"{guardian}__{field}"),
    )


def _read(practice: Practice, until: datetime) -> list[_Look]:
    rows: Iterable[tuple[Any, ...]] = (
        Reminder.objects.of(practice)
        .undecided()
        .filter(due_at__lt=until)
        .annotate(
            to_phone=TO_PHONE,
            called=Case(
                When(
                    appointment__patient__preferred_name="",
                    then=F("appointment__patient__first_name"),
                ),
                default=F("appointment__patient__preferred_name"),
                output_field=CharField(),
            ),
            **{f"phone_{field}": _of_phone(field) for field in _PHONE},
        )
        .order_by("due_at", "starts_at", "pk")
        .values_list(
            *_ABOUT.values(),
            "held_at",
            "to_phone",
            *(f"phone_{field}" for field in _PHONE),
        )[:MOST]
    )
    return [_look(values) for values in rows]


def _look(values: tuple[Any, ...]) -> _Look:
    about: dict[str, Any] = dict(zip(_ABOUT, values, strict=False))
    held_at, phone, *state = values[len(_ABOUT) :]
    return _Look(
        **about,
        held=held_at is not None,
        phone=phone,
        why_not=_why_not(phone, *state),
    )


def _why_not(phone: int | None, *state: Any) -> SkipReason | None:
    if phone is None:
        return SkipReason.NO_MOBILE
    return Phone(**dict(zip(_PHONE, state, strict=True))).why_not()
