"""How many questions a page of the set-up asks our database: few, and no more for more.

Three are everybody's: the session, the person, and where they work.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from provisioning.models import (
    Invitation,
    Membership,
    ProviderAccount,
    ProviderCall,
    Stage,
)
from tests.make import (
    NOW,
    make_account,
    make_line,
    make_member,
    make_practice,
    make_user,
)

pytestmark = pytest.mark.django_db

EVERYBODYS = 3
# A part that is asked for every two seconds: (stage, page, questions of its own).
POLLED = [
    (Stage.REGISTERED, "email", 0),
    (Stage.CONNECTED, "number", 2),
    (Stage.NUMBER_CLAIMED, "credits", 0),
    (Stage.NUMBER_CLAIMED, "test", 1),
]


def has(stage: Stage, page: str = "") -> tuple[ProviderAccount, Client]:
    """An account on a page, with a wire log, and its owner's browser."""
    settled = {"credits_settled_at": NOW} if page == "test" else {}
    account = make_account(make_practice(), stage, **settled)
    if stage.position >= Stage.NUMBER_CLAIMED.position:
        make_line(account)
    browser = Client()
    browser.force_login(make_member(account.practice).user)
    make_calls(account)
    return account, browser


def make_calls(account: ProviderAccount) -> None:
    for _n in range(4):
        ProviderCall.objects.create(
            account=account,
            by=make_user(),
            api=ProviderCall.Api.CONNECT,
            action="authenticate_user",
            codes="103",
            started_at=NOW,
        )


def count(browser: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize(("stage", "page", "own"), POLLED)
def test_what_polls_asks_hardly_anything(stage, page, own):
    _account, browser = has(stage, page)
    state = reverse("wizard_state", args=[page])
    assert count(browser, state) == EVERYBODYS + own


@pytest.mark.parametrize(("name", "own"), [("credit_state", 1), ("test_state", 2)])
def test_what_polls_on_the_account_page_asks_hardly_anything(name, own):
    _account, browser = has(Stage.READY)
    assert count(browser, reverse(name)) == EVERYBODYS + own


def more_calls(account: ProviderAccount) -> None:
    make_calls(account)
    make_calls(account)


def more_people(account: ProviderAccount) -> None:
    for n in range(5):
        make_member(account.practice, Membership.Role.FRONT_DESK)
        Invitation.objects.create(
            practice=account.practice,
            email=f"invited{n}@example.org",
            role="manager",
            invited_by=make_user(),
            invited_at=NOW,
        )


GROWING: list[tuple[Stage, str, tuple[str, ...], Callable[..., Any]]] = [
    (Stage.REGISTERED, "wizard_page", ("email",), more_calls),
    (Stage.EMAIL_ACTIVATED, "wizard_page", ("mobile",), more_calls),
    (Stage.PHONE_VERIFIED, "wizard_page", ("connection",), more_calls),
    (Stage.CONNECTED, "wizard_page", ("number",), more_calls),
    (Stage.READY, "account", (), more_calls),
    (Stage.READY, "account", (), more_people),
    (Stage.READY, "error_codes", (), more_calls),
    (Stage.READY, "people", (), more_people),
]


@pytest.mark.parametrize(("stage", "name", "args", "grow"), GROWING)
def test_a_page_asks_no_more_for_more_rows(stage, name, args, grow):
    account, browser = has(stage)
    address = reverse(name, args=args)
    before = count(browser, address)
    grow(account)
    assert count(browser, address) == before <= 10


def test_news_from_under_the_hood_ask_once():
    _account, browser = has(Stage.READY)
    assert count(browser, f"{reverse('wire_news')}?after=0") == EVERYBODYS + 1
