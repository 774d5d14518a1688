"""Clinic: who sees patients, and for what."""

from django.contrib import messages
from django.forms import ModelForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from reminders.clinic import furnish
from reminders.forms import AppointmentTypeForm, ClinicianForm
from reminders.models import AppointmentType, Clinician
from reminders.views.door import DeskRequest, desk, desk_manage

UNPROCESSABLE = 422


@require_safe
@desk
def index(request: DeskRequest) -> HttpResponse:
    """List clinicians and kinds of visit, those in use first."""
    context = {
        "clinicians": Clinician.objects.of(request.practice).order_by(
            "-is_active", "name"
        ),
        "kinds": AppointmentType.objects.of(request.practice).order_by(
            "-is_active", "name"
        ),
    }
    return render(request, "reminders/clinic.html", context)


@desk_manage
def clinician_new(request: DeskRequest) -> HttpResponse:
    """Add a clinician; the first brings kinds of visit and reminder rules along."""
    form = ClinicianForm(request.POST or None, practice=request.practice)
    return _form_page(request, form, gettext_lazy("New clinician"), furnishes=True)


@desk_manage
def clinician_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Change a clinician, or let them see no more patients."""
    row = get_object_or_404(Clinician.objects.of(request.practice), pk=pk)
    form = ClinicianForm(request.POST or None, instance=row, practice=request.practice)
    return _form_page(request, form, row.name)


@desk_manage
def kind_new(request: DeskRequest) -> HttpResponse:
    """Add a kind of visit."""
    form = AppointmentTypeForm(request.POST or None, practice=request.practice)
    return _form_page(request, form, gettext_lazy("New kind of visit"))


@desk_manage
def kind_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Change a kind of visit, or offer it no more."""
    row = get_object_or_404(AppointmentType.objects.of(request.practice), pk=pk)
    form = AppointmentTypeForm(
        request.POST or None, instance=row, practice=request.practice
    )
    return _form_page(request, form, row.name)


def _form_page(
    request: DeskRequest,
    form: ModelForm[Clinician] | ModelForm[AppointmentType],
    title: str | Promise,
    *,
    furnishes: bool = False,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        if furnishes:
            furnish(request.practice)
        messages.success(request, _("%(name)s is saved.") % {"name": saved})
        return redirect("clinic")
    status = UNPROCESSABLE if form.errors else None
    context = {"form": form, "title": title}
    return render(request, "reminders/clinic_form.html", context, status=status)
