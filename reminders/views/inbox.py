"""Inbox: texts from patients that a person has to read, oldest first."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reminders import inbox
from reminders.clock import now as clock_now
from reminders.models import Appointment, Message, Patient
from reminders.models.patient import PatientQuerySet
from reminders.views.door import DeskRequest, back, desk

TEXTS_SHOWN = 100


@dataclass(frozen=True)
class Card:
    """A text, who may have written it, and which visits it may be about."""

    text: Message
    household: list[Patient]
    visits: list[Appointment]


@require_safe
@desk
def index(request: DeskRequest) -> HttpResponse:
    """Show what waits for a person; refreshed by htmx while it is open."""
    now = clock_now()
    texts = list(
        Message.objects.of(request.practice)
        .needing_staff()
        .select_related(
            "phone",
            "in_reply_to",
            "appointment__patient",
            "appointment__clinician",
        )[:TEXTS_SHOWN]
    )
    phones = {text.phone for text in texts}
    people = _by_phone(Patient.objects.of(request.practice).on_phones(phones))
    visits = _upcoming(request, people, now)
    cards = [
        Card(
            text=text,
            household=people.get(text.phone_id, []),
            visits=[text.appointment]
            if text.appointment
            else visits.get(text.phone_id, []),
        )
        for text in texts
    ]
    return render(request, "reminders/inbox.html", {"now": now, "cards": cards})


@require_POST
@desk
def settle(request: DeskRequest, pk: int) -> HttpResponse:
    """Note that somebody has dealt with a text."""
    rows = Message.objects.of(request.practice).inbound()
    inbox.settle(get_object_or_404(rows, pk=pk), by=request.user, now=clock_now())
    messages.success(request, _("Done. The text stays in the conversation."))
    return back(request, "inbox")


def _by_phone(patients: PatientQuerySet) -> dict[int, list[Patient]]:
    """Patients by the phone that their texts go to."""
    found: dict[int, list[Patient]] = defaultdict(list)
    for patient in patients.select_related("phone", "guardian__phone"):
        phone = patient.texts_go_to
        if phone:
            found[phone.pk].append(patient)
    return found


def _upcoming(
    request: DeskRequest, people: dict[int, list[Patient]], now: datetime
) -> dict[int, list[Appointment]]:
    """Visits to come, by the phone that texts about them go to."""
    phone_of = {p.pk: phone for phone, group in people.items() for p in group}
    found: dict[int, list[Appointment]] = defaultdict(list)
    visits = Appointment.objects.of(request.practice).upcoming(now)
    for visit in visits.filter(patient__in=phone_of).for_lists():
        found[phone_of[visit.patient_id]].append(visit)
    return found
