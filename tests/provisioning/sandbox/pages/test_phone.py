"""Any phone in the world."""

from datetime import timedelta

import pytest

from provisioning.sandbox import clock, network
from provisioning.sandbox.models import Handset, Text

from ..customer import PHONE, ask, page, post, ready, sent

pytestmark = pytest.mark.django_db

SCREEN = f"/phone/{PHONE}/"


def arrive() -> None:
    network.advance(clock.now() + timedelta(seconds=2))


def test_it_shows_a_text_once_it_has_arrived():
    ready()
    sent(text="See you at 10:30")
    assert "See you at 10:30" not in page(SCREEN)
    arrive()
    assert "See you at 10:30" in page(SCREEN)


def test_it_escapes_what_a_text_says():
    ready()
    sent(text="<b>bold</b>")
    arrive()
    assert "&lt;b&gt;bold" in page(SCREEN)


def test_it_answers_whoever_wrote_last():
    ready()
    sent()
    arrive()
    html = page(SCREEN)
    first_choice = html[html.index("<option") :]
    assert first_choice.startswith('<option value="12025550111">')
    response = post(f"{SCREEN}answer", to="12025550111", text="Yes please")
    assert (response.status_code, response["Location"]) == (303, SCREEN)
    assert "Yes please" in page(SCREEN)


def test_it_shows_the_newest_text_at_the_bottom():
    ready()
    sent(text="first")
    arrive()
    post(f"{SCREEN}answer", to="12025550111", text="second")
    html = page(SCREEN)
    assert html.index("first") < html.index("second")


def test_it_has_buttons_for_quick_answers():
    ready()
    post(f"{SCREEN}answer", to="+1 202 555 0111", text="", quick="C")
    assert Text.objects.latest("pk").text == "C"


def test_it_keeps_line_breaks_and_drops_control_signs():
    ready()
    post(f"{SCREEN}answer", to="12025550111", text="a\nb\x00c")
    assert Text.objects.latest("pk").text == "a\nb c"


def test_it_says_when_an_answer_goes_nowhere():
    ready()
    post(f"{SCREEN}answer", to="12025550190", text="hello?")
    assert "not delivered" in page(SCREEN)


def test_it_wants_somebody_to_write_to_and_something_to_say():
    assert post(f"{SCREEN}answer", to="", text="x").status_code == 400
    assert post(f"{SCREEN}answer", to="12025550111", text=" ").status_code == 400
    assert "no number to write to" in page(SCREEN)


def test_it_can_be_switched_off_and_on():
    ready()
    post(f"{SCREEN}power", off="1")
    sent(text="Are you there?")
    arrive()
    assert "This phone is off" in page(SCREEN)
    assert "Are you there?" not in page(SCREEN)
    assert post(f"{SCREEN}answer", to="12025550111", text="x").status_code == 409
    post(f"{SCREEN}power", off="0")
    arrive()
    assert "Are you there?" in page(SCREEN)


def test_it_lists_phones_and_opens_any_other():
    ready()
    sent(text="Hello phone")
    Handset.objects.switch(PHONE, off=True)
    html = page("/phone/")
    assert "+1 202 555 0100" in html
    assert "Hello phone" in html
    response = ask("GET", "/phone/?number=%2B1+202+555+0155")
    assert response["Location"] == "/phone/12025550155/"
    assert "has digits" in page("/phone/?number=x")
