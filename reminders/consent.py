"""Consent and opt-out of a phone: the event and the phone's columns, together.

Consent belongs to the phone, not to the patient. What was said is kept in
ConsentEvent for ever; the phone's columns only say how things stand now.
"""

from datetime import datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from provisioning.models import Practice, User
from reminders.models import ConsentEvent, Phone

log = structlog.get_logger(__name__)


class ConsentRefused(Exception):
    """A change of consent that is not ours to make; its text says why, to staff."""


def phone_for(practice: Practice, number: str) -> Phone:
    """Return the practice's row for an E.164 number, made if need be."""
    return Phone.objects.get_or_create(practice=practice, number=number)[0]


def record(
    phone: Phone,
    kind: ConsentEvent.Kind,
    *,
    source: ConsentEvent.Source,
    wording: str = "",
    by: User | None = None,
    now: datetime,
) -> ConsentEvent:
    """Write down what changed, and change the phone, which is refreshed.

    Nobody but the patient, by text, lifts an opt-out: ConsentRefused is raised when
    staff or an import try to, by agreeing on the patient's behalf as well.
    """
    with transaction.atomic():
        # Locked, so that an opt-out that arrives meanwhile is not written over.
        locked = Phone.objects.select_for_update(no_key=True).get(pk=phone.pk)
        _refuse_lifting(locked, kind, source)
        event = ConsentEvent.objects.create(
            phone=locked, kind=kind, source=source, wording=wording, by=by, at=now
        )
        Phone.objects.filter(pk=phone.pk).update(**_columns(locked, kind, now))
    phone.refresh_from_db()
    log.info("consent changed", phone=phone.pk, kind=kind.value, source=source.value)
    return event


def _refuse_lifting(
    phone: Phone, kind: ConsentEvent.Kind, source: ConsentEvent.Source
) -> None:
    by_text = source == ConsentEvent.Source.TEXT
    if kind == ConsentEvent.Kind.OPTED_IN and not by_text:
        raise ConsentRefused(
            _("Only the patient can opt in again, by texting START to your number.")
        )
    if kind == ConsentEvent.Kind.CONSENTED and phone.opted_out_at:
        raise ConsentRefused(
            _(
                "This phone has opted out. The patient can lift that by texting START "
                "to your number; nobody else can."
            )
        )


def _columns(
    phone: Phone, kind: ConsentEvent.Kind, now: datetime
) -> dict[str, datetime | None]:
    """What the event makes of the phone; a date that stands keeps its first value."""
    match kind:
        case ConsentEvent.Kind.CONSENTED:
            return {"consented_at": phone.consented_at or now}
        case ConsentEvent.Kind.WITHDRAWN:
            return {"consented_at": None}
        case ConsentEvent.Kind.OPTED_OUT:
            return {"opted_out_at": phone.opted_out_at or now}
        case ConsentEvent.Kind.OPTED_IN:
            return {
                "opted_out_at": None,
                "paused_at": None,
                "consented_at": phone.consented_at or now,
            }
        case ConsentEvent.Kind.PAUSED:
            return {"paused_at": phone.paused_at or now}
        case ConsentEvent.Kind.RESUMED:
            return {"paused_at": None}
