"""The page that waits for the click in the activation mail."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from provisioning import clock, tasks
from provisioning.models import ProviderAccount, ProviderCall, Stage
from provisioning.sandbox.models import Rule
from tests.provisioning.owner import TYPED, Owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Owner:
    """Somebody who has just registered."""
    owner = Owner()
    owner.registers()
    return owner


def page_of(owner: Owner) -> str:
    return owner.client.get(reverse("wizard_page", args=["email"])).content.decode()


def state_of(owner: Owner):
    return owner.client.get(reverse("wizard_state", args=["email"]))


def a_minute_passes() -> None:
    for call in ProviderCall.objects.all():
        call.started_at -= timedelta(seconds=61)
        call.save()
    ProviderAccount.objects.update(stage_since=clock.now() - timedelta(minutes=5))


def test_it_says_from_whom_and_where_to_and_to_look_among_the_spam(owner):
    html = page_of(owner)
    assert f"<strong>{TYPED['email']}</strong>" in html
    assert "Clickatell, the SMS provider, has sent" in html
    assert "spam" in html
    assert "1 message sent" in html
    assert "data-left" not in html


def test_it_sends_another_only_after_a_minute(owner):
    owner.presses("email", "resend", email_address=TYPED["email"])
    assert owner.at_provider.mail_set.count() == 2
    html = page_of(owner)
    assert "2 messages sent" in html
    assert 0 < int(re.search(r'data-left="(\d+)"', html)[1]) <= 60
    assert re.search(r'value="resend" data-waits', html)
    again = owner.presses("email", "resend", email_address=TYPED["email"])
    assert again.status_code == 422
    assert "Another can be sent in" in again.content.decode()
    assert owner.at_provider.mail_set.count() == 2
    a_minute_passes()
    answer = owner.presses("email", "resend", email_address="o.owner@example.org")
    assert answer.status_code == 302
    assert owner.at_provider.mail_set.count() == 3
    assert "3 messages sent" in page_of(owner)


def test_it_does_not_count_what_was_refused(owner):
    Rule.objects.create(action="resend_email_activation", kind="answer", code="416")
    page = owner.presses("email", "resend", email_address="o@example.org")
    assert "email_address" in page.context["forms"]["resend"].errors
    assert "data-waits" not in page.content.decode()
    answer = owner.presses("email", "resend", email_address="oo@example.org")
    assert answer.status_code == 302


def test_it_does_not_count_the_mails_of_an_account_that_was_brought_along(owner):
    ProviderAccount.objects.update(brought=True)
    assert "0 messages sent" in page_of(owner)


def test_it_goes_on_when_the_link_was_opened_twice_on_another_device(owner):
    phone = Client()
    owner.clicks_the_link()
    owner.clicks_the_link()
    assert phone.get(reverse("wizard")).status_code == 302
    ProviderAccount.objects.update(check_after=clock.now())
    tasks.watch_accounts()
    assert owner.account.stage == Stage.EMAIL_ACTIVATED
    assert state_of(owner).headers["HX-Redirect"] == reverse("wizard")
    assert owner.presses("email", "check")["Location"] == reverse("wizard")
    assert owner.account.stage_changes.filter(after=Stage.EMAIL_ACTIVATED).count() == 1


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("locked_at", "wants a picture code first"),
        ("credentials_refused_at", "does not accept the password"),
    ],
)
def test_it_says_when_it_cannot_ask_by_itself(owner, condition, words):
    assert "every few seconds" in state_of(owner).content.decode()
    ProviderAccount.objects.update(**{condition: clock.now()})
    html = state_of(owner).content.decode()
    assert words in html
    assert "every few seconds" not in html


def test_it_gives_way_when_the_account_is_not_active(owner):
    there = owner.at_provider
    type(there).objects.update(is_active=False)
    page = owner.presses("email", "check")
    html = page.content.decode()
    assert owner.account.suspended_at
    assert "has stopped this account" in html
    assert owner.account.username in html
    assert "Look again" in html
    assert "I have clicked it" not in html
    still = owner.presses("email", "look_again")
    assert still.status_code == 422
    type(there).objects.update(is_active=True)
    assert owner.presses("email", "look_again").status_code == 302
    assert owner.account.suspended_at is None
    assert "I have clicked it" in page_of(owner)


@pytest.mark.parametrize("code", ["002", "005", "007", "008", "009", "415", "423"])
def test_it_says_what_is_ours_with_a_code_for_support(owner, settings, caplog, code):
    settings.SUPPORT_EMAIL = "help@frontdesk.example"
    Rule.objects.create(action="any", kind="answer", code=code, times=2)
    page = owner.presses("email", "check")
    call = ProviderCall.objects.latest("pk")
    html = page.content.decode()
    assert f"Support code {call.pk}." in html
    assert "Our support: help@frontdesk.example." in html
    owner.presses("email", "check")
    told = [r for r in caplog.records if "provider_refuses_us" in r.getMessage()]
    assert len(told) == 1
    assert told[0].levelname == "ERROR"


def test_it_has_no_code_for_support_where_the_owner_can_act(owner, settings):
    settings.SUPPORT_EMAIL = "help@frontdesk.example"
    Rule.objects.create(action="any", kind="answer", code="404")
    html = owner.presses("email", "check").content.decode()
    assert "Support code" not in html
    assert "have a new one sent" in html


def test_it_says_whom_to_ask_when_the_first_page_cannot_be_shown(settings):
    settings.SUPPORT_PHONE = "(212) 555-0190"
    Rule.objects.create(action="get_captcha", kind="answer", code="005")
    page = Owner().sees_start()
    assert page.status_code == 503
    assert "Our support: (212) 555-0190." in page.content.decode()
