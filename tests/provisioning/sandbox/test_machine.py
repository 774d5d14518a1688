"""Pages for programs."""

import json
from typing import Any

import pytest

from provisioning.sandbox import clock, network
from provisioning.sandbox.models import ApiConnection, Rule

from . import customer

pytestmark = pytest.mark.django_db


def state() -> dict[str, Any]:
    known: dict[str, Any] = json.loads(
        customer.ask("GET", "/switchboard/state.json").content
    )
    return known


def set_rule(**wanted: object):
    body = json.dumps(wanted)
    return customer.ask("POST", "/switchboard/rules", body, "application/json")


def test_it_tells_all_it_knows():
    customer.ready()
    customer.sent(cliMsgId="abc")
    network.answer(customer.PHONE, "12025550111", "C", clock.now())
    customer.captcha()
    known = state()
    account = known["accounts"][0]
    assert account["state"] == "SMS-ACTIVE"
    assert (account["number"], account["api_ids"]) == ("12025550111", [3407892])
    assert account["credit"] == "509.000"
    assert known["captchas"][0]["state"] == "open"
    assert len(known["captchas"][0]["code"]) == 4
    assert known["mails"][0]["link"].startswith("http://sandbox.test/activate/")
    assert known["numbers"][0]["reply_url"] == "http://app.test/m/"
    assert [text["text"] for text in known["texts"][:2]] == ["C", "Visit 10:30"]
    assert {job["kind"] for job in known["jobs"]} == {"receipt", "inbound"}
    assert known["switches"] == {"receipt_seconds": 1.0, "strict_buying": True}


def test_it_shows_the_activation_code():
    account = customer.email_active()
    customer.connect("send_activation_sms", **customer.ANN)
    account.refresh_from_db()
    assert state()["accounts"][0]["sms_code"] == account.sms_code != ""


def test_it_shows_how_near_the_locks_are():
    customer.email_active()
    wrong = {**customer.ANN, "password": "wrong1"}
    customer.connect("authenticate_user", **wrong)
    known = state()
    assert known["accounts"][0]["auth_failures"] == 1
    assert known["source_addresses"] == [{"address": "127.0.0.1", "auth_failures": 1}]


def test_it_tells_of_connections_also_of_deleted_ones():
    customer.ready(api_description="Reminders")
    connection = ApiConnection.objects.get()
    account = state()["accounts"][0]
    assert account["connections"][0]["description"] == "Reminders"
    assert account["connections"][0]["callback_url"] == "http://app.test/s/"
    connection.retire(clock.now())
    account = state()["accounts"][0]
    assert account["api_ids"] == []
    assert account["connections"][0]["api_id"] == connection.api_id
    assert account["connections"][0]["deleted_at"] is not None


def test_it_adds_and_clears_rules():
    answer = set_rule(action="register", kind="answer", code="439", times=2)
    added = json.loads(answer.content)["rules"][0]
    assert (added["action"], added["code"], added["times"]) == ("register", "439", 2)
    set_rule(action="any", kind="slow", seconds=0.5, times=None)
    assert len(state()["rules"]) == 2
    set_rule(clear=added["id"])
    assert Rule.objects.get().kind == "slow"
    set_rule(clear="all")
    assert state()["rules"] == []


def test_it_adds_a_rule_for_one_account():
    set_rule(action="register", kind="huge", user="ann@example.org")
    set_rule(action="register", kind="misencoded", user=None)
    first, second = state()["rules"]
    assert (first["kind"], first["user"]) == ("huge", "ann@example.org")
    assert (second["kind"], second["user"]) == ("misencoded", "")


@pytest.mark.parametrize(
    "wanted",
    [{}, {"action": "any"}, {"action": "any", "kind": "bang"}, {"clear": "some"}],
)
def test_it_refuses_rules_it_does_not_understand(wanted):
    answer = set_rule(**wanted)
    assert answer.status_code == 400
    assert "error" in json.loads(answer.content)


def test_it_refuses_what_is_no_json():
    answer = customer.ask("POST", "/switchboard/rules", "hello", "application/json")
    assert answer.status_code == 400


def test_it_serves_the_terms():
    answer = customer.ask("GET", "/sdk/terms.txt")
    assert answer["Content-Type"].startswith("text/plain")
    assert b"Nothing here is real" in answer.content
