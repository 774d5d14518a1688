"""One API as a customer meets it: keys, messages, statuses, callbacks, and the portal."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import resolve

from provisioning.sandbox import behaviour, callbacks, clock, network
from provisioning.sandbox.models import Handset, Integration, Text
from provisioning.sandbox.platform import tables

from . import customer
from .customer import PHONE, recorded

pytestmark = pytest.mark.django_db

NUMBER = "14155550111"


@pytest.fixture
def integration() -> Integration:
    return Integration.objects.create(
        name="practice",
        digits=NUMBER,
        created_at=clock.now(),
        status_url="http://app.test/s/",
        inbound_url="http://app.test/m/",
    )


def asks(key: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """The HTTP status and the document that a call is answered with."""
    request = RequestFactory().generic(
        method,
        path,
        body if isinstance(body, str) else json.dumps(body),
        "application/json",
        headers={"Authorization": key},
        SERVER_NAME="sandbox.test",
    )
    view, args, kwargs = resolve(request.path_info)
    answer = view(request, *args, **kwargs)
    return answer.status_code, json.loads(answer.content)


def sends(integration: Integration, **changes: Any) -> tuple[int, Any]:
    message = {
        "channel": "sms",
        "to": PHONE,
        "from": NUMBER,
        "content": "Visit 10:30",
        "clientMessageId": "r1",
        **changes,
    }
    return asks(integration.api_key, "POST", "/v1/message", {"messages": [message]})


def refused(answer: tuple[int, Any]) -> int:
    """The code of the only message's refusal."""
    status, document = answer
    assert status == 207
    (message,) = document["messages"]
    assert message["accepted"] is False
    assert "apiMessageId" not in message
    return int(message["error"]["code"])


# --- Messages -------------------------------------------------------------------------


def test_it_accepts_a_message_and_sets_it_on_its_way(integration):
    status, document = sends(integration)
    assert status == 202
    (message,) = document["messages"]
    text = Text.objects.get()
    assert message == {
        "apiMessageId": text.message_id,
        "accepted": True,
        "to": PHONE,
        "error": None,
    }
    assert document["error"] is None
    integration.refresh_from_db()
    assert integration.balance == Decimal("9.95")

    path = f"/v1/message/{text.message_id}"
    status, document = asks(integration.api_key, "GET", path)
    assert (status, document["sms"]["status"]) == (200, "SENT_TO_SUPPLIER")
    network.advance(clock.now() + timedelta(minutes=1))
    assert asks(integration.api_key, "GET", path)[1]["sms"]["status"] == "DEVICE_ACK"


def test_it_answers_like_the_recorded_answers(integration):
    Integration.objects.update(digits="12025550111")
    asked = recorded("oneapi/message.request.json")
    status, document = asks(integration.api_key, "POST", "/v1/message", asked)
    wanted = json.loads(recorded("oneapi/message_207.json"))
    wanted["messages"][0]["apiMessageId"] = Text.objects.get().message_id
    assert (status, document) == (207, wanted)
    wrong = asks("wrong", "POST", "/v1/message", asked)
    assert wrong == (401, json.loads(recorded("oneapi/key_401.json")))


def test_it_posts_like_the_recorded_callbacks(integration, receiver):
    sends(integration)
    network.answer(PHONE, NUMBER, "YES", clock.now())
    deliver()
    posted = {
        kind: document
        for document in (json.loads(request.body) for request in receiver.got)
        for kind in document["event"]
    }
    for kind, name in (("messageStatusUpdate", "status_update"), ("moText", "mo_text")):
        sample = json.loads(recorded(f"oneapi/{name}.json"))
        assert posted[kind].keys() == sample.keys()
        assert posted[kind]["event"][kind][0].keys() == sample["event"][kind][0].keys()


def test_it_answers_207_where_one_of_two_is_refused(integration):
    good = {"to": PHONE, "from": NUMBER, "content": "Visit 10:30"}
    body = {"messages": [good, {**good, "to": "abc"}]}
    status, document = asks(integration.api_key, "POST", "/v1/message", body)
    assert status == 207
    assert [each["accepted"] for each in document["messages"]] == [True, False]
    assert document["messages"][1]["error"] == {
        "code": 25,
        "description": "Invalid recipient address: abc",
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": 7}, 25),
        ({"to": "+"}, 25),
        ({"to": "14155550198"}, 27),
        ({"from": None}, 110),
        ({"from": "14155550199"}, 45),
        ({"content": ""}, 23),
        ({"content": "x" * 2000}, 100),
        ({"clientMessageId": "x" * 33}, 23),
        ({"channel": "whatsapp"}, 38),
    ],
)
def test_it_refuses_a_message_with_its_code(integration, changes, code):
    assert refused(sends(integration, **changes)) == code


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({"is_suspended": True}, 44),
        ({"has_stop_commands": False}, 111),
        ({"balance": "0.01"}, 20),
    ],
)
def test_it_refuses_messages_in_a_state_of_the_integration(integration, state, code):
    Integration.objects.update(**state)
    assert refused(sends(integration)) == code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", 21),
        ("[]", 21),
        ("[" * 100_000, 21),
        ("{}", 21),
        ('{"messages": []}', 21),
        ('{"messages": 7}', 21),
        (json.dumps({"messages": [{}] * 201}), 22),
    ],
)
def test_it_refuses_a_request_with_its_code(integration, body, code):
    status, document = asks(integration.api_key, "POST", "/v1/message", body)
    assert (status, document["error"]["code"]) == (400, code)


def test_it_knows_its_callers_by_their_key(integration):
    status, document = asks("wrong", "GET", "/v1/balance")
    assert (status, document["error"]["code"]) == (401, 1)
    Integration.objects.update(is_active=False)
    status, document = asks(integration.api_key, "GET", "/v1/balance")
    assert (status, document["error"]["code"]) == (400, 3)


def test_it_tells_the_balance(integration):
    status, document = asks(integration.api_key, "GET", "/v1/balance")
    assert (status, document) == (200, {"currency": "USD", "balance": 10.0})


def test_it_refuses_the_wrong_method_and_the_unknown_message(integration):
    status, document = asks(integration.api_key, "GET", "/v1/message")
    assert (status, document["error"]["code"]) == (400, 42)
    status, document = asks(integration.api_key, "GET", "/v1/message/0123")
    assert (status, document["error"]["code"]) == (400, 41)


def test_it_refuses_the_whole_request_without_any_money(integration):
    Integration.objects.update(balance=0)
    status, document = sends(integration)
    assert (status, document["error"]["code"]) == (402, 20)
    Integration.objects.update(balance="0.07")
    message = {"to": PHONE, "from": NUMBER, "content": "Visit 10:30"}
    body = {"messages": [message, message]}
    status, document = asks(integration.api_key, "POST", "/v1/message", body)
    first, second = document["messages"]
    assert (status, first["accepted"], second["error"]["code"]) == (207, True, 20)


@pytest.mark.parametrize("code", tables.ERRORS)
def test_it_answers_with_any_code_that_the_switchboard_names(integration, code):
    behaviour.add_rule(
        action="v1/message", kind="answer", code=code, seconds=0, times=1
    )
    status, document = sends(integration)
    if code in tables.OF_ONE_MESSAGE:
        assert refused((status, document)) == int(code)
    else:
        wanted = {"1": 401, "7": 401, "18": 500, "19": 503, "20": 402}
        assert status == wanted.get(code, 400)
        assert document["error"]["code"] == int(code)
    assert sends(integration)[0] == 202


def test_it_obeys_rules_for_one_integration(integration):
    rule = {"kind": "answer", "code": "46", "seconds": 0, "times": None}
    behaviour.add_rule(action="any", user="Practice", **rule)
    other = Integration.objects.create(
        name="other", digits="14155550118", created_at=clock.now()
    )
    status, document = asks(integration.api_key, "GET", "/v1/balance")
    assert (status, document["error"]["code"]) == (400, 46)
    assert asks(other.api_key, "GET", "/v1/balance")[0] == 200


def test_it_refuses_by_rule_what_is_no_message_at_all(integration):
    behaviour.add_rule(
        action="v1/message", kind="answer", code="26", seconds=0, times=1
    )
    body = {"messages": [7]}
    status, document = asks(integration.api_key, "POST", "/v1/message", body)
    assert status == 207
    assert document["messages"][0]["to"] is None


def test_it_does_the_work_and_hangs_up(integration):
    behaviour.add_rule(action="v1/message", kind="lost", code="", seconds=0, times=1)
    request = RequestFactory().post(
        "/v1/message",
        json.dumps({"messages": [{"to": PHONE, "from": NUMBER, "content": "x"}]}),
        "application/json",
        headers={"Authorization": integration.api_key},
    )
    view, args, kwargs = resolve(request.path_info)
    assert view(request, *args, **kwargs).has_header(behaviour.HANG_UP)
    assert Text.objects.count() == 1


# --- Callbacks ------------------------------------------------------------------------


def deliver(**later: float) -> None:
    callbacks.deliver_due(clock.now() + timedelta(**later))


def test_it_posts_each_status_as_json(integration, receiver):
    sends(integration)
    deliver(minutes=1)
    deliver(minutes=1)
    events = [json.loads(request.body)["event"] for request in receiver.got]
    updates = [event["messageStatusUpdate"][0] for event in events]
    assert [(u["statusCode"], u["status"]) for u in updates] == [
        (4, "SENT_TO_SUPPLIER"),
        (5, "DEVICE_ACK"),
    ]
    assert {u["clientMessageId"] for u in updates} == {"r1"}
    assert {u["messageId"] for u in updates} == {Text.objects.get().message_id}
    (kind,) = {request.headers["Content-Type"] for request in receiver.got}
    assert kind == "application/json"


@pytest.mark.parametrize(
    ("recipient", "status"), [("14155550199", 23), ("14155550123", 20)]
)
def test_it_tells_of_texts_that_do_not_arrive(integration, receiver, recipient, status):
    Handset.objects.switch("14155550123", off=True)
    sends(integration, to=recipient)
    deliver(days=2)
    deliver(days=2)
    last = json.loads(receiver.got[-1].body)
    assert last["event"]["messageStatusUpdate"][0]["statusCode"] == status


def test_it_hands_a_long_answer_on_in_one_piece(integration, receiver):
    body = "Sí, mañana 👍 " + "y " * 200
    network.answer(PHONE, NUMBER, body, clock.now())
    deliver()
    posted = json.loads(receiver.got[0].body)
    assert posted["integrationName"] == "practice"
    (text,) = posted["event"]["moText"]
    assert (text["from"], text["to"], text["content"]) == (PHONE, NUMBER, body)
    assert text["timestamp"] > 1_700_000_000_000


def test_it_stops_at_a_stop_word_and_lets_one_confirmation_pass(integration):
    network.answer(PHONE, NUMBER, "Stop.", clock.now())
    assert sends(integration)[0] == 202
    assert refused(sends(integration)) == 26
    network.answer(PHONE, NUMBER, "the bus stop is closed", clock.now())
    assert refused(sends(integration)) == 26
    network.answer(PHONE, NUMBER, "START", clock.now())
    assert sends(integration)[0] == 202


def test_it_hears_nothing_on_a_suspended_number(integration, receiver):
    Integration.objects.update(is_suspended=True)
    network.answer(PHONE, NUMBER, "C", clock.now())
    deliver()
    assert not receiver.got


def test_the_state_lists_integrations(integration):
    state = json.loads(customer.ask("GET", "/switchboard/state.json").content)
    assert [each["digits"] for each in state["integrations"]] == [NUMBER]
