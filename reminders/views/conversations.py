"""Conversations: every text from and to one phone, and the agreement behind them."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reminders import consent as consents
from reminders import outbox
from reminders.clock import now as clock_now
from reminders.forms import ConsentForm, ReplyForm
from reminders.forms.conversations import MAX_SEGMENTS
from reminders.models import Appointment, ConsentEvent, Message, Patient, Phone
from reminders.plan import SKIP_WORDS
from reminders.views.door import DeskRequest, desk, desk_write
from reminders.wording import measure as measured
from reminders.wording import mend

TEXTS_SHOWN = 100
UNPROCESSABLE = 422


@desk
def show(request: DeskRequest, pk: int) -> HttpResponse:
    """Show the conversation; a POST queues a text that staff wrote."""
    now = clock_now()
    phone = _phone(request, pk)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            outbox.queue_by_staff(
                phone,
                form.cleaned_data["body"],
                after=form.cleaned_data["after"],
                by=request.user,
                now=now,
            )
        except outbox.CannotText as refused:
            form.add_error("body", str(refused))
        else:
            return redirect("conversation", pk)
    return _page(request, phone, form, now)


def _page(
    request: DeskRequest, phone: Phone, form: ReplyForm, now: datetime
) -> HttpResponse:
    reason = phone.why_not_at_all()
    # Read at once: joined with the visits it would cost all visits of the practice.
    household = list(
        Patient.objects.of(request.practice)
        .on_phones([phone])
        .select_related("guardian")
    )
    newest = (
        Message.objects.of(request.practice)
        .filter(phone=phone)
        .select_related("by", "handled_by", "appointment__patient")
        .order_by("-created_at", "-pk")[:TEXTS_SHOWN]
    )
    texts = list(reversed(newest))
    context = {
        "now": now,
        "phone": phone,
        "newest": max((text.pk for text in texts), default=0),
        "obstacle": SKIP_WORDS[reason] if reason else "",
        "texts": texts,
        "shown": TEXTS_SHOWN,
        "household": household,
        "upcoming": Appointment.objects.of(request.practice)
        .upcoming(now)
        .filter(patient__in=household)
        .for_lists(),
        "form": form,
        "length": measured(mend(form["body"].value() or "")),
        "most": MAX_SEGMENTS,
    }
    status = UNPROCESSABLE if form.errors else None
    return render(request, "reminders/conversation.html", context, status=status)


@require_POST
@desk
def measure(request: DeskRequest) -> HttpResponse:
    """Count a text being written as the network will; nothing is kept.

    A POST, so that what somebody types to a patient stays out of every access log.
    """
    body = request.POST.get("body", "")
    context = {"length": measured(mend(body).strip()), "most": MAX_SEGMENTS}
    return render(request, "reminders/_meter.html", context)


@desk_write
def consent(request: DeskRequest, pk: int) -> HttpResponse:
    """Record what staff heard or saw about texts to this phone."""
    now = clock_now()
    phone = _phone(request, pk)
    form = ConsentForm(request.POST or None, phone=phone)
    if request.method == "POST" and form.is_valid():
        try:
            consents.record(
                phone,
                ConsentEvent.Kind(form.cleaned_data["kind"]),
                source=ConsentEvent.Source(form.cleaned_data["source"]),
                wording=form.cleaned_data["wording"],
                by=request.user,
                now=now,
            )
        except consents.ConsentRefused as refused:
            form.add_error("kind", str(refused))
        else:
            messages.success(request, _("That is on record now."))
            return redirect("conversation", pk)
    context = {
        "now": now,
        "phone": phone,
        "form": form,
        "household": Patient.objects.of(request.practice).on_phones([phone]),
        "events": phone.consent_events.select_related("by").order_by("-at", "-pk"),
    }
    status = UNPROCESSABLE if form.errors else None
    return render(request, "reminders/phone_consent.html", context, status=status)


def _phone(request: DeskRequest, pk: int) -> Phone:
    return get_object_or_404(Phone.objects.of(request.practice), pk=pk)
