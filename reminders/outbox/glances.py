"""Planned reminders as plain values: what the fate of each depends on.

A busy practice has thousands of them in a week. What is only counted is not worth a row
with its visit, patient, guardian and phone; one question reads them all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, F, When

from provisioning.models import Practice
from reminders.models import Phone, Reminder
from reminders.models.patient import phone_of
from reminders.plan import SkipReason, Timing


@dataclass(frozen=True, slots=True)
class Glance:
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
    day: date  # of the visit, on the practice's wall

    @property
    def is_booking(self) -> bool:
        return self.timing == Timing.ON_BOOKING

    @property
    def text(self) -> tuple[object, ...]:
        """What one text will say: same phone, same rule, same day of the visit."""
        return self.phone, self.rule, self.day


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
PATIENT = "appointment__patient__"
_PHONE = ("opted_out_at", "paused_at", "reach", "consented_at")


def read(practice: Practice, until: datetime, most: int) -> list[Glance]:
    """All that are due before `until`, in the order they go; at most so many."""
    rows: Iterable[tuple[Any, ...]] = (
        Reminder.objects.of(practice)
        .undecided()
        .filter(due_at__lt=until)
        .annotate(
            to_phone=phone_of(PATIENT),
            called=Case(
                When(
                    appointment__patient__preferred_name="",
                    then=F("appointment__patient__first_name"),
                ),
                default=F("appointment__patient__preferred_name"),
                output_field=CharField(),
            ),
            **{f"phone_{field}": phone_of(PATIENT, field) for field in _PHONE},
        )
        .order_by("due_at", "starts_at", "pk")
        .values_list(
            *_ABOUT.values(),
            "held_at",
            "to_phone",
            *(f"phone_{field}" for field in _PHONE),
        )[:most]
    )
    zone = practice.zone
    reasons: dict[tuple[object, ...], SkipReason | None] = {}
    return [_glance(values, zone, reasons) for values in rows]


def _glance(
    values: tuple[Any, ...],
    zone: ZoneInfo,
    reasons: dict[tuple[object, ...], SkipReason | None],
) -> Glance:
    """Name the values. Thousands of phones are of a few kinds: `reasons` knows them."""
    about: dict[str, Any] = dict(zip(_ABOUT, values, strict=False))
    held_at, phone, opted_out, paused, reach, consented = values[len(_ABOUT) :]
    kind = (phone is None, not opted_out, not paused, reach, not consented)
    if kind not in reasons:
        reasons[kind] = _why_not(phone, opted_out, paused, reach, consented)
    return Glance(
        **about,
        held=held_at is not None,
        phone=phone,
        why_not=reasons[kind],
        day=about["starts_at"].astimezone(zone).date(),
    )


def _why_not(phone: int | None, *state: Any) -> SkipReason | None:
    if phone is None:
        return SkipReason.NO_MOBILE
    return Phone(**dict(zip(_PHONE, state, strict=True))).why_not()
