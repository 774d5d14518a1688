"""The browser without a screen: it stops where a person would be lost."""

import pytest
import requests
from django.http import HttpResponse, HttpResponseBase
from django.http.request import QueryDict

from reminders.demo.browser import Browser, NotOnThePage, Page
from tests import wire

FORM = """
<h1>Book a <em>visit</em></h1><p class="error">Choose a day.</p>
<form method="post" action="/book/?from=list">
  <input type="hidden" name="token" value="t1">
  <input name="who"><input type="checkbox" name="twice" value="on" checked>
  <select name="with"><option value="">Choose</option><option value="7">Dr. A</option>
  </select>
  <button name="do" value="keep">Keep</button><button name="do" value="drop">Drop</button>
</form>
<form method="get"><input name="q"><button>Find</button></form>
<table><tr><td>Ana</td><td>Booked</td></tr></table><code id="path">/hooks/</code>
"""


def make_browser(sent: list[tuple[str, str, str]]) -> Browser:
    """A browser for a site of one page, which notes what it is asked."""

    def answer(
        method: str, path: str, body: bytes, content_type: str, headers: dict[str, str]
    ) -> HttpResponseBase:
        sent.append((method, path, body.decode()))
        return HttpResponse(FORM)

    session = requests.Session()
    session.mount(wire.OURS, wire.InProcess(answer))
    return Browser(session)


@pytest.fixture
def sent() -> list[tuple[str, str, str]]:
    """What the site was asked: method, path with query, body."""
    return []


def open_page(sent: list[tuple[str, str, str]]) -> tuple[Browser, Page]:
    """The page in a browser."""
    browser = make_browser(sent)
    return browser, browser.open("http://testserver/book/")


def test_it_reads_what_a_person_would(sent):
    _browser, page = open_page(sent)

    assert page.heading == "Book a visit"
    assert page.path == "/book/"
    assert page.problems == ["Choose a day."]
    assert page.read("path") == "/hooks/"
    assert page.value("token") == "t1"
    assert page.row("Ana") == "Ana Booked"
    assert page.row("Ben") == ""


def test_it_sends_a_form_whole_with_what_was_filled_in_and_pressed(sent):
    browser, page = open_page(sent)

    browser.submit(
        page, {"who": "Ana", "with": "Dr. A", "twice": False}, press=("do", "drop")
    )

    method, path, body = sent[-1]
    assert (method, path) == ("POST", "/book/?from=list")
    assert QueryDict(body).dict() == {
        "token": "t1",
        "who": "Ana",
        "with": "7",
        "do": "drop",
    }


def test_it_puts_the_fields_of_a_search_into_the_address(sent):
    browser, page = open_page(sent)

    browser.submit(page, {"q": "ana b"})

    assert sent[-1][:2] == ("GET", "/book/?q=ana+b")


@pytest.mark.parametrize(
    ("values", "press", "words"),
    [
        ({"whom": "Ana"}, None, "no form with whom"),
        ({"who": "Ana"}, ("do", "burn"), r"no form with who, \[do=burn\]"),
        ({"with": "Dr. B"}, None, "'with' does not offer 'Dr. B'"),
    ],
)
def test_it_is_lost_without_the_field_button_or_choice(sent, values, press, words):
    browser, page = open_page(sent)

    with pytest.raises(NotOnThePage, match=words):
        browser.submit(page, values, press)


def test_it_is_lost_without_what_it_came_to_read(sent):
    _browser, page = open_page(sent)

    with pytest.raises(NotOnThePage, match="no #nowhere"):
        page.read("nowhere")
    with pytest.raises(NotOnThePage, match="no field 'nothing'"):
        page.value("nothing")


def test_it_says_when_nobody_answers():
    browser = Browser()

    assert not browser.answers("http://127.0.0.1:1/")
    with pytest.raises(NotOnThePage, match="Nobody answers"):
        browser.open("http://127.0.0.1:1/")
