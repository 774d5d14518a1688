"""The pages for what broke on our side."""

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client


@pytest.fixture
def browser():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("error", [InterfaceError, OperationalError])
def test_it_says_that_it_may_be_tried_again_while_the_database_is_away(
    browser, monkeypatch, error
):
    answer = answer_when(browser, monkeypatch, error("away"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "in a moment" in answer.content.decode()


def test_it_says_that_something_broke_where_waiting_is_of_no_use(browser, monkeypatch):
    answer = answer_when(browser, monkeypatch, ValueError("ours"))
    assert answer.status_code == 500
    assert "in a moment" not in answer.content.decode()


def answer_when(browser, monkeypatch, error):
    """What a stranger is told at the door while this error is in the way."""

    def broken(*args, **kwargs):
        raise error

    monkeypatch.setattr("django.contrib.auth.middleware.get_user", broken)
    return browser.get("/")
