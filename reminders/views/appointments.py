"""Appointments: book, look at, move, cancel, mark."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date, parse_time
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reminders import agenda, schedule
from reminders.clock import now as clock_now
from reminders.forms import AppointmentForm, CancelForm, MarkForm
from reminders.models import Appointment, Patient
from reminders.views.door import DeskRequest, back, desk, desk_write
from reminders.views.patients import found_patients

UNPROCESSABLE = 422


@desk_write
def new(request: DeskRequest) -> HttpResponse:
    """Book a visit. Without a script, "Find" lists patients and books nothing."""
    now = clock_now()
    finding = "find" in request.POST
    data = request.POST if request.method == "POST" else None
    form = AppointmentForm(
        None if finding else data,
        practice=request.practice,
        initial=request.POST.dict() if finding else _asked_for(request),
    )
    if data and not finding and form.is_valid():
        try:
            appointment = schedule.book(
                request.practice,
                patient=form.cleaned_data["patient"],
                by=request.user,
                now=now,
                **_wanted(form),
            )
        except schedule.Taken as taken:
            if form.asks_for(taken.by):
                return redirect("appointment", taken.by.pk)
            form.say_taken(taken.by, taken.free)
        except schedule.NotPossible as impossible:
            form.add_error("time", str(impossible))
        else:
            messages.success(request, _("The visit is booked."))
            return redirect("appointment", appointment.pk)
    return _form_page(request, form, now)


@require_safe
@desk
def show(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a visit: who, when, its reminders, what happened to it."""
    rows = Appointment.objects.of(request.practice).filter(pk=pk)
    entries = agenda.as_entries(request.practice, rows)
    if not entries:
        raise Http404
    appointment = entries[0].visit
    context = {
        "now": clock_now(),
        "appointment": appointment,
        "entry": entries[0],
        "reminders": appointment.reminders.select_related("rule", "message").order_by(
            "starts_at", "due_at", "pk"
        ),
        "events": appointment.events.select_related("by"),
        "calls": appointment.call_list.filter(done_at=None),
    }
    return render(request, "reminders/appointment.html", context)


@desk_write
def edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Move a visit, or change clinician or kind."""
    now = clock_now()
    appointment = _appointment(request, pk)
    if not appointment.is_upcoming:
        messages.error(request, _("Only a visit that is still to come can be changed."))
        return redirect("appointment", pk)
    form = AppointmentForm(
        request.POST or None,
        practice=request.practice,
        appointment=appointment,
        initial=_as_it_is(appointment, request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            schedule.move(appointment, by=request.user, now=now, **_wanted(form))
        except schedule.Taken as taken:
            form.say_taken(taken.by, taken.free)
        except schedule.NotPossible as impossible:
            form.add_error("time", str(impossible))
        else:
            messages.success(request, _("The change is saved."))
            return redirect("appointment", pk)
    return _form_page(request, form, now, appointment)


@desk_write
def cancel(request: DeskRequest, pk: int) -> HttpResponse:
    """Ask once more, then call the visit off."""
    appointment = _appointment(request, pk)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            schedule.cancel(
                appointment,
                by=request.user,
                now=clock_now(),
                reason=form.cleaned_data["reason"],
            )
        except schedule.NotPossible as impossible:
            messages.error(request, str(impossible))
        else:
            messages.success(
                request, _("The visit is cancelled. No reminder of it will go out.")
            )
        return redirect("appointment", pk)
    if not appointment.is_upcoming:
        messages.error(
            request, _("Only a visit that is still to come can be cancelled.")
        )
        return redirect("appointment", pk)
    return render(
        request,
        "reminders/appointment_cancel.html",
        {"now": clock_now(), "appointment": appointment, "form": form},
        status=UNPROCESSABLE if form.errors else None,
    )


@require_POST
@desk
def mark(request: DeskRequest, pk: int) -> HttpResponse:
    """Note what became of a visit: one button, and back to the page it stands on."""
    appointment = _appointment(request, pk)
    form = MarkForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A visit cannot be marked as that."))
        return back(request, "appointment", pk)
    state = form.cleaned_data["state"]
    try:
        if state == Appointment.State.CONFIRMED:
            schedule.confirm(appointment, by=request.user, now=clock_now())
        else:
            schedule.mark(appointment, state, by=request.user, now=clock_now())
    except schedule.NotPossible as impossible:
        messages.error(request, str(impossible))
    except schedule.Taken:
        messages.error(
            request,
            _("The time was given to somebody else meanwhile. Move the visit instead."),
        )
    return back(request, "appointment", pk)


def _appointment(request: DeskRequest, pk: int) -> Appointment:
    rows = Appointment.objects.of(request.practice).for_lists()
    return get_object_or_404(rows, pk=pk)


def _wanted(form: AppointmentForm) -> dict[str, Any]:
    names = ("clinician", "appointment_type", "starts_at", "double_booked")
    return {name: form.cleaned_data[name] for name in names}


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    """What the address fills in beforehand; nonsense fills in nothing."""
    asked = {name: request.GET.get(name, "") for name in ("patient", "clinician")}
    filled: dict[str, Any] = {k: v for k, v in asked.items() if _is_number(v)}
    for name, parse in (("day", parse_date), ("time", parse_time)):
        try:
            filled[name] = parse(request.GET.get(name, ""))
        except ValueError:
            continue
    return filled


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _as_it_is(appointment: Appointment, request: DeskRequest) -> dict[str, Any]:
    local = appointment.starts_at.astimezone(request.practice.zone)
    return {
        "clinician": appointment.clinician_id,
        "appointment_type": appointment.appointment_type_id,
        "day": local.date(),
        "time": local.time(),
        "which": str(local.fold),
        "double_booked": appointment.double_booked,
    }


def _form_page(
    request: DeskRequest,
    form: AppointmentForm,
    now: datetime,
    appointment: Appointment | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {"now": now, "form": form, "appointment": appointment}
    if appointment:
        context["events"] = appointment.events.select_related("by")
    else:
        context |= _picker(request, form)
    status = UNPROCESSABLE if form.errors else None
    return render(request, "reminders/appointment_form.html", context, status=status)


def _picker(request: DeskRequest, form: AppointmentForm) -> dict[str, Any]:
    """The patients to choose from: the chosen one, and those that the words find."""
    words = request.POST.get("q", "") if "find" in request.POST else ""
    value = form["patient"].value()
    chosen = (
        Patient.objects.of(request.practice)
        .active()
        .select_related("phone", "guardian__phone")
        .filter(pk=value)
        .first()
        if value and _is_number(str(value))
        else None
    )
    found = found_patients(request.practice, words, without=chosen)
    return {"q": words, "chosen": chosen, "found": found}
