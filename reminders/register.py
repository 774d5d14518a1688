"""The patients' register: a patient, their phone and their agreement, kept together."""

from datetime import datetime

from django.db import transaction

from provisioning.models import User
from reminders import consent
from reminders.models import ConsentEvent, Patient


def keep(
    patient: Patient,
    *,
    number: str,
    agreed: str,
    wording: str,
    by: User | None,
    now: datetime,
) -> Patient:
    """Save a patient with this number (E.164, or ""), in one transaction.

    `agreed` is a ConsentEvent.Source, or "" where nothing new was agreed. Raises
    ConsentRefused, and keeps nothing, where the phone has opted out.
    """
    with transaction.atomic():
        phone = consent.phone_for(patient.practice, number) if number else None
        patient.phone = phone
        patient.save()
        if phone and agreed:
            consent.record(
                phone,
                ConsentEvent.Kind.CONSENTED,
                source=ConsentEvent.Source(agreed),
                wording=wording,
                by=by,
                now=now,
            )
    return patient
