"""Call list: whom to phone, soonest visit first, and what came of it."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reminders import agenda
from reminders.clock import now as clock_now
from reminders.forms import CallForm
from reminders.models import CallListEntry
from reminders.models.call_list import CallListQuerySet
from reminders.plan import local_day
from reminders.views.door import DeskRequest, back, desk
from reminders.views.outbox import asked_number

CALLS_SHOWN = 50
DONE_SHOWN = 50


@dataclass(frozen=True)
class Call:
    """An entry, and why texts do not reach the patient at all, if they do not."""

    entry: CallListEntry
    obstacle: str


@require_safe
@desk
def index(request: DeskRequest) -> HttpResponse:
    """Show whom to phone, and whom somebody has phoned today."""
    now = clock_now()
    entries = CallListEntry.objects.of(request.practice)
    zone = request.practice.zone
    midnight = local_day(now.astimezone(zone).date(), zone)[0]
    ahead = entries.ahead(now)
    calls = _behind(request, ahead.for_lists())
    context = {
        "now": now,
        "calls": [_call(each) for each in calls[:CALLS_SHOWN]],
        "all_calls": ahead.count(),
        "more": calls[CALLS_SHOWN - 1] if len(calls) > CALLS_SHOWN else None,
        "past": entries.overtaken(now).for_lists()[:CALLS_SHOWN],
        "done": entries.done_since(midnight).for_lists()[:DONE_SHOWN],
        "outcomes": CallListEntry.Outcome.choices,
    }
    return render(request, "reminders/calls.html", context)


@require_POST
@desk
def done(request: DeskRequest, pk: int) -> HttpResponse:
    """Tick a call off, or note that nobody answered."""
    entry = get_object_or_404(CallListEntry.objects.of(request.practice), pk=pk)
    form = CallForm(request.POST)
    said = form.cleaned_data if form.is_valid() else {}
    outcome, note = said.get("outcome", ""), said.get("note", "")
    now = clock_now()
    if outcome == CallListEntry.Outcome.NO_ANSWER:
        noted = entry.try_in_vain(by=request.user, now=now, note=note)
    else:
        noted = entry.tick_off(by=request.user, now=now, outcome=outcome, note=note)
    if not noted:
        messages.warning(request, _("Somebody else has made this call already."))
    return back(request, "calls")


@require_POST
@desk
def undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Put a call back on the list."""
    entry = get_object_or_404(CallListEntry.objects.of(request.practice), pk=pk)
    if not entry.put_back():
        messages.warning(request, _("This visit is on the call list already."))
    return back(request, "calls")


def _call(entry: CallListEntry) -> Call:
    return Call(entry, agenda.obstacle(entry.patient))


def _behind(request: DeskRequest, entries: CallListQuerySet) -> list[CallListEntry]:
    """The next page, behind the entry that the address names."""
    key = asked_number(request.GET.get("after", ""))
    if key is not None:
        mine = CallListEntry.objects.of(request.practice).select_related("appointment")
        if last := mine.filter(pk=key).first():
            entries = entries.after(last.appointment.starts_at, last.pk)
    return list(entries[: CALLS_SHOWN + 1])
