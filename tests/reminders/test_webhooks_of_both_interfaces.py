"""One address for every account a practice has had: read by what was posted to it.

Whoever changes from one of the provider's interfaces to the other still gets the late
answers of the old account's number, and a STOP among them counts.
"""

import json
from base64 import b64encode
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from provisioning import steps
from provisioning.models import Interface, ProviderAccount, ProviderCall, Stage
from provisioning.stages import Event, advance
from reminders import webhooks
from reminders.models import Message, Receipt
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW
PATIENT = "12125550123"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def at_now(monkeypatch):
    monkeypatch.setattr(webhooks, "now", lambda: NOW)


def has_a_key(practice) -> ProviderAccount:
    """Make an account whose key was accepted, with its number."""
    account = make.make_account(practice, Stage.DRAFT)
    facts = {"interface": Interface.ONE_API, "api_key": "key", "username": ""}
    advance(account, Event.KEY_ACCEPTED, now=NOW, by=None, **facts)
    make.make_line(account)
    return account


def lets_go(account: ProviderAccount) -> None:
    assert steps.disconnect(
        account, by=make.make_member(account.practice).user, now=NOW
    )


def form(api_id: str) -> str:
    return urlencode(
        {
            "api_id": api_id,
            "moMsgId": "mo-1",
            "from": PATIENT,
            "to": "14155550142",
            "timestamp": "2026-03-02 17:00:00",
            "text": "STOP",
        }
    )


def document(text: str = "STOP") -> str:
    event = {
        "channel": "sms",
        "messageId": "mo-2",
        "from": PATIENT,
        "to": "14155550142",
        "timestamp": 1772463600000,
        "content": text,
    }
    return json.dumps({"integrationId": "i", "event": {"moText": [event]}})


def posts(
    account: ProviderAccount, body: str, content_type: str, **headers: str
) -> int:
    address = reverse("inbound_hook", args=[account.hook_secret])
    answer = Client().generic("POST", address, body, content_type, headers=headers)
    return answer.status_code


def pair(account: ProviderAccount) -> str:
    plain = f"{account.HOOK_USER}:{account.hook_password}".encode()
    return f"Basic {b64encode(plain).decode()}"


def changes_to_key(practice) -> tuple[ProviderAccount, str]:
    """Change from Connect to One API; the account and its former connection."""
    account = make.make_account(practice)
    make.make_line(account)
    former = account.api_id
    lets_go(account)
    facts = {"interface": Interface.ONE_API, "api_key": "key"}
    advance(account, Event.KEY_ACCEPTED, now=NOW, by=None, **facts)
    return account, former


def test_a_stop_to_the_old_number_counts_after_a_change_to_one_api():
    account, former = changes_to_key(make.make_practice())
    assert posts(account, form(former), FORM, Authorization=pair(account)) == 200
    assert Message.objects.get().body == "STOP"
    (call,) = ProviderCall.objects.filter(action="inbound text")
    assert "momsgid=mo-1" in call.request
    assert PATIENT not in call.request
    # And those of the present account as well.
    assert posts(account, document(), "application/json") == 200
    assert Message.objects.count() == 2


def test_a_report_on_a_text_of_the_old_account_counts_after_the_change():
    practice = make.make_practice()
    account, former = changes_to_key(practice)
    text = make.make_message(
        make.make_phone(practice), state=Message.State.UNKNOWN, client_id="c1"
    )
    fields = {"api_id": former, "apiMsgId": "p1", "cliMsgId": "c1", "status": "004"}
    answer = Client().generic(
        "POST",
        reverse("receipt_hook", args=[account.hook_secret]),
        urlencode({**fields, "timestamp": "1772463600"}),
        FORM,
        headers={"Authorization": pair(account)},
    )
    assert answer.status_code == 200
    text.refresh_from_db()
    assert text.state == Message.State.DELIVERED
    assert Receipt.objects.get().message == text


@pytest.mark.parametrize("content_type", ["application/json", FORM, ""])
def test_a_stop_to_the_old_number_counts_after_a_change_from_one_api(content_type):
    account = has_a_key(make.make_practice())
    lets_go(account)
    assert account.interface == Interface.CONNECT
    advance(account, Event.REGISTERED, now=NOW, by=None, username="next")
    assert posts(account, document(), content_type) == 200
    assert Message.objects.get().body == "STOP"


def test_fields_need_the_pair_whatever_the_account_is_now():
    account, former = changes_to_key(make.make_practice())
    assert posts(account, form(former), FORM) == 401
    assert posts(account, form(former), FORM, Authorization="Basic eDp5") == 401
    assert not Message.objects.exists()


def test_fields_of_a_connection_that_was_never_ours_are_refused():
    account, _former = changes_to_key(make.make_practice())
    assert posts(account, form("999"), FORM, Authorization=pair(account)) == 400


def test_a_document_needs_the_pair_where_nobody_has_had_a_key():
    account = make.make_account(make.make_practice())
    assert posts(account, document(), "application/json") == 401
    assert not Message.objects.exists()


def test_a_probe_is_answered_as_the_present_account_is():
    account = has_a_key(make.make_practice())
    assert posts(account, "", "application/json") == 200
    lets_go(account)
    assert posts(account, "", "application/json") == 401


def test_a_text_to_the_old_number_is_no_number_of_the_new_account():
    account = has_a_key(make.make_practice())
    lets_go(account)
    ProviderAccount.objects.update(
        stage=Stage.CONNECTED, username="next", api_id="1", mobile_number=f"+{PATIENT}"
    )
    assert posts(account, document("hello"), "application/json") == 200
    account.refresh_from_db()
    assert account.seen_number == ""
    assert Message.objects.get().body == "hello"
