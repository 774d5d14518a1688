"""Nonsense in addresses and forms gets an answer, on every page and every database.

The addresses are read from the URL configuration, so that a new one is walked as soon
as it exists. PostgreSQL refuses what SQLite keeps: run this on both.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from provisioning.models import Practice
from reminders.models import Appointment, Message
from reminders.urls import urlpatterns
from tests import make
from tests.test_tenancy import ROWS

pytestmark = pytest.mark.django_db

NASTY = [
    "",
    "foo",
    "-1",
    "0",
    "9" * 19,
    "9" * 5000,
    "1.5",
    "٣",
    "\x00",
    "a\x00b",
    "\x01",
    "‮abc",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "%ff",
    "'; --",
    "%_\\",
    "a " * 3000,
    "a" * 60_000,
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "2026-03-08",
    "24:61",
    "02:30",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "//evil.example/",
    "javascript:alert(1)",
    "/a\r\nb",
    "{{ x }}",
]
NAMES = [
    "q",
    "day",
    "time",
    "page",
    "patient",
    "clinician",
    "guardian",
    "appointment_type",
    "for",
    "next",
    "after",
    "offer",
    "which",
    "state",
    "kind",
    "source",
    "body",
    "wording",
    "reason",
    "first_name",
    "last_name",
    "preferred_name",
    "date_of_birth",
    "language",
    "number",
    "agreed",
    "name",
    "minutes",
    "hue",
    "is_active",
]
"""Every name that a page of the desk reads from an address or a form."""


def pages() -> Iterator[tuple[str, bool]]:
    """The name of every page of the desk, and whether it names a row."""
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        assert pattern.name, pattern
        if not pattern.name.endswith("_hook"):
            yield pattern.name, bool(pattern.pattern.converters)


@pytest.fixture
def practice() -> Practice:
    """A practice with all its furniture and somebody who is coming."""
    return make.make_ready_practice()


@pytest.fixture
def client(practice: Practice) -> Client:
    """The browser of its owner; a page that breaks fails the test by itself."""
    client = Client()
    client.force_login(make.make_member(practice).user)
    return client


def path_of(name: str, takes_id: bool, practice: Practice) -> str:
    """The address of a page, with a row of the practice's own where it names one."""
    return reverse(name, args=[ROWS[name](practice).pk] if takes_id else [])


@pytest.mark.parametrize(("name", "takes_id"), list(pages()))
def test_it_answers_any_address(
    client: Client, practice: Practice, name: str, takes_id: bool
) -> None:
    path = path_of(name, takes_id, practice)

    for value in NASTY:
        answer = client.get(path, dict.fromkeys(NAMES, value[:4000]))
        assert answer.status_code < 500, value[:20]
    for query in ("q=%00&q=%ff&day=%00&day=2026-03-05", "%00=%00", "&&==&q", "q[]=1"):
        assert client.get(f"{path}?{query}").status_code < 500, query


@pytest.mark.parametrize("finding", [{}, {"find": "1"}])
@pytest.mark.parametrize(("name", "takes_id"), list(pages()))
def test_it_answers_any_form(
    client: Client,
    practice: Practice,
    name: str,
    takes_id: bool,
    finding: dict[str, str],
) -> None:
    path = path_of(name, takes_id, practice)

    for value in NASTY:
        answer = client.post(path, {**dict.fromkeys(NAMES, value), **finding})
        assert answer.status_code < 500, value[:20]


def good_forms(practice: Practice) -> dict[str, dict[str, Any]]:
    """A form that each page accepts, as a ground to change one field at a time."""
    patient = make.make_patient(practice)
    visit = {
        "patient": patient.pk,
        "clinician": make.make_clinician(practice).pk,
        "appointment_type": make.make_appointment_type(practice).pk,
        "day": "2030-03-05",
        "time": "14:30",
    }
    return {
        "appointment_new": visit,
        "appointment_edit": visit,
        "appointment_cancel": {"reason": "Moved away"},
        "appointment_mark": {"state": "confirmed", "next": "/"},
        "patient_new": {
            "first_name": "Ben",
            "last_name": "Sample",
            "date_of_birth": "1984-03-25",
            "number": "(212) 555-0188",
            "agreed": "verbal",
            "wording": "May we text you?",
            "guardian": patient.pk,
        },
        "conversation": {"body": "Hello", "after": "0"},
        "phone_consent": {"kind": "withdrawn", "source": "verbal", "wording": "No."},
        "clinician_new": {"name": "Dr. Noor Haddad", "hue": "2", "is_active": "on"},
        "appointment_type_new": {"name": "Visit", "minutes": "30", "hue": "2"},
    }


@pytest.mark.parametrize(
    "name",
    list(good_forms.__annotations__)
    and [
        "appointment_new",
        "appointment_edit",
        "appointment_cancel",
        "appointment_mark",
        "patient_new",
        "conversation",
        "phone_consent",
        "clinician_new",
        "appointment_type_new",
    ],
)
def test_it_answers_a_form_with_one_bad_field(
    client: Client, practice: Practice, name: str
) -> None:
    good = good_forms(practice)[name]

    for field in [*good, "offer"]:
        for value in NASTY:
            path = path_of(name, name in ROWS, practice)
            answer = client.post(path, {**good, field: value})
            assert answer.status_code < 500, (field, value[:20])
            Message.objects.all().delete()
            Appointment.objects.all().delete()
