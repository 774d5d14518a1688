"""Every address that names a row, asked for by another practice, is not found.

The addresses are read from the URL configuration, so that a new one is walked as soon
as it exists: the test fails until `ROWS` says what its number stands for.
"""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, reverse
from django.urls.converters import IntConverter

from provisioning.models import Invitation, Practice
from provisioning.urls import urlpatterns as setup_urlpatterns
from reminders.models import CallListEntry, Clinician
from reminders.urls import urlpatterns
from tests import make

pytestmark = pytest.mark.django_db

# Pages that only answer to a POST, and those that answer to nothing else.
METHODS = ("get", "post")


def call_of(practice: Practice) -> CallListEntry:
    """Somebody whom this practice should phone."""
    visit = make.make_appointment(make.make_patient(practice), double_booked=True)
    return CallListEntry.objects.create(
        practice=practice,
        patient=visit.patient,
        appointment=visit,
        reason="No consent.",
        created_at=make.NOW,
    )


def visit_of(practice: Practice) -> Model:
    """A visit to this practice."""
    return make.make_appointment(make.make_patient(practice))


def text_of(practice: Practice) -> Model:
    """A text that somebody sent to this practice."""
    return make.make_inbound(make.make_phone(practice))


def text_to(practice: Practice) -> Model:
    """A text that waits to be sent by this practice."""
    return make.make_message(make.make_phone(practice))


def reminder_of(practice: Practice) -> Model:
    """A reminder that this practice will send."""
    return make.make_reminder(make.make_appointment(make.make_patient(practice)))


def invitation_of(practice: Practice) -> Model:
    """Somebody whom this practice has invited."""
    return Invitation.objects.create(
        practice=practice, email="nina@example.org", role="owner", invited_at=make.NOW
    )


# What the number in an address stands for.
ROWS: dict[str, Callable[[Practice], Model]] = {
    "call_done": call_of,
    "call_undo": call_of,
    "appointment": visit_of,
    "appointment_edit": visit_of,
    "appointment_cancel": visit_of,
    "appointment_mark": visit_of,
    "patient": make.make_patient,
    "patient_edit": make.make_patient,
    "conversation": make.make_phone,
    "phone_consent": make.make_phone,
    "text_settle": text_of,
    "reminder_hold": reminder_of,
    "reminder_release": reminder_of,
    "reminder_send": reminder_of,
    "text_hold": text_to,
    "clinician_edit": make.make_clinician,
    "appointment_type_edit": make.make_appointment_type,
    "person": make.make_member,
    "invitation_resend": invitation_of,
    "invitation_withdraw": invitation_of,
}


def routes() -> Iterator[tuple[str, bool]]:
    """The name of every page of the desk, and whether it names a row."""
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        assert pattern.name, pattern
        if pattern.name.endswith("_hook"):
            continue  # for the provider, who shows a secret instead of signing in
        yield pattern.name, bool(pattern.pattern.converters)


def rows_of_the_setup() -> Iterator[str]:
    """The pages of the set-up that name a row by its number."""
    for pattern in setup_urlpatterns:
        if any(
            isinstance(converter, IntConverter)
            for converter in pattern.pattern.converters.values()
        ):
            yield str(pattern.name)


DESK = list(routes())
OF_THE_SETUP = [(name, True) for name in rows_of_the_setup()]
NAMED = [name for name, takes_id in [*DESK, *OF_THE_SETUP] if takes_id]


@pytest.fixture
def theirs() -> Practice:
    """The other practice."""
    return make.make_ready_practice(name="Theirs")


@pytest.fixture
def client() -> Client:
    """The browser of an owner of a practice of their own."""
    client = Client()
    client.force_login(make.make_member(make.make_ready_practice()).user)
    return client


@pytest.mark.parametrize("name", NAMED)
def test_it_finds_nothing_of_another_practice(
    client: Client, theirs: Practice, name: str
) -> None:
    row = ROWS[name](theirs)
    path = reverse(name, args=[row.pk])

    statuses = {getattr(client, method)(path).status_code for method in METHODS}

    # 405 where the page does not answer to that method at all.
    assert statuses in ({404}, {404, 405})


@pytest.mark.parametrize("name", NAMED)
def test_it_opens_the_same_page_for_those_it_belongs_to(
    theirs: Practice, name: str
) -> None:
    member = Client()
    member.force_login(make.make_member(theirs).user)
    row = ROWS[name](theirs)

    assert member.get(reverse(name, args=[row.pk])).status_code in (200, 405)


@pytest.mark.parametrize(
    ("name", "takes_id"), [*DESK, *OF_THE_SETUP, ("people", False)]
)
def test_it_shows_strangers_nothing_but_the_sign_in(name: str, takes_id: bool) -> None:
    path = reverse(name, args=[1] if takes_id else [])

    for method in METHODS:
        answer = getattr(Client(), method)(path)
        if answer.status_code == 405:
            continue
        assert answer.status_code == 302, (method, name)
        assert answer["Location"].startswith(reverse(settings.LOGIN_URL))


def test_it_lists_nobody_of_another_practice(client: Client, theirs: Practice) -> None:
    patient = make.make_patient(theirs, "Secret", "Stranger")
    make.make_appointment(patient)
    assert patient.phone is not None
    make.make_inbound(patient.phone, "a secret")
    make.make_message(patient.phone, "a secret")
    call_of(theirs)

    for name, takes_id in DESK:
        if takes_id:
            continue
        page = client.get(reverse(name), {"q": "stranger", "day": "2026-03-05"})
        assert "Stranger" not in page.content.decode(), name
        assert "a secret" not in page.content.decode(), name


def test_it_takes_no_row_of_another_practice_out_of_a_form(
    client: Client, theirs: Practice
) -> None:
    patient = make.make_patient(theirs)
    data = {
        "patient": patient.pk,
        "clinician": make.make_clinician(theirs).pk,
        "appointment_type": make.make_appointment_type(theirs).pk,
        "day": "2030-03-05",
        "time": "14:30",
    }

    assert client.post("/appointments/new/", data).status_code == 422
    ward = {"first_name": "A", "last_name": "B", "guardian": patient.pk}
    assert client.post("/patients/new/", ward).status_code == 422
    assert not patient.appointments.exists()
    assert not patient.wards.exists()
    assert Clinician.objects.count() == 1
