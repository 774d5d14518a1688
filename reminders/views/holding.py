"""Hold, release and send now: one reminder, one text, or a day of them.

htmx gets the row anew, and what counts it; without it the page comes back as it was.
Who was too late is told what became of the text.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from reminders import outbox
from reminders.clock import now as clock_now
from reminders.models import Message, Reminder, SendingPause
from reminders.models.reminder import ReminderQuerySet
from reminders.outbox.week import Line, day_of, days_of
from reminders.plan import local_day
from reminders.views.door import DeskRequest, back, desk, desk_write
from reminders.views.outbox import (
    asked_day,
    asked_number,
    foreseen,
    numbers,
    with_visits,
)


@require_POST
@desk
def hold(request: DeskRequest, pk: int) -> HttpResponse:
    """Keep one reminder back."""
    reminder = _reminder(request, pk)
    if not outbox.hold(_only(request, pk), by=request.user, now=clock_now()):
        _tell_what_became_of(request, reminder)
    return _answer(request, pk)


@require_POST
@desk
def release(request: DeskRequest, pk: int) -> HttpResponse:
    """Let one reminder go again."""
    reminder = _reminder(request, pk)
    if not outbox.release(_only(request, pk)):
        _tell_what_became_of(request, reminder)
    return _answer(request, pk)


@desk_write
def send(request: DeskRequest, pk: int) -> HttpResponse:
    """Send one reminder at once; in quiet hours only after a question."""
    now = clock_now()
    reminder = get_object_or_404(
        Reminder.objects.of(request.practice).for_texts().select_related("held_by"),
        pk=pk,
    )
    if request.method != "POST":
        context = {
            "now": now,
            "reminder": reminder,
            "why_not": outbox.why_not_now(reminder, now),
            "is_quiet": outbox.is_quiet(reminder, now),
        }
        return render(request, "reminders/reminder_send.html", context)
    try:
        outbox.send_now(reminder, now=now, anyway="anyway" in request.POST)
    except outbox.OutsideHours:
        return _lead(request, reverse("reminder_send", args=[pk]))
    except outbox.NotNow as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("It goes now, before all that is due later."))
    return _answer(request, pk)


@require_POST
@desk
def hold_text(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a queued text back: every reminder that it carries is held."""
    text = get_object_or_404(Message.objects.of(request.practice).outbound(), pk=pk)
    carried = Reminder.objects.of(request.practice).filter(message=text)
    if outbox.hold(carried, by=request.user, now=clock_now()):
        messages.success(request, _("Held. It stands among the reminders to come."))
    else:
        messages.warning(request, _("Too late: this text is on its way."))
    return back(request, "outbox")


@require_POST
@desk
def whole_day(request: DeskRequest) -> HttpResponse:
    """Hold or release what is due on one day, of all clinicians or one."""
    now = clock_now()
    zone = request.practice.zone
    day = asked_day(request.POST.get("day", ""))
    if day is None:
        return back(request, "outbox")
    start, end = local_day(day, zone)
    chosen = Reminder.objects.of(request.practice).filter(due_at__lt=end)
    if day != now.astimezone(zone).date():
        chosen = chosen.filter(due_at__gte=start)
    clinician = asked_number(request.POST.get("clinician", ""))
    if clinician is not None:
        chosen = chosen.filter(appointment__clinician=clinician)
    if request.POST.get("do") == "release":
        count = outbox.release(chosen.held())
        words = ngettext("%(n)d released.", "%(n)d released.", count)
    else:
        count = outbox.hold(chosen.planned(), by=request.user, now=now)
        words = ngettext("%(n)d held.", "%(n)d held.", count)
    messages.success(request, words % {"n": count})
    return back(request, "outbox")


def _reminder(request: DeskRequest, pk: int) -> Reminder:
    return get_object_or_404(Reminder.objects.of(request.practice), pk=pk)


def _only(request: DeskRequest, pk: int) -> ReminderQuerySet:
    return Reminder.objects.of(request.practice).filter(pk=pk)


def _tell_what_became_of(request: DeskRequest, reminder: Reminder) -> None:
    reminder.refresh_from_db()
    messages.warning(request, outbox.what_became_of(reminder))


def _answer(request: DeskRequest, pk: int) -> HttpResponse:
    """The row as it is now with the numbers around it, or the page it stands on."""
    if not request.htmx:
        return back(request, "outbox")
    now = clock_now()
    today = now.astimezone(request.practice.zone).date()
    pause = SendingPause.objects.in_force(request.practice)
    forecasts = foreseen(request, now, pause)
    forecast = next((each for each in forecasts if each.pk == pk), None)
    days = {day.date: day for day in days_of(forecasts, today)}
    reminder = with_visits(Reminder.objects.of(request.practice)).get(pk=pk)
    context = {
        "now": now,
        "line": Line(reminder, forecast),
        "numbers": numbers(request, now, forecasts),
        "day": forecast and days[day_of(forecast, today)],
        "next": request.POST.get("next", ""),
    }
    return render(request, "reminders/_outbox_answer.html", context)


def _lead(request: DeskRequest, url: str) -> HttpResponse:
    """Redirect the whole page, also when htmx asked for a row of it."""
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
