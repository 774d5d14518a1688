"""Call list: whom to phone, and what came of it."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from provisioning.models import Membership, Practice
from reminders.models import CallListEntry, Patient
from tests import make
from tests.reminders.views import MOST_QUERIES, queries_of, sign_in, words_of

pytestmark = pytest.mark.django_db

Outcome = CallListEntry.Outcome


@pytest.fixture
def practice() -> Practice:
    """A practice whose texts can go out."""
    return make.make_ready_practice()


@pytest.fixture
def client(practice: Practice) -> Client:
    """The browser of somebody at the front desk."""
    return sign_in(practice, Membership.Role.FRONT_DESK)


def call(
    patient: Patient, starts_at: datetime | None = None, reason: str = "It was lost."
) -> CallListEntry:
    """Put a visit of the patient on the list."""
    visit = make.make_appointment(patient, starts_at, double_booked=True)
    CallListEntry.objects.put_down([visit], reason, make.NOW)
    return CallListEntry.objects.get(appointment=visit)


def note(client: Client, entry: CallListEntry, **said: str) -> str:
    """Say what came of the call, and read the page that follows."""
    return words_of(client.post(f"/calls/{entry.pk}/done/", said, follow=True))


def test_it_lists_whom_to_phone_soonest_visit_first(
    practice: Practice, client: Client
) -> None:
    call(make.make_patient(practice, "Later"), make.at("2026-03-06", "09:00"))
    soon = call(make.make_patient(practice, "Soon"), make.at("2026-03-02", "15:00"))
    call(make.make_patient(practice, "Gone"), make.at("2026-03-02", "09:00"))

    answer = client.get("/calls/")
    words = words_of(answer)

    assert "To call 2" in words
    assert words.index("Soon Sample") < words.index("Later Sample")
    assert "Not called before the visit 1 Gone Sample" in words
    assert soon.patient.phone is not None
    assert f'href="tel:{soon.patient.phone.number}"' in answer.content.decode()


def test_it_shows_every_number_on_file(practice: Practice, client: Client) -> None:
    grace = make.make_patient(practice, "Grace")
    child = make.make_patient(practice, "Leo", guardian=grace)
    own = make.make_phone(practice, "+12125550142")
    Patient.objects.filter(pk=child.pk).update(phone=own)
    call(Patient.objects.get(pk=child.pk))
    call(make.make_patient(practice, "Mute", guardian=None))
    Patient.objects.filter(first_name="Mute").update(phone=None)

    words = words_of(client.get("/calls/"))

    assert "Grace Sample, guardian · (212) 555-0142" in words
    assert "No number on file" in words


@pytest.mark.parametrize(
    "outcome", [Outcome.SPOKE, Outcome.LEFT_MESSAGE, Outcome.WRONG_NUMBER, ""]
)
def test_it_ticks_a_call_off_with_its_outcome(
    practice: Practice, client: Client, outcome: str
) -> None:
    entry = call(make.make_patient(practice))

    words = note(client, entry, outcome=outcome, note="Comes by bus.")

    entry.refresh_from_db()
    assert (entry.done_at, entry.outcome) == (make.NOW, outcome)
    assert "Nobody to call" in words
    said = Outcome(outcome).label if outcome else "Called"
    assert f"{said}, today 10:00 AM, Olivia Owner “Comes by bus.”" in words


def test_it_keeps_whom_nobody_reached_on_the_list(
    practice: Practice, client: Client
) -> None:
    entry = call(make.make_patient(practice))

    assert "No answer once, today 10:00 AM" in note(client, entry, outcome="no_answer")
    assert "No answer, 2 times" in note(client, entry, outcome="no_answer")


def test_it_leads_from_a_wrong_number_to_where_it_is_corrected(
    practice: Practice, client: Client
) -> None:
    entry = call(make.make_patient(practice))

    note(client, entry, outcome="wrong_number")

    page = client.get("/calls/").content.decode()
    assert f'href="/patients/{entry.patient_id}/edit/"' in page


def test_it_undoes_a_tick(practice: Practice, client: Client) -> None:
    entry = call(make.make_patient(practice))
    note(client, entry, outcome="spoke")

    words = words_of(client.post(f"/calls/{entry.pk}/undo/", follow=True))

    assert "To call 1" in words
    entry.refresh_from_db()
    assert (entry.done_at, entry.done_by, entry.outcome) == (None, None, "")


def test_it_puts_nobody_on_the_list_twice(practice: Practice, client: Client) -> None:
    entry = call(make.make_patient(practice))
    note(client, entry, outcome="spoke")
    CallListEntry.objects.put_down([entry.appointment], "Again.", make.NOW)

    words = words_of(client.post(f"/calls/{entry.pk}/undo/", follow=True))

    assert "This visit is on the call list already." in words
    assert CallListEntry.objects.open().count() == 1


def test_who_comes_second_is_told(practice: Practice, client: Client) -> None:
    entry = call(make.make_patient(practice))
    note(client, entry, outcome="spoke")

    words = note(client, entry, outcome="wrong_number")

    assert "Somebody else has made this call already." in words
    entry.refresh_from_db()
    assert entry.outcome == "spoke"


def test_it_shows_only_what_was_done_today(practice: Practice, client: Client) -> None:
    entry = call(make.make_patient(practice))
    entry.tick_off(by=None, now=make.NOW - timedelta(days=1))

    assert "Nobody has been ticked off today." in words_of(client.get("/calls/"))


def test_who_only_looks_sees_it_and_ticks_nothing_off(practice: Practice) -> None:
    entry = call(make.make_patient(practice))
    client = sign_in(practice, Membership.Role.READ_ONLY)

    words = words_of(client.get("/calls/"))
    assert "Ana Sample" in words
    assert "Left a message" not in words
    assert client.post(f"/calls/{entry.pk}/done/").status_code == 403
    assert client.post(f"/calls/{entry.pk}/undo/").status_code == 403


def test_the_rail_counts_open_calls_of_visits_to_come(
    practice: Practice, client: Client
) -> None:
    call(make.make_patient(practice))
    call(make.make_patient(practice), make.at("2026-03-02", "09:00"))

    rail = client.get("/calls/").context["rail"]

    today = next(item for item in rail if item["url_name"] == "today")
    assert (today["count"], today["call"], today["current"]) == (1, True, True)
    assert "1 to call" in words_of(client.get("/outbox/"))


def test_it_shows_a_long_list_in_pieces(practice: Practice, client: Client) -> None:
    patient = make.make_patient(practice)
    start = make.at("2026-03-05", "09:00")
    entries = [call(patient, start + timedelta(minutes=n // 2)) for n in range(60)]

    page = client.get("/calls/").content.decode()
    assert f"after={entries[49].pk}" in page
    assert f'id="call-{entries[50].pk}"' not in page
    rest = client.get(f"/calls/?after={entries[49].pk}").content.decode()
    assert f'id="call-{entries[50].pk}"' in rest
    assert f'id="call-{entries[49].pk}"' not in rest
    assert "To call 60" in words_of(client.get("/calls/?after=" + "9" * 30))


def test_it_costs_the_same_for_one_call_and_for_fifty(
    practice: Practice, client: Client
) -> None:
    costs = []
    for calls in (1, 49):
        for _each in range(calls):
            patient = make.make_patient(practice)
            call(patient)
            call(patient, make.at("2026-03-02", "09:00"))
            done = call(patient, make.at("2026-03-03", "09:00"))
            done.tick_off(by=make.make_user(), now=make.NOW)
        costs.append(queries_of(client, "/calls/"))

    assert costs[0] == costs[1] <= MOST_QUERIES
