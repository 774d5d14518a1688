"""The One API client: what it says, what it reads, and whom it does not trust."""

import json
from decimal import Decimal
from typing import Any

import pytest

from provisioning.exchange.family import (
    NotAllowed,
    ProviderError,
    Refused,
    Unavailable,
    Unknown,
)
from provisioning.oneapi import messaging
from provisioning.oneapi.errors import CODES, STATUSES, read_fault, status_of
from provisioning.oneapi.types import Balance, TextOrder
from tests.provisioning.clickatell.provider import recorded

from .conftest import KEY, with_status

pytestmark = pytest.mark.real_http

ANN, BOB = "12025550100", "12025550101"


def order(client_id: str = "r1", to: str = ANN, text: str = "Visit 10:30") -> TextOrder:
    return TextOrder(client_id, to, "12025550111", text)


def answer(*messages: Any, **rest: Any) -> bytes:
    return json.dumps({"messages": messages, "error": None, **rest}).encode()


def accepted(to: Any = ANN, **rest: Any) -> dict[str, Any]:
    return {"apiMessageId": "a" * 32, "accepted": True, "to": to, "error": None, **rest}


# --- Sending --------------------------------------------------------------------------


def test_it_sends_texts_and_matches_the_answers(api, platform):
    platform.answers_with(with_status(207, recorded("oneapi/message_207.json")))
    first, second = api.send([order("r1", ANN, "Sí ✓"), order("r2", BOB)])
    assert (first.message_id, first.fault) == ("fd496adebb6e422587368077937cfb5d", None)
    assert (second.client_id, second.message_id) == ("r2", "")
    assert second.fault
    assert second.fault.code == "25"

    heard = platform.heard[0]
    assert heard.path == "/v1/message"
    assert heard.headers["Authorization"] == KEY
    assert heard.headers["Content-Type"] == "application/json"
    assert json.loads(heard.body)["messages"][0] == {
        "channel": "sms",
        "to": ANN,
        "from": "12025550111",
        "content": "Sí ✓",
        "clientMessageId": "r1",
    }


def test_it_says_nothing_where_there_is_nothing_to_send(api, platform):
    assert api.send([]) == []
    assert not platform.heard


@pytest.mark.parametrize(
    "orders",
    [
        [order(f"r{n}") for n in range(101)],
        [order("r1"), order("r1")],
        [order("")],
        [order("r-1")],
        [order("r" * 33)],
    ],
    ids=["too many", "twice", "none", "a sign", "too long"],
)
def test_it_refuses_orders_before_the_wire(api, platform, orders):
    with pytest.raises(ValueError, match=r"client_id|limit"):
        api.send(orders)
    assert not platform.heard
    messaging.check(order())


@pytest.mark.parametrize(
    "doubtful",
    [
        accepted(to=BOB),
        accepted(to=7),
        accepted(accepted="yes"),
        accepted(apiMessageId=7),
        accepted(apiMessageId="x y"),
        accepted(error={"code": 25}),
        {**accepted(), "accepted": False},
        {"accepted": False, "to": ANN, "error": None},
        {"accepted": False, "to": ANN, "error": {"code": 25}, "apiMessageId": "a"},
        "accepted",
    ],
)
def test_it_leaves_out_what_the_answer_is_unclear_about(api, platform, doubtful):
    platform.answers_with(answer(doubtful, accepted(BOB)))
    (sure,) = api.send([order("r1", ANN), order("r2", BOB)])
    assert sure.client_id == "r2"


@pytest.mark.parametrize(
    "document",
    [
        answer(accepted(), accepted()),
        answer(),
        b'{"messages": null, "error": null}',
        b"[]",
        b"",
        b"<html>502</html>",
        b'{"messages": [NaN]}',
        b"[" * 100_000,
        b'{"a":' * 50 + b"1" + b"}" * 50,
        "caf\xe9".encode("latin-1"),
    ],
    ids=str,
)
def test_it_knows_nothing_where_it_cannot_read_the_answer(api, platform, document):
    platform.answers_with(document)
    with pytest.raises(Unavailable) as caught:
        api.send([order()])
    assert caught.value.maybe_done


def test_it_takes_a_plain_sentence_for_a_fault_without_a_code(api, platform):
    said = {"accepted": False, "to": f"+{ANN}", "error": "FROM is not related"}
    platform.answers_with(answer(said))
    (only,) = api.send([order()])
    assert only.fault
    assert only.fault.code == ""
    assert "FROM" not in only.fault.label


@pytest.mark.parametrize("code", CODES)
def test_it_turns_the_code_of_a_refused_call_into_its_error(api, platform, code):
    body = json.dumps({"error": {"code": int(code), "description": ANN}}).encode()
    platform.answers_with(with_status(400, body))
    with pytest.raises(CODES[code].kind) as caught:
        api.send([order()])
    assert caught.value.codes == (code,)
    assert caught.value.maybe_done is CODES[code].maybe_done
    assert caught.value.problems[0].sentence == CODES[code].sentence
    assert ANN not in str(caught.value)


def test_it_keeps_the_number_of_a_code_it_does_not_know(api, platform):
    platform.answers_with(with_status(400, b'{"error":{"code":777}}'))
    with pytest.raises(Unknown) as caught:
        api.send([order()])
    assert caught.value.problems[0].code == "777"


def test_it_refuses_a_wrong_key(api, platform):
    platform.answers_with(with_status(401, recorded("oneapi/key_401.json")))
    with pytest.raises(Refused) as caught:
        api.balance()
    assert caught.value.field == "api_key"


def test_it_follows_no_redirect(api, platform):
    platform.answers_with(with_status(302, b"{}"))
    with pytest.raises(ProviderError):
        api.send([order()])
    assert len(platform.heard) == 1


# --- Asking ---------------------------------------------------------------------------


def test_it_reads_a_status(api, platform):
    platform.answers_with(recorded("oneapi/status.json"))
    assert api.status("a" * 32) == "QUEUED"
    assert platform.heard[0].path == f"/v1/message/{'a' * 32}"
    assert platform.heard[0].body == b""


def test_it_reads_the_balance(api, platform):
    platform.answers_with(recorded("oneapi/balance.json"))
    assert api.balance() == Balance(Decimal("12.34"), "USD")


@pytest.mark.parametrize(
    "document",
    [
        b'{"currency":"USD","balance":"12"}',
        b'{"currency":"USD","balance":true}',
        b'{"currency":"USD","balance":1e12}',
        b'{"currency":"USD","balance":Infinity}',
        b'{"currency":"dollars","balance":12}',
        b'{"currency":true,"balance":12}',
        b'{"currency":99999999999999999,"balance":12}',
        b'{"balance":12}',
        b'{"sms":7}',
    ],
)
def test_it_believes_no_balance_that_is_none(api, platform, document):
    platform.answers_with(document)
    with pytest.raises(Unavailable):
        api.balance()


def test_it_repeats_a_question_and_no_order(api, platform):
    def hangs_up(handler):
        handler.connection.close()

    platform.answers_with(hangs_up)
    with pytest.raises(Unavailable):
        api.send([order()])
    assert len(platform.heard) == 1


# --- The wire log ---------------------------------------------------------------------


def test_it_logs_no_key_no_number_and_no_text(api, platform, log):
    platform.answers_with(with_status(207, recorded("oneapi/message_207.json")))
    api.send([order("r1", ANN, "I am ill"), order("r2", BOB)])
    call = log.calls[0]
    assert (call.api, call.action, call.outcome) == (
        "one_api",
        "v1/message",
        "answered",
    )
    assert call.http_status == 207
    kept = f"{call.address} {call.request} {call.response}"
    for secret in (KEY, ANN, BOB, "I am ill"):
        assert secret not in kept
    assert "[8 characters]" in call.request
    assert "**" in call.request


def test_it_logs_the_code_of_a_refusal(api, platform, log):
    platform.answers_with(with_status(401, recorded("oneapi/key_401.json")))
    with pytest.raises(Refused):
        api.balance()
    assert log.calls[0].codes == ("1",)
    assert log.calls[0].request == ""
    assert log.calls[0].outcome == "refused"


# --- Tables ---------------------------------------------------------------------------

DOCUMENTED = {
    *("1", "2", "3", "7"),
    *(str(n) for n in range(18, 29)),
    *(str(n) for n in range(30, 34)),
    *(str(n) for n in range(38, 47)),
    *("100", "101", "110", "111"),
}


def test_every_documented_code_is_mapped_and_none_more():
    assert set(CODES) == DOCUMENTED
    for code in CODES.values():
        assert code.sentence.endswith(".")
        assert code.remedy.endswith(".")
        assert code.label
    assert CODES["7"].kind is NotAllowed


def test_every_documented_status_is_mapped():
    numbers = {*range(1, 7), *range(20, 30), 60, 61, *range(80, 86), 100}
    assert set(STATUSES) == {str(number) for number in numbers}
    assert status_of("5").state == "delivered"
    assert (status_of("130").state, status_of("130").final) == ("unknown", False)


def test_a_fault_says_what_to_do_with_the_text():
    assert read_fault("26").retry == "never"
    assert read_fault("20").retry == "after_change"
    assert read_fault("18").entry.maybe_done
