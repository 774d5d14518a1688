"""Patients: find, look at, take on, change."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from provisioning.models import Language, Practice
from reminders import agenda, register
from reminders.clock import now as clock_now
from reminders.consent import ConsentRefused
from reminders.forms import PatientForm
from reminders.models import Appointment, ConsentEvent, Message, Patient
from reminders.views.door import DeskRequest, desk, desk_write

PER_PAGE = 50
CHOICES = 8
PAST_VISITS = 10
LAST_TEXTS = 6
UNPROCESSABLE = 422


@require_safe
@desk
def index(request: DeskRequest) -> HttpResponse:
    """List patients by surname, or those that the words find."""
    now = clock_now()
    words = request.GET.get("q", "").strip()
    rows = (
        Patient.objects.of(request.practice)
        .active()
        .search(words)
        .select_related("phone", "guardian__phone")
    )
    rows = agenda.with_next_visit(rows, now)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "reminders/patients.html", {"now": now, "q": words, "page": page}
    )


@require_safe
@desk
def choices(request: DeskRequest) -> HttpResponse:
    """List a few patients to choose from, as part of a form."""
    words = request.GET.get("q", "")
    context = {
        "q": words,
        "found": found_patients(request.practice, words),
        "name": "guardian" if request.GET.get("for") == "guardian" else "patient",
    }
    return render(request, "reminders/_patient_choices.html", context)


def found_patients(
    practice: Practice, words: str, without: Patient | None = None
) -> list[Patient]:
    """The first few that the words find; nobody where there are no words."""
    if not words.strip():
        return []
    rows = Patient.objects.of(practice).active().search(words)
    if without:
        rows = rows.exclude(pk=without.pk)
    return list(rows.select_related("phone", "guardian__phone")[:CHOICES])


@desk_write
def new(request: DeskRequest) -> HttpResponse:
    """Take a patient on."""
    return _form_page(request, None)


@desk_write
def edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Change a patient's card."""
    return _form_page(request, _patient(request, pk))


@require_safe
@desk
def show(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a patient: can we text them, what is agreed, their visits, the last texts."""
    now = clock_now()
    patient = _patient(request, pk)
    phone = patient.texts_go_to
    visits = Appointment.objects.of(request.practice).filter(patient=patient)
    upcoming = visits.upcoming(now)
    context: dict[str, Any] = {
        "now": now,
        "patient": patient,
        "phone": phone,
        "age": patient.age_on(now.astimezone(request.practice.zone).date()),
        "language": Language(patient.text_language).label,
        "obstacle": agenda.obstacle(patient),
        "upcoming": agenda.as_entries(request.practice, upcoming),
        "past": visits.exclude(pk__in=upcoming.values("pk"))
        .for_lists()
        .order_by("-starts_at")[:PAST_VISITS],
    }
    if phone:
        context |= {
            "household": Patient.objects.of(request.practice)
            .on_phones([phone])
            .exclude(pk=patient.pk),
            "consent_events": ConsentEvent.objects.filter(phone=phone)
            .select_related("by")
            .order_by("-at", "-pk"),
            "texts": reversed(
                Message.objects.of(request.practice)
                .filter(phone=phone)
                .select_related("by")
                .order_by("-created_at", "-pk")[:LAST_TEXTS]
            ),
        }
    return render(request, "reminders/patient.html", context)


def _patient(request: DeskRequest, pk: int) -> Patient:
    rows = Patient.objects.of(request.practice)
    return get_object_or_404(
        rows.select_related("practice", "phone", "guardian__phone"), pk=pk
    )


def _form_page(request: DeskRequest, patient: Patient | None) -> HttpResponse:
    now = clock_now()
    finding = "find" in request.POST
    data = request.POST if request.method == "POST" else None
    form = PatientForm(
        None if finding else data,
        instance=patient,
        practice=request.practice,
        today=now.astimezone(request.practice.zone).date(),
        initial=request.POST.dict() if finding else None,
    )
    if data and not finding and form.is_valid():
        typed = form.cleaned_data
        try:
            kept = register.keep(
                form.save(commit=False),
                number=typed["number"],
                agreed=typed["agreed"],
                wording=typed["wording"],
                by=request.user,
                now=now,
            )
        except ConsentRefused as refused:
            form.add_error("agreed", str(refused))
        else:
            messages.success(request, _("The card is saved."))
            return redirect("patient", kept.pk)
    words = request.POST.get("q", "") if finding else ""
    context = {
        "form": form,
        "patient": patient,
        "now": now,
        "q": words,
        "chosen": _guardian(request, form),
        "found": found_patients(request.practice, words, without=patient),
    }
    status = UNPROCESSABLE if form.errors else None
    return render(request, "reminders/patient_form.html", context, status=status)


def _guardian(request: DeskRequest, form: PatientForm) -> Patient | None:
    """The guardian as the form has it now: typed, or on file."""
    value = str(form["guardian"].value() or "")
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        return None
    rows = Patient.objects.of(request.practice).select_related("phone")
    return rows.filter(pk=value).first()
