"""The demo practice's book, whatever day it is made on."""

import random
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from reminders.clinic import DEFAULT_TYPES
from reminders.demo import cast
from reminders.demo.visits import Visit, book_of_visits

MINUTES = {
    **{name: minutes for name, minutes, _hue in DEFAULT_TYPES},
    cast.FOURTH_KIND[0]: cast.FOURTH_KIND[1],
}
A_YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(0, 366, 5)]


def make_book(today: date) -> list[Visit]:
    """The book as it is on a day, by the demo's own chance."""
    return book_of_visits(today, random.Random(7))


def span(visit: Visit) -> tuple[datetime, datetime]:
    """When a visit begins and ends, on the wall of the day that it counts from."""
    start = datetime.combine(date(2026, 1, 1), visit.time)
    start += timedelta(days=visit.day)
    return start, start + timedelta(minutes=MINUTES[visit.kind])


@pytest.mark.parametrize("today", A_YEAR)
def test_it_never_gives_a_clinicians_time_twice(today: date) -> None:
    spans = sorted((visit.clinician, *span(visit)) for visit in make_book(today))

    for (clinician, _start, ends), (other, starts, _end) in pairwise(spans):
        assert clinician != other or ends <= starts


@pytest.mark.parametrize("today", A_YEAR)
def test_it_is_closed_on_sundays_unless_it_is_tried_on_one(today: date) -> None:
    days = {today + timedelta(days=visit.day) for visit in make_book(today)}

    assert all(day.isoweekday() != 7 or day == today for day in days)


@pytest.mark.parametrize("today", A_YEAR)
def test_it_has_a_visit_on_the_other_side_of_the_next_clock_change(
    today: date,
) -> None:
    zone = ZoneInfo(cast.OWNER.time_zone)
    (visit,) = (v for v in make_book(today) if v.patient == cast.LATER.name)

    there = datetime.combine(today + timedelta(days=visit.day), visit.time, zone)
    here = datetime.combine(today, visit.time, zone)
    assert there.utcoffset() != here.utcoffset()


def test_it_is_the_same_book_every_time() -> None:
    assert make_book(A_YEAR[0]) == make_book(A_YEAR[0])


def test_it_books_people_of_the_cast_on_reserved_numbers() -> None:
    names = {person.name for person in cast.PATIENTS}

    assert {visit.patient for visit in make_book(A_YEAR[0])} <= names
    assert all(p.number[:2] == "01" for p in cast.PATIENTS if p.number)
    assert all(name in names for name, _minutes, _words in cast.WROTE)
