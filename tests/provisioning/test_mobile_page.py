"""The page on which the owner's mobile is confirmed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from provisioning import clock
from provisioning.models import ProviderAccount, ProviderCall, Stage
from provisioning.sandbox import clock as sandbox_clock
from provisioning.sandbox.models import Account as ProvidersAccount
from provisioning.sandbox.models import Rule
from tests.provisioning.owner import Owner

pytestmark = pytest.mark.django_db

TYPED = "(212) 555-0177"


@pytest.fixture
def owner() -> Owner:
    """Somebody whose e-mail address is confirmed."""
    owner = Owner()
    owner.registers()
    owner.clicks_the_link()
    owner.presses("email", "check")
    return owner


def page_of(owner: Owner) -> str:
    return owner.client.get(reverse("wizard_page", args=["mobile"])).content.decode()


def sends(owner: Owner, number: str = TYPED):
    return owner.presses("mobile", "send", mobile_number=number)


def a_minute_passes() -> None:
    ProviderAccount.objects.update(stage_since=clock.now() - timedelta(hours=1))
    for call in ProviderCall.objects.all():
        call.started_at -= timedelta(seconds=61)
        call.save()


def test_it_shows_the_number_and_how_many_texts_were_sent(owner):
    assert sends(owner).status_code == 302
    html = page_of(owner)
    assert "<strong>(212) 555-0177</strong>" in html
    assert "1 text sent" in html
    assert "about five" in html
    assert 'autocomplete="one-time-code"' in html


def test_it_sends_another_only_after_a_minute(owner):
    sends(owner)
    assert "data-waits" in page_of(owner)
    again = sends(owner)
    assert again.status_code == 422
    assert "Another can be sent in" in again.content.decode()
    assert owner.at_provider.sms_sends == 1
    a_minute_passes()
    assert sends(owner, "(212) 555-0178").status_code == 302
    assert owner.at_provider.sms_sends == 2
    assert "2 texts sent" in page_of(owner)


@pytest.mark.parametrize("code", ["100", "101", "417"])
def test_it_asks_for_another_number_on_the_field_itself(owner, code):
    Rule.objects.create(action="send_activation_sms", kind="answer", code=code)
    page = sends(owner)
    (words,) = page.context["forms"]["send"].errors["mobile_number"]
    assert "number" in words
    # What was refused was not sent, so nobody has to wait.
    assert sends(owner, "(212) 555-0178").status_code == 302


def test_it_takes_already_confirmed_for_good_news(owner):
    ProvidersAccount.objects.update(sms_activated_at=sandbox_clock.now())
    assert sends(owner).status_code == 302
    assert owner.account.stage == Stage.PHONE_VERIFIED


@pytest.fixture
def used_up(owner: Owner) -> Owner:
    """Somebody to whom the provider sends no more codes."""
    ProvidersAccount.objects.update(sms_sends=5)
    sends(owner)
    return owner


def test_it_says_what_to_tell_support_when_all_tries_are_used_up(used_up):
    account = used_up.account
    assert account.mobile_tries_used_up_at
    html = page_of(used_up)
    assert "All tries are used up" in html
    assert account.username in html
    assert account.user_number in html
    assert "Look again" in html
    assert 'value="verify"' not in html
    assert "Text me another code" not in html


def test_it_says_so_on_the_answer_to_the_last_try_already(owner):
    sends(owner)
    Rule.objects.create(action="validate_activation_sms", kind="answer", code="102")
    page = owner.presses("mobile", "verify", code="AB12C")
    assert page.status_code == 422
    assert "All tries are used up" in page.content.decode()


def test_it_goes_on_once_support_has_confirmed_the_number(used_up):
    page = used_up.presses("mobile", "status")
    assert page.status_code == 422
    assert "not confirmed" in page.content.decode()
    assert used_up.account.mobile_tries_used_up_at
    ProvidersAccount.objects.update(sms_activated_at=sandbox_clock.now())
    assert used_up.presses("mobile", "status").status_code == 302
    account = used_up.account
    assert account.stage == Stage.PHONE_VERIFIED
    assert account.mobile_tries_used_up_at is None
    last = ProviderCall.objects.latest("pk")
    assert last.action == "sms_activation_status"


def test_it_goes_on_once_support_has_allowed_more(used_up):
    ProvidersAccount.objects.update(sms_sends=0)
    assert sends(used_up).status_code == 302
    assert used_up.account.mobile_tries_used_up_at is None
    used_up.presses("mobile", "verify", code=used_up.code_on_the_mobile())
    assert used_up.account.stage == Stage.PHONE_VERIFIED
