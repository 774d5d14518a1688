"""Outbox: what will go out, what will not and why, and what became of the rest."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from reminders import outbox
from reminders.clock import now as clock_now
from reminders.forms.appointments import YEARS
from reminders.models import Appointment, Clinician, Message, Reminder, SendingPause
from reminders.models.message_queries import MessageQuerySet
from reminders.models.reminder import ReminderQuerySet
from reminders.outbox import Fate, Forecast
from reminders.outbox.week import Day, Line, days_of
from reminders.views.context import A_DAY
from reminders.views.door import DeskRequest, desk

A_WEEK = timedelta(days=7)
ROWS_SHOWN = 50
# A longer one is no key of ours, and more than a database takes.
LONGEST_NUMBER = 18

UNDER_WAY = (Message.State.QUEUED, Message.State.SENDING, Message.State.UNKNOWN)
LOST = (Message.State.UNDELIVERED, Message.State.FAILED)

FILTERS: dict[str, Callable[[Fate], bool]] = {
    "": lambda _fate: True,
    "held": lambda fate: fate.is_held,
    "silent": lambda fate: fate.will_not_go,
}


@dataclass(frozen=True)
class Asked:
    """What the address asks for; nonsense asks for nothing."""

    show: str
    clinician: int | None
    day: date | None
    hour: int | None
    after: int | None

    def wants(self, forecast: Forecast) -> bool:
        """Whether the reminder is among those to be shown."""
        of_whom = self.clinician in (None, forecast.clinician_id)
        return of_whom and FILTERS[self.show](forecast.fate)


@dataclass(frozen=True)
class Rows:
    """Some rows of a long list, and the key of the last where there are more."""

    rows: list[Message]
    more: int | None


@require_safe
@desk
def index(request: DeskRequest) -> HttpResponse:
    """Show the next seven days of reminders and the last day of texts."""
    now = clock_now()
    pause = SendingPause.objects.in_force(request.practice)
    forecasts = foreseen(request, now, pause)
    moving = {"now": now, "pause": pause, **_moving(request, now, forecasts)}
    if request.htmx and "live" in request.GET:
        context = {**moving, "is_live": True}
        return render(request, "reminders/_outbox_live.html", context)
    context = {**moving, **_ahead(request, now, forecasts), **_behind(request, now)}
    return render(request, "reminders/outbox.html", context)


def _moving(
    request: DeskRequest, now: datetime, forecasts: Sequence[Forecast]
) -> dict[str, Any]:
    """What changes while somebody looks at the page."""
    texts = Message.objects.of(request.practice).outbound()
    return {
        "usable": request.practice.account.is_usable(now),
        "numbers": numbers(request, now, forecasts),
        "lost": _down(texts.failed_since(now - A_DAY), "lost", request),
        "under_way": _up(texts.filter(state__in=UNDER_WAY), "way", request),
    }


def _ahead(
    request: DeskRequest, now: datetime, forecasts: Sequence[Forecast]
) -> dict[str, Any]:
    """The week, as it is filtered."""
    asked = _asked(request)
    today = now.astimezone(request.practice.zone).date()
    days = days_of(forecasts, today, asked.wants)
    _open(days, asked, request)
    clinicians = _clinicians(request, forecasts)
    return {
        "account": request.practice.account,
        "asked": asked,
        "clinicians": clinicians,
        "only": next((each for each in clinicians if each.pk == asked.clinician), None),
        "days": days,
        "any_shown": any(day.shown for day in days),
        "all_forecasts": len(forecasts),
    }


def _behind(request: DeskRequest, now: datetime) -> dict[str, Any]:
    """What was decided already, and the texts of the last day when asked for."""
    skipped = _skipped(request, now)
    context: dict[str, Any] = {
        "skipped": skipped[:ROWS_SHOWN],
        "skipped_more": skipped[ROWS_SHOWN:],
    }
    if "texts" in request.GET:
        texts = Message.objects.of(request.practice).outbound()
        last_day = texts.filter(created_at__gte=now - A_DAY)
        context["texts"] = _down(last_day, "texts", request)
    return context


def foreseen(
    request: DeskRequest, now: datetime, pause: SendingPause | None
) -> list[Forecast]:
    """What will become of the reminders of the next seven days."""
    paused = pause is not None
    return outbox.foretell(request.practice, now, now + A_WEEK, paused=paused)


def numbers(
    request: DeskRequest, now: datetime, forecasts: Sequence[Forecast]
) -> dict[str, int]:
    """What the strip counts, whatever is filtered."""
    texts = Message.objects.of(request.practice).outbound()
    of_late = Q(state_at__gte=now - A_DAY) | Q(state__in=UNDER_WAY)
    return {
        "goes": sum(each.fate.will_go for each in forecasts),
        "held": sum(each.fate.is_held for each in forecasts),
        "silent": sum(each.fate.will_not_go for each in forecasts),
        **texts.filter(of_late).aggregate(
            delivered=Count("pk", filter=Q(state=Message.State.DELIVERED)),
            lost=Count("pk", filter=Q(state__in=LOST)),
            under_way=Count("pk", filter=Q(state__in=UNDER_WAY)),
        ),
    }


def with_visits(reminders: ReminderQuerySet) -> ReminderQuerySet:
    """With what a row names."""
    return reminders.select_related(
        "rule",
        "held_by",
        "message",
        "appointment__clinician",
        "appointment__patient",
    )


# --- What is asked for --------------------------------------------------------------


def _asked(request: DeskRequest) -> Asked:
    show = request.GET.get("show", "")
    return Asked(
        show=show if show in FILTERS else "",
        clinician=asked_number(request.GET.get("clinician", "")),
        day=asked_day(request.GET.get("day", "")),
        hour=asked_number(request.GET.get("hour", "")),
        after=asked_number(request.GET.get("after", "")),
    )


def asked_day(words: str) -> date | None:
    """A day as forms and addresses write it; None for nonsense and far-off years."""
    try:
        day = parse_date(words)
    except ValueError:
        return None
    return day if day and day.year in YEARS else None


def asked_number(words: str) -> int | None:
    """A key as forms and addresses write it; None for nonsense."""
    known = words.isascii() and words.isdigit() and len(words) <= LONGEST_NUMBER
    return int(words) if known else None


# --- Rows ---------------------------------------------------------------------------


def _open(days: Sequence[Day], asked: Asked, request: DeskRequest) -> None:
    """Fetch the rows of one day: the one asked for, or the first that has any."""
    day = next((day for day in days if day.date == asked.day), None)
    day = day or next((day for day in days if day.shown), None)
    if day is None:
        return
    day.is_open = True
    page = day.page(asked.hour, asked.after, ROWS_SHOWN)
    reminders = with_visits(Reminder.objects.of(request.practice)).in_bulk(
        [each.pk for each in page]
    )
    day.lines = [
        Line(reminders[each.pk], each) for each in page if each.pk in reminders
    ]


def _clinicians(request: DeskRequest, forecasts: Iterable[Forecast]) -> list[Clinician]:
    """Whose visits there are to filter by."""
    wanted = {each.clinician_id for each in forecasts}
    return list(Clinician.objects.of(request.practice).filter(pk__in=wanted))


def _down(texts: MessageQuerySet, name: str, request: DeskRequest) -> Rows:
    """The latest first, from where the address says: below the last one seen."""
    last = asked_number(request.GET.get(name, ""))
    below = texts if last is None else texts.filter(pk__lt=last)
    return _rows(below.order_by("-pk"))


def _up(texts: MessageQuerySet, name: str, request: DeskRequest) -> Rows:
    """The oldest first, from where the address says."""
    last = asked_number(request.GET.get(name, ""))
    above = texts if last is None else texts.filter(pk__gt=last)
    return _rows(above.order_by("pk").prefetch_related("reminders"))


def _rows(texts: MessageQuerySet) -> Rows:
    named = texts.select_related("phone", "by", "appointment__patient")
    found = list(named[: ROWS_SHOWN + 1])
    shown = found[:ROWS_SHOWN]
    return Rows(shown, shown[-1].pk if len(found) > ROWS_SHOWN else None)


def _skipped(request: DeskRequest, now: datetime) -> list[Reminder]:
    """Reminders of visits to come that will not go, soonest visit first; one too many."""
    mine = Reminder.objects.of(request.practice)
    skipped = mine.filter(
        state=Reminder.State.SKIPPED,
        starts_at=F("appointment__starts_at"),
        appointment__state__in=Appointment.UPCOMING,
        starts_at__gt=now,
        starts_at__lt=now + A_WEEK,
    )
    key = asked_number(request.GET.get("skipped", ""))
    if key is not None and (last := mine.filter(pk=key).first()):
        skipped = skipped.filter(
            Q(starts_at__gt=last.starts_at)
            | Q(starts_at=last.starts_at, pk__gt=last.pk)
        )
    return list(with_visits(skipped).order_by("starts_at", "pk")[: ROWS_SHOWN + 1])
