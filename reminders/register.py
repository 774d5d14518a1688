"""The patients' register: a patient, their phone and their agreement, kept together.

What is planned for the patient's visits follows the card.
"""

from datetime import datetime

from django.db import transaction

from provisioning.models import User
from reminders import consent, schedule
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
    known = patient.pk is not None
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
        if known:
            schedule.replan_patient(patient, now=now)
    return patient
