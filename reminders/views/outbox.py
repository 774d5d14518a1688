"""Outbox: what will go out, what will not and why, and what became of the rest."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from reminders import outbox
from reminders.clock import now as clock_now
from reminders.models import (
    Appointment,
    Clinician,
    Message,
    Reminder,
    SendingPause,
)
from reminders.models.message import MessageQuerySet
from reminders.models.reminder import ReminderQuerySet
from reminders.outbox import Fate, Forecast
from reminders.views.context import A_DAY
from reminders.views.door import DeskRequest, desk

A_WEEK = timedelta(days=7)
ROWS_SHOWN = 50
# A longer one is no key of ours, and more than a database takes.
LONGEST_NUMBER = 18
# Bars above the hours have so many heights; see static/css/pages/outbox.css.
HEIGHTS = 8

UNDER_WAY = (Message.State.QUEUED, Message.State.SENDING, Message.State.UNKNOWN)
LOST = (Message.State.UNDELIVERED, Message.State.FAILED)

FILTERS: dict[str, Callable[[Fate], bool]] = {
    "": lambda _fate: True,
    "held": lambda fate: fate.is_held,
    "silent": lambda fate: fate.will_not_go,
}


@dataclass(frozen=True)
class Line:
    """A row of the page: a reminder, and its fate while it is planned."""

    reminder: Reminder
    forecast: Forecast | None


@dataclass(frozen=True)
class Hour:
    """What is due in one hour of a day; `height` is of the busiest hour of the week."""

    start: time
    count: int
    height: int


@dataclass
class Day:
    """The reminders that are due on one day of the practice."""

    date: date
    shown: list[Forecast] = field(default_factory=list)
    fates: Counter[Fate] = field(default_factory=Counter)
    hours: list[Hour] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    is_open: bool = False
    more: Forecast | None = None

    @property
    def all(self) -> int:
        """How many reminders the day has, whatever is filtered."""
        return self.fates.total()

    @property
    def held(self) -> int:
        """How many wait for somebody or something."""
        return sum(n for fate, n in self.fates.items() if fate.is_held)

    @property
    def held_by_people(self) -> int:
        """How many wait for a person."""
        return self.fates[Fate.HELD]

    @property
    def silent(self) -> int:
        """How many will not go."""
        return sum(n for fate, n in self.fates.items() if fate.will_not_go)


@dataclass(frozen=True)
class Asked:
    """What the address asks for; nonsense asks for nothing."""

    show: str
    clinician: int | None
    day: date | None
    hour: int | None
    after: int | None


@require_safe
@desk
def index(request: DeskRequest) -> HttpResponse:
    """Show the next seven days of reminders and the last day of texts."""
    now = clock_now()
    pause = SendingPause.objects.in_force(request.practice)
    asked = _asked(request)
    forecasts = foreseen(request, now, pause)
    days = _days(forecasts, asked, now.astimezone(request.practice.zone).date())
    _open(days, asked, request)
    texts = Message.objects.of(request.practice).outbound()
    lost = texts.failed_since(now - A_DAY)
    skipped = _skipped(request, now)
    clinicians = _clinicians(request, forecasts)
    context: dict[str, Any] = {
        "now": now,
        "pause": pause,
        "account": request.practice.account,
        "usable": request.practice.account.is_usable(now),
        "asked": asked,
        "clinicians": clinicians,
        "days": days,
        "all_forecasts": len(forecasts),
        "numbers": numbers(request, now, forecasts),
        "lost": _rows(lost.order_by("-pk"), "lost", request),
        "under_way": _rows(
            texts.filter(state__in=UNDER_WAY).order_by("pk"), "way", request
        ),
        "only": _only(clinicians, asked),
        "skipped": skipped[:ROWS_SHOWN],
        "skipped_more": skipped[ROWS_SHOWN:],
        "texts_shown": "texts" in request.GET,
    }
    if context["texts_shown"]:
        last = texts.filter(created_at__gte=now - A_DAY).order_by("-pk")
        context["texts"] = _rows(last, "texts", request)
    return render(request, "reminders/outbox.html", context)


def foreseen(
    request: DeskRequest, now: datetime, pause: SendingPause | None
) -> list[Forecast]:
    """What will become of the reminders of the next seven days."""
    return outbox.foretell(
        request.practice, now, now + A_WEEK, paused=pause is not None
    )


def numbers(
    request: DeskRequest, now: datetime, forecasts: Sequence[Forecast]
) -> dict[str, int]:
    """What the strip counts, whatever is filtered."""
    texts = Message.objects.of(request.practice).outbound()
    since = now - A_DAY
    counted = texts.filter(Q(state_at__gte=since) | Q(state__in=UNDER_WAY)).aggregate(
        delivered=Count("pk", filter=Q(state=Message.State.DELIVERED)),
        lost=Count("pk", filter=Q(state__in=LOST)),
        under_way=Count("pk", filter=Q(state__in=UNDER_WAY)),
    )
    return {
        "goes": sum(each.fate.will_go for each in forecasts),
        "held": sum(each.fate.is_held for each in forecasts),
        "silent": sum(each.fate.will_not_go for each in forecasts),
        **counted,
    }


def with_visits(reminders: ReminderQuerySet) -> ReminderQuerySet:
    """With what a row names."""
    return reminders.select_related(
        "rule",
        "held_by",
        "message",
        "appointment__clinician",
        "appointment__patient__phone",
        "appointment__patient__guardian__phone",
    )


def day_of(forecast: Forecast, today: date) -> date:
    """The day it stands under: what should have gone before today waits in today's."""
    return max(forecast.local_due.date(), today)


def summary(forecasts: Iterable[Forecast], day: date, today: date) -> Day:
    """A day's numbers alone, whatever is filtered."""
    mine = (each.fate for each in forecasts if day_of(each, today) == day)
    return Day(day, fates=Counter(mine))


# --- What is asked for --------------------------------------------------------------


def _asked(request: DeskRequest) -> Asked:
    show = request.GET.get("show", "")
    return Asked(
        show=show if show in FILTERS else "",
        clinician=_number(request, "clinician"),
        day=asked_day(request.GET.get("day", "")),
        hour=_number(request, "hour"),
        after=_number(request, "after"),
    )


def asked_day(words: str) -> date | None:
    """A day as forms and addresses write it; None for nonsense."""
    try:
        return parse_date(words)
    except ValueError:
        return None


def _number(request: DeskRequest, name: str) -> int | None:
    digits = request.GET.get(name, "")
    known = digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER
    return int(digits) if known else None


# --- Days and hours -----------------------------------------------------------------


def _days(forecasts: Iterable[Forecast], asked: Asked, today: date) -> list[Day]:
    """Every day that has reminders, with its hours; counted as they are filtered."""
    days: dict[date, Day] = {}
    matches = FILTERS[asked.show]
    for each in forecasts:
        on = day_of(each, today)
        day = days.setdefault(on, Day(on))
        day.fates[each.fate] += 1
        if matches(each.fate) and asked.clinician in (None, each.clinician_id):
            day.shown.append(each)
    counts = {
        day.date: Counter(each.local_due.hour for each in day.shown)
        for day in days.values()
    }
    busiest = max((n for hours in counts.values() for n in hours.values()), default=1)
    for day in days.values():
        hours = sorted(counts[day.date].items())
        day.hours = [Hour(time(h), n, -(-n * HEIGHTS // busiest)) for h, n in hours]
    return sorted(days.values(), key=lambda day: day.date)


def _open(days: Sequence[Day], asked: Asked, request: DeskRequest) -> None:
    """Fetch the rows of one day: the one asked for, or the first that has any."""
    day = next((day for day in days if day.date == asked.day), None)
    day = day or next((day for day in days if day.shown), None)
    if day is None:
        return
    day.is_open = True
    wanted = [
        each
        for each in day.shown
        if asked.hour is None or each.local_due.hour == asked.hour
    ]
    # Behind the row that the reader has seen last, wherever it stands by now.
    places = {each.pk: place for place, each in enumerate(wanted)}
    start = places.get(asked.after, -1) + 1 if asked.after else 0
    page = wanted[start : start + ROWS_SHOWN]
    reminders = with_visits(Reminder.objects.of(request.practice)).in_bulk(
        [each.pk for each in page]
    )
    day.lines = [
        Line(reminders[each.pk], each) for each in page if each.pk in reminders
    ]
    if page and len(wanted) > start + ROWS_SHOWN:
        day.more = page[-1]


def _clinicians(request: DeskRequest, forecasts: Iterable[Forecast]) -> list[Clinician]:
    """Whose visits there are to filter by."""
    wanted = {each.clinician_id for each in forecasts}
    return list(Clinician.objects.of(request.practice).filter(pk__in=wanted))


def _only(clinicians: Iterable[Clinician], asked: Asked) -> Clinician | None:
    return next((each for each in clinicians if each.pk == asked.clinician), None)


# --- The other lists ----------------------------------------------------------------


@dataclass(frozen=True)
class Rows:
    """Some rows of a long list, and the key of the last where there are more."""

    rows: list[Message]
    more: int | None


def _rows(texts: MessageQuerySet, name: str, request: DeskRequest) -> Rows:
    """Texts from where the address says, by the key of the last one before them."""
    last = _number(request, name)
    if last is not None:
        down = texts.query.order_by == ("-pk",)
        texts = texts.filter(pk__lt=last) if down else texts.filter(pk__gt=last)
    found = list(
        texts.select_related("phone", "by", "appointment__patient").prefetch_related(
            "reminders"
        )[: ROWS_SHOWN + 1]
    )
    shown = found[:ROWS_SHOWN]
    return Rows(shown, shown[-1].pk if len(found) > ROWS_SHOWN else None)


def _skipped(request: DeskRequest, now: datetime) -> list[Reminder]:
    """Reminders of visits to come that will not go, soonest visit first."""
    reminders = Reminder.objects.of(request.practice).filter(
        state=Reminder.State.SKIPPED,
        starts_at=F("appointment__starts_at"),
        appointment__state__in=Appointment.UPCOMING,
        starts_at__gt=now,
        starts_at__lt=now + A_WEEK,
    )
    if last := _number(request, "skipped"):
        before = Reminder.objects.of(request.practice).filter(pk=last)
        starts_at = before.values_list("starts_at", flat=True).first()
        if starts_at:
            reminders = reminders.filter(
                Q(starts_at__gt=starts_at) | Q(starts_at=starts_at, pk__gt=last)
            )
    rows = with_visits(reminders).order_by("starts_at", "pk")
    return list(rows[: ROWS_SHOWN + 1])
