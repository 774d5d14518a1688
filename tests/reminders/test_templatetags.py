"""Tests of `reminders.templatetags.desk`."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import TextChoices
from django.template import Context, Template
from django.utils import timezone, translation
from lucide import IconDoesNotExist

from provisioning.models import Stage
from reminders.models import Appointment, Message, Reminder
from reminders.templatetags import desk

PACIFIC = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 3, 9, 18, 30, tzinfo=UTC)  # Mon Mar 9, 11:30 AM in Los Angeles


def rendered(source: str, **context: object) -> str:
    return Template("{% load desk %}" + source).render(Context(context)).strip()


@pytest.fixture(autouse=True)
def practice_zone():
    with timezone.override(PACIFIC), translation.override("en"):
        yield


def test_it_writes_a_us_number_the_way_americans_read_it():
    assert desk.phone("+14155550100") == "(415) 555-0100"


def test_it_writes_a_foreign_number_internationally():
    assert desk.phone("+442079460018") == "+44 20 7946 0018"


@pytest.mark.parametrize("number", ["", None, "none", "12"])
def test_it_returns_what_is_no_number_as_it_is(number: str | None):
    assert desk.phone(number) == (number or "")


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(hours=2), "today 1:30 PM"),
        (timedelta(days=1), "tomorrow 11:30 AM"),
        (timedelta(days=-1), "yesterday 11:30 AM"),
        (timedelta(days=8), "Tue Mar 17, 11:30 AM"),
        (timedelta(days=365), "Tue Mar 9, 2027, 10:30 AM"),
    ],
)
def test_it_says_when_as_the_front_desk_does(distance: timedelta, words: str):
    assert desk.when(NOW + distance, NOW) == words


def test_it_counts_days_in_the_practice_s_zone_not_in_utc():
    late = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)  # still Monday evening there
    assert desk.when(late, NOW) == "today 8:00 PM"
    assert desk.day(late, NOW) == "today"


def test_it_says_nothing_for_no_time():
    assert desk.when(None, NOW) == ""
    assert desk.moment(None, NOW) == ""


def test_it_says_the_day_of_a_date():
    assert desk.day(NOW.date() + timedelta(days=1), NOW) == "tomorrow"


def test_it_keeps_the_instant_and_the_zone_in_the_time_element():
    html = rendered("{% moment at now %}", at=NOW, now=NOW)
    assert 'datetime="2026-03-09T11:30:00-07:00"' in html
    assert "Monday, March 9, 2026 11:30 AM PDT" in html
    assert html.endswith(">today 11:30 AM</time>")


def test_it_names_the_zone_by_its_letters_and_else_by_its_city():
    assert desk.zone(NOW) == "PDT"
    with timezone.override(ZoneInfo("America/Sao_Paulo")):
        assert desk.zone(NOW) == "Sao Paulo time"


@pytest.mark.parametrize(
    "states", [Appointment.State, Message.State, Reminder.State, Stage]
)
def test_it_knows_every_state_that_a_model_can_have(states: type[TextChoices]):
    assert [state for state in states if state.value not in desk.BADGES] == []


@pytest.mark.parametrize(
    "states", [Appointment.State, Message.State, Reminder.State, Stage]
)
def test_it_tells_states_apart_without_colour(states: type[TextChoices]):
    seen = {(str(desk.BADGES[s].word), desk.BADGES[s].icon) for s in states}
    assert len(seen) == len(list(states))


@pytest.mark.parametrize("state", desk.BADGES)
def test_it_draws_every_badge(state: str):
    html = rendered("{% badge state %}", state=state)
    assert "<svg" in html
    assert str(desk.BADGES[state].word) in html


def test_it_takes_another_word_for_a_state():
    assert "Not yet" in rendered('{% badge "booked" "Not yet" %}')


def test_it_shows_an_unknown_state_by_its_name():
    assert "half_done".replace("_", " ") in rendered('{% badge "half_done" %}')


def test_it_escapes_the_word_of_a_badge():
    assert "<b>" not in rendered("{% badge state %}", state="<b>x</b>")


def test_it_hides_icons_from_screen_readers():
    html = rendered('{% icon "bell-ring" "large" %}')
    assert 'aria-hidden="true"' in html
    assert 'class="icon large"' in html


def test_it_refuses_an_icon_that_does_not_exist():
    with pytest.raises(IconDoesNotExist):
        desk.icon("no-such-icon")


@pytest.mark.parametrize("tone", [*desk.TONE_ICONS, "something else"])
def test_it_has_an_icon_for_every_tone(tone: str):
    assert desk.tone_icon(tone).startswith("<svg")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ana Lopez", "AL"),
        ("Ana María de la Cruz", "AC"),
        ("Cher", "C"),
        ("(none) o'Brien", "O"),
        ("", ""),
    ],
)
def test_it_shortens_a_name_to_initials(name: str, letters: str):
    assert desk.initials(name) == letters


def test_it_says_dates_in_the_reader_s_language():
    with translation.override("es"):
        assert desk.day(NOW, NOW) != ""
        assert "lunes, marzo 9" in rendered("{% moment at now %}", at=NOW, now=NOW)
