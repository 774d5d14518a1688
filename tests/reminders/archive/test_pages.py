"""The desk's pages of a time whose texts and histories are in the archive."""

from datetime import timedelta

import pytest
from django.urls import reverse

from reminders import archive
from reminders.models import AppointmentEvent, Message, Reminder
from tests import make
from tests.reminders.views import sign_in, words_of

pytestmark = pytest.mark.django_db

LONG_AGO = make.NOW - timedelta(days=1000)


@pytest.fixture
def visit():
    """A visit of long ago, with everything that was said about it in the archive."""
    practice = make.make_ready_practice()
    patient = make.make_patient(practice)
    visit = make.make_appointment(patient, starts_at=LONG_AGO, state="completed")
    text = make.make_message(
        patient.phone, state=Message.State.DELIVERED, now=LONG_AGO, appointment=visit
    )
    make.make_reminder(visit, state=Reminder.State.QUEUED, message=text)
    AppointmentEvent.objects.create(
        appointment=visit, kind="booked", source="staff", at=LONG_AGO
    )
    assert archive.move(make.NOW, lambda: True) == 3
    return visit


def pages(visit):
    """Every page that could name something of that time."""
    day = f"?day={LONG_AGO:%Y-%m-%d}"
    yield reverse("today") + day
    yield reverse("schedule") + day
    yield reverse("appointment", args=[visit.pk])
    yield reverse("patient", args=[visit.patient_id])
    yield reverse("conversation", args=[visit.patient.phone_id])
    yield reverse("outbox")


def test_every_page_opens(visit):
    client = sign_in(visit.practice)
    assert [client.get(page).status_code for page in pages(visit)] == [200] * 6


def test_the_visit_says_where_its_history_is(visit):
    answer = sign_in(visit.practice).get(reverse("appointment", args=[visit.pk]))
    assert "What happened long ago is in the archive." in words_of(answer)


def test_the_conversation_says_where_its_texts_are(visit):
    page = reverse("conversation", args=[visit.patient.phone_id])
    assert "are in the archive" in words_of(sign_in(visit.practice).get(page))
