"""Schedule: one day, a column for each clinician, free time to book into."""

from datetime import timedelta

import pytest

from reminders import agenda
from reminders.models import Appointment
from tests import make
from tests.reminders.views import MOST_QUERIES, queries_of, sign_in, words_of

pytestmark = pytest.mark.django_db

THURSDAY = "/schedule/?day=2026-03-05"


def test_it_offers_the_gaps_between_visits() -> None:
    practice = make.make_ready_practice()
    patient = make.make_patient(practice)
    for clock in ("09:00", "14:30"):
        make.make_appointment(patient, make.at("2026-03-05", clock))
    clinician = make.make_clinician(practice)

    answer = sign_in(practice).get(THURSDAY)

    words = words_of(answer)
    assert "8:00 AM free until 9:00 AM" in words
    assert "9:30 AM free until 2:30 PM" in words
    assert "3:00 PM free until 6:00 PM" in words
    assert (
        f"/appointments/new/?day=2026-03-05&amp;time=09:30&amp;clinician={clinician.pk}"
        in answer.content.decode()
    )


def test_it_offers_nothing_that_has_passed() -> None:
    practice = make.make_ready_practice()
    make.make_clinician(practice)
    client = sign_in(practice)

    assert "10:00 AM free until 6:00 PM" in words_of(client.get("/schedule/"))
    assert "free until" not in words_of(client.get("/schedule/?day=2026-03-01"))


def test_it_frees_the_time_of_cancelled_visits_and_still_shows_them() -> None:
    practice = make.make_ready_practice()
    make.make_appointment(
        make.make_patient(practice), state=Appointment.State.CANCELLED
    )

    words = words_of(sign_in(practice).get(THURSDAY))

    assert "8:00 AM free until 6:00 PM" in words
    assert "Ana Sample Cancelled" in words


def test_it_does_not_count_shared_time_twice() -> None:
    start = make.NOW
    visits = [
        Appointment(
            starts_at=start + timedelta(minutes=at),
            ends_at=start + timedelta(minutes=until),
            double_booked=True,
        )
        for at, until in ((0, 60), (15, 30), (70, 90))
    ]
    day = [agenda.Entry(visit=visit, reminders=[], reply=None) for visit in visits]

    rows = agenda.with_gaps(day, start, start + timedelta(hours=2))

    gaps = [row for row in rows if isinstance(row, agenda.Gap)]
    assert [(gap.start, gap.minutes) for gap in gaps] == [
        (start + timedelta(minutes=90), 30)
    ]


def test_it_shows_who_left_only_on_days_on_which_they_have_visits() -> None:
    practice = make.make_ready_practice()
    gone = make.make_clinician(practice, "Dr. Gone")
    make.make_appointment(make.make_patient(practice), clinician=gone)
    practice.clinicians.update(is_active=False)
    client = sign_in(practice)

    assert "Dr. Gone" in words_of(client.get(THURSDAY))
    assert "Nobody sees patients yet" in words_of(client.get("/schedule/"))


def test_it_shows_the_days_on_which_the_clocks_change() -> None:
    practice = make.make_ready_practice()
    make.make_clinician(practice)
    client = sign_in(practice)

    for day in ("2026-03-08", "2026-11-01"):
        words = words_of(client.get(f"/schedule/?day={day}"))
        assert "8:00 AM free until 6:00 PM" in words


def test_it_costs_the_same_for_one_visit_and_for_fifty() -> None:
    practice = make.make_ready_practice()
    client = sign_in(practice)
    costs = []
    for visits in (1, 49):
        for _each in range(visits):
            make.make_appointment(make.make_patient(practice), double_booked=True)
        costs.append(queries_of(client, THURSDAY))

    assert costs[0] == costs[1] <= MOST_QUERIES
