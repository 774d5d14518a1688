"""Under the hood: what was said on the wire, beside the page it belongs to."""

import re

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from provisioning import clock, tasks
from provisioning.models import ProviderAccount, ProviderCall, User
from provisioning.sandbox.models import Rule
from provisioning.templatetags.wire import document_lines
from reminders.config.environment import Environment
from tests.make import make_account, make_practice
from tests.provisioning.owner import Owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Owner:
    owner = Owner()
    owner.registers()
    return owner


def page_of(owner: Owner) -> str:
    return owner.client.get(reverse("wizard_page", args=["email"])).content.decode()


def news(owner: Owner, after: int | str):
    return owner.client.get(reverse("wire_news"), {"after": after})


def test_it_says_who_asked_from_where_and_what_came_back(owner):
    owner.presses("email", "check")
    html = page_of(owner)
    newest = html[html.index('class="wire"') :]
    newest = newest[: newest.index("</details>")]
    assert "authenticate_user" in newest
    assert str(owner.user) in newest
    assert "provisioning/steps/activation.py check_email" in newest
    assert "provisioning/clickatell/connect/account.py authenticate" in newest
    assert "HTTP 200" in newest
    assert re.search(r"\d+ ms", newest)
    assert f'href="{reverse("error_codes")}#c103"' in newest
    assert "has not been opened yet" in newest
    assert "Try again" not in newest, "This code is an answer here and no fault."
    assert '<span class="t-mask">[hidden]</span>' in newest


def test_it_says_when_a_refused_call_may_be_tried_again(owner):
    Rule.objects.create(action="authenticate_user", kind="answer", code="999")
    owner.presses("email", "check")
    assert "Try again: ask first, then again." in page_of(owner)


def test_it_tells_the_watcher_from_a_person(owner):
    tasks.watch_accounts()
    assert "Frontdesk, by itself" in page_of(owner)


def test_it_shows_a_code_that_nobody_knows_with_its_number_and_text(owner):
    ProviderCall.objects.create(
        account=owner.account,
        api="connect",
        action="authenticate_user",
        codes="777",
        outcome="refused",
        response="<a><Error>777</Error><Description>Odd thing</Description></a>",
        started_at=clock.now(),
    )
    html = page_of(owner)
    assert "777" in html
    assert "Odd thing" in html
    assert "an error that we do not know" in html
    assert "#c777" not in html


def test_the_watchers_calls_come_in_by_themselves(owner):
    html = page_of(owner)
    after = re.search(r"hood/\?after=(\d+)", html)[1]
    assert news(owner, after).status_code == 204
    tasks.watch_accounts()
    part = news(owner, after).content.decode()
    newest = ProviderCall.objects.latest("pk").pk
    assert f"hood/?after={newest}" in part
    assert part.count('<details class="wire"') == 1
    assert "authenticate_user" in part
    assert news(owner, newest).status_code == 204


def test_it_waits_for_a_call_that_is_under_way(owner):
    after = ProviderCall.objects.latest("pk").pk
    for outcome in ("pending", "answered"):
        owner.account.calls.create(
            api="connect", action=outcome, outcome=outcome, started_at=clock.now()
        )
    assert news(owner, after).status_code == 204
    ProviderCall.objects.filter(outcome="pending").update(outcome="unknown")
    html = news(owner, after).content.decode()
    assert html.index(">answered</span>") < html.index(">pending</span>")


def test_it_polls_only_on_pages_that_wait(owner):
    assert "hood/?after=" in page_of(owner)
    owner.clicks_the_link()
    owner.presses("email", "check")
    html = owner.client.get(reverse("wizard_page", args=["mobile"])).content.decode()
    assert "data-hood" in html
    assert "hood/?after=" not in html


@pytest.mark.parametrize("after", ["", "x", "-1", "\x00", "9" * 30, "9" * 5000, "٣"])
def test_it_knows_no_news_after_nonsense(owner, after):
    assert news(owner, after).status_code == 404


def test_it_shows_nothing_of_another_practice(owner):
    other = make_account(make_practice())
    other.calls.create(api="connect", action="theirs", started_at=clock.now())
    assert news(owner, 0).status_code == 200
    assert "theirs" not in news(owner, 0).content.decode()


@pytest.mark.parametrize(
    ("setting", "staff", "shown"),
    [
        ("owners", False, True),
        ("operators", False, False),
        ("operators", True, True),
        ("nobody", True, False),
    ],
)
def test_it_is_shown_to_whom_the_setting_says(owner, settings, setting, staff, shown):
    settings.WIRE_PANEL = setting
    User.objects.update(is_staff=staff)
    assert ("data-hood" in page_of(owner)) is shown
    assert (news(owner, 0).status_code == 200) is shown
    account = owner.client.get(reverse("account")).content.decode()
    assert ("data-hood" in account) is shown


def test_the_setting_is_one_of_three(monkeypatch):
    monkeypatch.setenv("WIRE_PANEL", "everybody")
    with pytest.raises(ImproperlyConfigured, match="OWNERS, OPERATORS, NOBODY"):
        Environment().one_of(
            "WIRE_PANEL", ("OWNERS", "OPERATORS", "NOBODY"), default="owners"
        )


# --- Documents -----------------------------------------------------------------------


def test_it_lays_json_out_as_well():
    shown = document_lines('{"content": "[12 characters]", "to": ["1"], "n": 1}')
    assert '\n  <span class="t-tag">&quot;content&quot;</span>: ' in shown
    assert '<span class="t-mask">[12 characters]</span>' in shown
    assert '<span class="t-text">1</span>' in shown


def test_it_escapes_json_and_shows_what_is_cut_short():
    assert "<b>" not in document_lines('{"a": "<b>"}')
    assert "<b>" not in document_lines('{"a": "<b>')
    assert "t-tag" in document_lines('{"a": "x", "b": "cut')


def test_it_reads_xml_as_before():
    assert "t-tag" in document_lines("<a><b>text</b></a>")
    assert "Bad Gateway" in document_lines("502 Bad Gateway")


def test_it_counts_the_row_before_the_call_is_made(owner):
    Rule.objects.create(action="authenticate_user", kind="silent")
    owner.presses("email", "check")
    assert ProviderAccount.objects.get().calls.latest("pk").outcome == "unknown"
    assert "Unknown" in page_of(owner)
