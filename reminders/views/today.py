"""Today: who comes, who has confirmed, whom to phone, what to do next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from reminders import agenda
from reminders.clock import now as clock_now
from reminders.forms.appointments import YEARS
from reminders.models import Appointment, CallListEntry, Clinician
from reminders.plan import local_day
from reminders.views.door import DeskRequest, desk

CALLS_SHOWN = 8
SOON = timedelta(minutes=45)
"""Who comes within this time gets the button to say so in plain sight."""
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Tab:
    """A clinician in the row of filters, with the number of visits."""

    clinician: Clinician
    visits: int


@require_safe
@desk
def today(request: DeskRequest) -> HttpResponse:
    """Show one day, all clinicians or one; refreshed by htmx while it is open."""
    now = clock_now()
    zone = request.practice.zone
    this_day = now.astimezone(zone).date()
    day = asked_day(request, this_day)
    start, end = local_day(day, zone)
    entries = agenda.entries(request.practice, start, local_day(day + ONE_DAY, zone)[1])
    on_day = [entry for entry in entries if entry.visit.starts_at < end]
    only = request.GET.get("clinician", "")
    ahead = CallListEntry.objects.of(request.practice).ahead(now)
    calls = list(ahead.for_lists()[: CALLS_SHOWN + 1])
    shown = [e for e in on_day if only in ("", str(e.visit.clinician_id))]
    context: dict[str, Any] = {
        "now": now,
        "soon": now + SOON,
        "day": day,
        "is_today": day == this_day,
        "before": day - ONE_DAY,
        "after": day + ONE_DAY,
        "entries": shown,
        "now_before": _next_visit(shown, now) if day == this_day else None,
        "tabs": _tabs(on_day),
        "only": only,
        "all_visits": len(on_day),
        "numbers": _numbers(shown),
        "unconfirmed": [e for e in entries[len(on_day) :] if e.is_unconfirmed],
        "calls": calls[:CALLS_SHOWN],
        "more_calls": calls[CALLS_SHOWN:],
        "account": request.practice.account,
    }
    if not entries:
        context["first"] = agenda.first_steps(request.practice)
    return render(request, "reminders/today.html", context)


def asked_day(request: HttpRequest, otherwise: date) -> date:
    """The day that the address names; nonsense and far-off years name none."""
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:
        return otherwise
    if day is None or day.year not in YEARS:
        return otherwise
    return day


def _tabs(entries: Sequence[agenda.Entry]) -> list[Tab]:
    visits = Counter(entry.visit.clinician for entry in entries)
    return [
        Tab(clinician, visits[clinician])
        for clinician in sorted(visits, key=lambda c: c.name)
    ]


def _next_visit(entries: Sequence[agenda.Entry], now: datetime) -> int | None:
    """The visit above which the line for the present instant is drawn."""
    return next((e.visit.pk for e in entries if e.visit.starts_at > now), None)


def _numbers(entries: Sequence[agenda.Entry]) -> dict[str, int]:
    """What the strip counts."""
    upcoming = [e for e in entries if e.visit.is_upcoming]
    states = Counter(e.visit.state for e in entries)
    return {
        "upcoming": len(upcoming),
        "unconfirmed": sum(e.is_unconfirmed for e in upcoming),
        "replies": sum(e.reply_waits for e in entries),
        "unreachable": sum(bool(e.obstacle) for e in upcoming),
        "arrived": states[Appointment.State.ARRIVED],
        "cancelled": states[Appointment.State.CANCELLED],
    }
