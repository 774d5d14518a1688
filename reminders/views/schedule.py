"""Schedule: one day, a column for each clinician, free time to book into."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reminders import agenda
from reminders.clock import now as clock_now
from reminders.models import Clinician
from reminders.plan import first_valid, local_day
from reminders.schedule.free import OFFERED_FROM, OFFERED_TO
from reminders.views.door import DeskRequest, desk
from reminders.views.today import ONE_DAY, asked_day


@dataclass(frozen=True)
class Column:
    """One clinician's day."""

    clinician: Clinician
    rows: list[agenda.Entry | agenda.Gap]
    visits: int


@require_safe
@desk
def schedule(request: DeskRequest) -> HttpResponse:
    """Show a day; times before now are not offered."""
    now = clock_now()
    zone = request.practice.zone
    this_day = now.astimezone(zone).date()
    day = asked_day(request, this_day)
    entries = agenda.entries(request.practice, *local_day(day, zone))
    opens = max(first_valid(day, OFFERED_FROM, zone), agenda.next_quarter(now))
    closes = first_valid(day, OFFERED_TO, zone)
    monday = day - timedelta(days=day.weekday())
    context = {
        "now": now,
        "day": day,
        "this_day": this_day,
        "is_today": day == this_day,
        "before": day - ONE_DAY,
        "after": day + ONE_DAY,
        "week": [monday + timedelta(days=n) for n in range(7)],
        "columns": [
            Column(clinician, agenda.with_gaps(own, opens, closes), len(own))
            for clinician, own in _by_clinician(request, entries)
        ],
    }
    return render(request, "reminders/schedule.html", context)


def _by_clinician(
    request: DeskRequest, entries: list[agenda.Entry]
) -> list[tuple[Clinician, list[agenda.Entry]]]:
    """Everybody who sees patients, and who no longer does but has visits that day."""
    seeing = Clinician.objects.of(request.practice).filter(is_active=True)
    busy = {entry.visit.clinician for entry in entries}
    everybody = sorted({*seeing, *busy}, key=lambda clinician: clinician.name)
    return [
        (c, [e for e in entries if e.visit.clinician_id == c.pk]) for c in everybody
    ]
