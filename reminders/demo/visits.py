"""The demo practice's book: who comes when, what they write, what the desk makes of it.

Days count from the day the demo is made, times are on the practice's wall. The visits
with a story are written down; around them the book is filled up by chance.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

from reminders.demo import cast
from reminders.demo.cast import Person

SUNDAY = 7
LUNCH = 12
# The wall-clock times that visits begin at.
GRID = tuple(
    time(hour, minute)
    for hour in range(8, 17)
    for minute in (0, 30)
    if hour != LUNCH and (hour, minute) != (8, 0)
)
# How many visits each clinician has, by the number of the day the practice is open.
FULL = {-2: 1, -1: 2, 0: 7, 1: 4, 2: 2, 3: 1, 4: 1, 5: 1}
# What those without a story write when they are asked; "" is nothing.
ANSWERS = (*["C"] * 7, "Yes", "ok", "C please", "👍", "Y", *[""] * 4)
# One in so many does not come.
NO_SHOWS = 12
# Booked at least so many days before: the question goes out three days before.
LEAST_NOTICE, MOST_NOTICE = 4, 9


@dataclass(frozen=True)
class Visit:
    """One line of the book.

    `answer` is what the patient writes when asked to confirm; `reaction` what the desk
    does then ("move" by `moved_by` days, "cancel", "answer" with `words`). A visit
    that was booked `seconds_ago` is about to be confirmed by text.
    """

    patient: str
    day: int
    time: time
    clinician: int
    kind: str
    notice: int = 6
    seconds_ago: int = 0
    answer: str = ""
    reaction: str = ""
    moved_by: int = 0
    words: str = ""
    comes: bool = True


def book_of_visits(today: date, chance: random.Random) -> list[Visit]:
    """Every visit of the demo, those with a story first."""
    told = [*_today(), *_tomorrow(_open_day(today, 1)), *_later(today)]
    return [*told, *_filled_up(today, told, chance)]


# --- With a story -------------------------------------------------------------------


def _today() -> Iterator[Visit]:
    yield _visit(cast.LUCIA, 0, 9, 1, "Follow-up", answer="sí")
    yield _visit(cast.OWEN, 0, 10, 0, "Check-up", answer="N, sorry", reaction="cancel")
    yield _visit(cast.PEARL, 0, 11, 2, "Follow-up", answer="Yes, I'll be there")
    yield _visit(cast.LONG, 0, 13, 2, "First visit", answer="C")
    # Wants another time; nobody has called yet.
    yield _visit(cast.JONAH, 0, 14, 1, "Check-up", answer="R")
    # The text goes to her mother.
    yield _visit(cast.NOOR, 0, 15, 0, "Check-up", answer="C")
    yield _visit(cast.LANDLINE, 0, 16, 0, "Follow-up")
    yield _visit(
        cast.AISHA,
        0,
        16,
        1,
        "Follow-up",
        answer="Is there parking behind the house?",
        reaction="answer",
        words="There is, six places. See you then!",
    )


def _tomorrow(day: int) -> Iterator[Visit]:
    # Two children on one phone: one text names both.
    yield _visit(cast.THEO, day, 9, 0, "Vaccination", answer="ALL")
    yield _visit(cast.IVY, day, 10, 0, "Vaccination")
    yield _visit(cast.STOPPED, day, 10, 1, "Check-up", answer="STOP")
    yield _visit(cast.SILENT, day, 9, 2, "Follow-up")
    yield _visit(cast.NO_PHONE, day, 10, 2, "Follow-up")
    yield _visit(
        cast.MATEO, day, 13, 1, "Check-up", answer="¿Puedo llegar 10 minutos tarde?"
    )
    yield _visit(
        cast.ROSA,
        day,
        14,
        0,
        "Follow-up",
        answer="R",
        reaction="move",
        moved_by=14,
        words="Listo: le esperamos dos semanas después, a la misma hora.",
    )
    yield _visit(
        cast.CORA,
        day,
        15,
        2,
        "Follow-up",
        answer="C. Can my daughter come in with me?",
        reaction="answer",
        words="Of course, she is welcome. See you then!",
    )


def _later(today: date) -> Iterator[Visit]:
    # Across the next change of the clocks.
    after = _next_clock_change(today) + 2
    day = after + (1 if _is_sunday(today, after) else 0)
    yield _visit(cast.LATER, day, 10, 0, "Check-up", notice=day + 2)
    # Booked a moment ago: their texts go out while somebody looks on.
    for place, person in enumerate(cast.NEWCOMERS):
        day = _open_day(today, 5 + place)
        seconds = 160 - 60 * place
        yield _visit(person, day, 11, place, "First visit", seconds_ago=seconds)


def _visit(
    person: Person,
    day: int,
    hour: int,
    clinician: int,
    kind: str,
    **more: str | int,
) -> Visit:
    return Visit(person.name, day, time(hour), clinician, kind, **more)  # type: ignore[arg-type]


# --- Around them --------------------------------------------------------------------


def _filled_up(
    today: date, told: list[Visit], chance: random.Random
) -> Iterator[Visit]:
    deck = list(cast.OTHERS)
    chance.shuffle(deck)
    patients = cycle(deck)
    for number, wanted in FULL.items():
        day = _open_day(today, number)
        for clinician in range(len(cast.CLINICIANS)):
            own = [v for v in told if (v.day, v.clinician) == (day, clinician)]
            free = [clock for clock in GRID if not _taken(clock, own)]
            many = max(0, wanted - len(own))
            for clock in sorted(chance.sample(free, many)):
                yield Visit(
                    next(patients).name,
                    day,
                    clock,
                    clinician,
                    chance.choice(("Check-up", "Follow-up", "Vaccination")),
                    notice=chance.randint(LEAST_NOTICE, MOST_NOTICE),
                    answer=chance.choice(ANSWERS),
                    comes=chance.randrange(NO_SHOWS) > 0,
                )


def _taken(clock: time, own: list[Visit]) -> bool:
    """Whether a visit of ours begins then, or goes on until after it (45 minutes)."""
    earlier = (datetime.combine(date.min, clock) - timedelta(minutes=30)).time()
    return any(
        visit.time == clock or (visit.kind == "First visit" and visit.time == earlier)
        for visit in own
    )


# --- Days ---------------------------------------------------------------------------


def _open_day(today: date, number: int) -> int:
    """How many days off the practice's next (or last) so-manieth open day is."""
    step = 1 if number > 0 else -1
    day = 0
    for _each in range(abs(number)):
        day += step
        if _is_sunday(today, day):
            day += step
    return day


def _is_sunday(today: date, day: int) -> bool:
    return (today + timedelta(days=day)).isoweekday() == SUNDAY


def _next_clock_change(today: date) -> int:
    """In how many days the practice's clocks are put forward or back."""
    zone = ZoneInfo(cast.OWNER.time_zone)

    def offset(day: int) -> timedelta | None:
        noon = datetime.combine(today + timedelta(days=day), time(12), zone)
        return noon.utcoffset()

    return next(day for day in range(1, 366) if offset(day) != offset(0))
