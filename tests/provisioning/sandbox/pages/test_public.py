"""The way in, the mailbox, the activation link."""

import pytest
from django.http import Http404

from ..customer import ask, page, ready, registered

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/mailbox/",
    "/phone/",
    "/phone/12025550100/",
    "/portal/",
    "/switchboard/",
]


@pytest.mark.parametrize("path", [*PAGES, "/sdk/terms.html"])
def test_it_says_on_every_page_that_nothing_is_real(path):
    ready()
    assert "Sandbox provider – nothing here is real" in page(path)


@pytest.mark.parametrize("path", PAGES)
def test_it_allows_no_foreign_and_no_inline_code(path):
    response = ask("GET", path)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    html = response.content.decode()
    assert " style=" not in html
    assert "<style" not in html
    assert html.count("<script") == html.count("<script src=")


def test_it_shows_where_the_application_calls():
    html = page("/")
    assert "http://sandbox.test/connect/0123456789abcdef0123456789abcdef" in html
    assert "http://sandbox.test/xml/xml" in html


def test_it_shows_mail_for_one_address():
    registered()
    registered(user="bob", email_address="bob@example.org")
    assert page("/mailbox/").count("<article") == 2
    html = page("/mailbox/?to=bob@example.org")
    assert html.count("<article") == 1
    assert "To bob@example.org" in html
    assert "No mail to eve@example.org" in page("/mailbox/?to=eve@example.org")


def test_it_shows_the_newest_mail_first():
    registered()
    registered(user="bob", email_address="bob@example.org")
    html = page("/mailbox/")
    assert html.index("bob@example.org") < html.index("ann@example.org")


def test_it_does_not_know_strange_activation_keys():
    with pytest.raises(Http404):
        ask("GET", f"/activate/{'0' * 32}/")
