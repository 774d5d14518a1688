"""A step that dies between the provider's answer and our own commit is made good.

The person presses the button again, and the provider is asked for nothing twice that
it does not take twice.
"""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from provisioning import stages
from provisioning.models import ProviderCall, Stage, User
from provisioning.sandbox import clock
from provisioning.sandbox.models import Account as ProvidersAccount
from provisioning.sandbox.models import ApiConnection
from tests.provisioning.owner import MOBILE, TYPED, Owner, has_an_account

pytestmark = pytest.mark.django_db


class Killed(Exception):
    """The process is gone."""


@pytest.fixture
def owner() -> Owner:
    return Owner()


@pytest.fixture
def dies(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Do something whose move to the next stage never happens."""

    def dies(act: Callable[[], Any]) -> None:
        def killed(*_args: Any, **_facts: Any) -> bool:
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(stages, "advance", killed)
            with pytest.raises(Killed):
                act()

    return dies


def calls_of(action: str) -> int:
    """How often the provider was asked for this."""
    return ProviderCall.objects.filter(action=action).count()


def test_it_registers_once_though_it_died_after_the_answer(owner, dies):
    owner.registers(code="WRONG1")
    dies(owner.registers)
    account = owner.account
    assert account.stage == Stage.DRAFT
    asked = calls_of("register")

    assert owner.registers().status_code == 302

    assert owner.account.stage == Stage.REGISTERED
    assert owner.account.username == account.username
    assert calls_of("register") == asked
    assert ProvidersAccount.objects.count() == 1


def test_it_asks_who_died_with_the_first_form_to_sign_in_and_goes_on(owner, dies):
    dies(owner.registers)
    other = Owner()
    assert "email" in other.registers().context["form"].errors
    other.client.force_login(User.objects.get())

    assert other.registers().status_code == 302

    assert other.account.stage == Stage.REGISTERED
    assert calls_of("register") == ProvidersAccount.objects.count() == 1


def test_it_registers_anew_where_the_provider_forgot_the_first(owner, dies):
    owner.registers(code="WRONG1")
    dies(owner.registers)
    ProvidersAccount.objects.all().delete()

    owner.registers()

    assert owner.account.stage == Stage.REGISTERED
    assert ProvidersAccount.objects.count() == 1


def test_it_notices_the_click_though_it_died_before(owner, dies):
    owner.registers()
    owner.clicks_the_link()
    dies(lambda: owner.presses("email", "check"))

    owner.presses("email", "check")

    assert owner.account.stage == Stage.EMAIL_ACTIVATED


def test_it_moves_on_when_the_mail_was_asked_for_after_the_click(owner, dies):
    owner.registers()
    owner.clicks_the_link()
    resend = {"do": "resend", "email_address": TYPED["email"]}
    dies(lambda: owner.presses("email", **resend))

    owner.presses("email", **resend)

    assert owner.account.stage == Stage.EMAIL_ACTIVATED


def test_it_verifies_the_mobile_though_it_died_before(owner, dies):
    owner.registers()
    owner.clicks_the_link()
    owner.presses("email", "check")
    owner.presses("mobile", "send", mobile_number=MOBILE)
    code = owner.code_on_the_mobile()
    dies(lambda: owner.presses("mobile", "verify", code=code))

    owner.presses("mobile", "verify", code=code)

    assert owner.account.stage == Stage.PHONE_VERIFIED


def test_it_connects_once_though_it_died_before(owner, dies):
    owner.is_verified()
    dies(lambda: owner.presses("connection", "connect"))

    assert owner.account.busy_until is None
    owner.presses("connection", "connect")

    assert owner.account.stage == Stage.CONNECTED
    assert owner.account.api_id == str(ApiConnection.objects.get().api_id)


@pytest.mark.parametrize("outcome", ["pending", "unknown"])
def test_it_makes_no_second_connection_by_itself(owner, dies, outcome):
    owner.is_verified()
    dies(lambda: owner.presses("connection", "connect"))
    # As if the process had died before the answer was written down.
    lost = ProviderCall.objects.filter(action="create_connection")
    lost.update(outcome=outcome, response="")

    page = owner.presses("connection", "connect")

    assert page.status_code == 422
    assert "make a new one" in str(page.context["forms"]["connect"].errors)
    assert owner.account.stage == Stage.PHONE_VERIFIED
    assert ApiConnection.objects.count() == 1


def test_it_takes_up_an_account_once_though_it_died_before(owner, dies):
    has_an_account(email_activated_at=clock.now())
    owner.takes_up("lakeside", "Wrong12345")
    dies(lambda: owner.takes_up("lakeside"))
    assert owner.account.stage == Stage.DRAFT
    assert owner.account.username != "lakeside"

    owner.takes_up("lakeside")

    assert owner.account.stage == Stage.EMAIL_ACTIVATED
    assert owner.account.username == "lakeside"


def test_it_has_all_of_a_taken_up_account_or_nothing(owner, monkeypatch):
    """The process dies between the first of its moves and the second."""
    has_an_account(email_activated_at=clock.now())
    owner.takes_up("lakeside", "Wrong12345")
    advance = stages.advance

    def dies_late(account, event, **facts):
        if event is stages.Event.EMAIL_CONFIRMED:
            raise Killed
        return advance(account, event, **facts)

    with monkeypatch.context() as patch:
        patch.setattr(stages, "advance", dies_late)
        with pytest.raises(Killed):
            owner.takes_up("lakeside")

    assert owner.account.stage == Stage.DRAFT
    assert not owner.account.brought


def test_it_takes_a_typed_connection_though_it_died_before(owner, dies):
    owner.is_verified()
    dies(lambda: owner.presses("connection", "connect"))
    ProviderCall.objects.filter(action="create_connection").update(outcome="pending")
    made = str(ApiConnection.objects.get().api_id)
    dies(lambda: owner.presses("connection", "look", api_id=made))

    owner.presses("connection", "look", api_id=made)

    assert owner.account.api_id == made
    assert ApiConnection.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_registers_once_for_two_forms_sent_at_a_time(owner):
    page = owner.registers(code="WRONG")
    form = page.context["form"]
    typed = {
        **TYPED,
        "country": form["country"].value(),
        "account_type": form["account_type"].value(),
    }
    together, answers = Barrier(2), []
    pages = [owner.sees_start().content.decode() for _tab in range(2)]

    def send(content: str) -> None:
        tab = Owner(Client())
        tab.client.cookies = owner.client.cookies
        try:
            together.wait()
            answers.append(tab.sends_registration({**typed}, content).status_code)
        finally:
            connection.close()

    tabs = [Thread(target=send, args=[content]) for content in pages]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()

    assert 302 in answers
    assert set(answers) <= {302, 422}
    assert ProvidersAccount.objects.count() == 1
    assert owner.account.stage == Stage.REGISTERED
    assert owner.account.busy_until is None
    assert owner.lands_on() == reverse("wizard_page", args=["email"])
