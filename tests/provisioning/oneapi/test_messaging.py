"""The One API client: what it says, what it reads, and whom it does not trust."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provisioning.exchange.family import ProviderError, Refused, Unavailable, Unknown
from provisioning.exchange.transport import NOT_OK, Transport
from provisioning.oneapi import messaging
from provisioning.oneapi.errors import CODES
from provisioning.oneapi.messaging import OneApi
from provisioning.oneapi.types import Balance, MessageStatus, TextAnswer, TextOrder
from tests.provisioning.provider import recorded

from .conftest import KEY, with_status

pytestmark = pytest.mark.real_http

ANN, BOB, US = "12025550100", "12025550101", "12025550111"
OF_ONE_TEXT = {"24", "25", "26", "27", "28", "100", "101"}


def order(client_id: str = "r1", to: str = ANN, text: str = "Visit 10:30") -> TextOrder:
    return TextOrder(client_id, to, US, text)


def answer(*messages: Any, **rest: Any) -> bytes:
    return json.dumps({"messages": messages, "error": None, **rest}).encode()


def accepted(to: Any = ANN, **rest: Any) -> dict[str, Any]:
    known = {"accepted": True, "to": to, "error": None, **rest}
    return {"apiMessageId": f"a{to}", **known}


def refused(to: str = ANN, code: Any = 25) -> dict[str, Any]:
    return {"accepted": False, "to": to, "error": {"code": code}}


# --- Sending --------------------------------------------------------------------------


def test_it_sends_texts_and_matches_the_answers(api, platform):
    platform.answers_with(with_status(207, recorded("oneapi/message_207.json")))
    first, second = api.send([order(), TextOrder("r2", "abc", "", "x")])
    assert first == TextAnswer("r1", "fd496adebb6e422587368077937cfb5d")
    assert (second.client_id, second.message_id) == ("r2", "")
    assert second.fault.code == "25"
    assert second.fault.field == "to"

    heard = platform.heard[0]
    assert (heard.method, heard.path) == ("POST", "/v1/message")
    assert heard.body == recorded("oneapi/message.request.json")
    assert heard.headers["Authorization"] == KEY
    assert heard.headers["Content-Type"] == "application/json"
    assert heard.headers["Accept"] == "application/json"


def test_it_writes_every_character_a_phone_knows(api, platform):
    platform.answers_with(answer(accepted()))
    api.send([order(text='Sí "✓" \\ \n\0\U0001f44d')])
    (message,) = json.loads(platform.heard[0].body)["messages"]
    assert message["content"] == 'Sí "✓" \\ \n\0\U0001f44d'


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
        [order(text="ill \ud83d")],
    ],
    ids=["too many", "twice", "none", "a sign", "too long", "half a character"],
)
def test_it_refuses_orders_before_the_wire(api, platform, orders):
    with pytest.raises(ValueError, match=r"client_id|limit|surrogate") as caught:
        api.send(orders)
    assert "ill" not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert not platform.heard
    messaging.check(order())


def test_it_sends_a_hundred(api, platform):
    platform.answers_with(answer(*(accepted(apiMessageId=f"a{n}") for n in range(100))))
    answers = api.send([order(f"r{n}") for n in range(100)])
    assert [each.message_id for each in answers] == [f"a{n}" for n in range(100)]


@pytest.mark.parametrize(
    "doubtful",
    [
        accepted(to=BOB),
        accepted(to=7),
        accepted(to=None),
        accepted(accepted="yes"),
        accepted(accepted=None),
        accepted(apiMessageId=7),
        accepted(apiMessageId="x y"),
        accepted(apiMessageId=None),
        accepted(apiMessageId=f"a{BOB}") | {"to": ANN, "accepted": False},
        accepted(error={"code": 25}),
        accepted(error=[]),
        accepted(error={}),
        refused(code="x"),
        refused(code=None),
        {**refused(), "error": None},
        {**refused(), "apiMessageId": "a"},
        "accepted",
        None,
    ],
)
def test_it_leaves_out_what_the_answer_is_unclear_about(api, platform, doubtful):
    platform.answers_with(answer(doubtful, accepted(BOB)))
    (sure,) = api.send([order("r1", ANN), order("r2", BOB)])
    assert sure == TextAnswer("r2", f"a{BOB}")


def test_it_leaves_out_texts_that_were_given_one_id(api, platform):
    same = {"apiMessageId": "a1"}
    platform.answers_with(answer(accepted(**same), accepted(BOB, **same)))
    assert api.send([order("r1", ANN), order("r2", BOB)]) == []


def test_it_leaves_out_what_is_accepted_under_a_status_that_refuses(api, platform):
    platform.answers_with(with_status(400, answer(accepted(), refused(BOB, 26))))
    (sure,) = api.send([order("r1", ANN), order("r2", BOB)])
    assert (sure.client_id, sure.fault.code) == ("r2", "26")


@pytest.mark.parametrize(("status", "code"), [(402, 20), (400, 25), (500, 18)])
def test_it_reads_the_refusal_of_a_single_text_by_any_status(
    api, platform, status, code
):
    platform.answers_with(with_status(status, answer(refused(code=code))))
    (only,) = api.send([order()])
    assert only.fault.code == str(code)


def test_it_reads_the_messages_beside_an_error(api, platform):
    platform.answers_with(answer(accepted(), error={"code": 43}))
    assert api.send([order()]) == [TextAnswer("r1", f"a{ANN}")]


@pytest.mark.parametrize(
    "document",
    [
        answer(accepted(), accepted()),
        answer(),
        b'{"messages": null, "error": null}',
        b'{"messages": {"a": 1}, "error": null}',
        b"[]",
        b"",
        b"<html>502</html>",
        b'{"messages": [NaN]}',
        b'{"messages": [1e99999999999999999999]}',
        b'{"messages": [' + b"9" * 5000 + b"]}",
        b"[" * 100_000,
        b'{"a":' * 500_000,
        b'{"a":' * 50 + b"1" + b"}" * 50,
        b'"' + b'\\"' * 200_000,
        b'{"messages": "' + b"x" * 1_000_000 + b'"}',
        "caf\xe9".encode("latin-1"),
    ],
    ids=lambda document: document[:30].decode("ascii", "replace"),
)
def test_it_knows_nothing_where_it_cannot_read_the_answer(api, platform, document):
    platform.answers_with(document)
    with pytest.raises(Unavailable) as caught:
        api.send([order()])
    assert caught.value.maybe_done
    assert caught.value.codes == ()


def test_it_takes_a_plain_sentence_for_a_fault_without_a_code(api, platform):
    said = {**refused(f"+{ANN}"), "error": f"FROM {US} is not related"}
    platform.answers_with(answer(said))
    (only,) = api.send([order()])
    assert only.fault.code == ""
    assert only.fault.label == "FROM *********11 is not related"


def test_it_keeps_the_words_of_a_refusal_but_no_number(api, platform):
    said = {"code": 25, "description": f"Invalid recipient address: {ANN}"}
    platform.answers_with(answer({**refused(), "error": said}))
    (only,) = api.send([order()])
    assert only.fault.label == "Invalid recipient address: *********00"


# --- Refusals of a whole call ---------------------------------------------------------


@pytest.mark.parametrize("code", [code for code in CODES if code not in OF_ONE_TEXT])
def test_it_turns_the_code_of_a_refused_call_into_its_error(api, platform, code):
    body = json.dumps({"error": {"code": int(code), "description": ANN}}).encode()
    platform.answers_with(with_status(400, body))
    with pytest.raises(CODES[code].kind) as caught:
        api.send([order("r1"), order("r2", BOB)])
    assert caught.value.codes == (code,)
    assert caught.value.maybe_done is CODES[code].maybe_done
    assert caught.value.problems[0].sentence == CODES[code].sentence
    assert ANN not in f"{caught.value} {caught.value.labels}"


@pytest.mark.parametrize("code", sorted(OF_ONE_TEXT))
def test_it_gives_a_refusal_that_speaks_of_one_text_to_no_other(api, platform, code):
    body = json.dumps({"error": {"code": int(code), "description": ""}}).encode()
    platform.answers_with(with_status(400, body), with_status(400, body))
    (only,) = api.send([order()])
    assert only.fault.code == code
    with pytest.raises(Unavailable) as caught:
        api.send([order("r1"), order("r2", BOB)])
    assert caught.value.maybe_done


@pytest.mark.parametrize(
    ("status", "maybe_done"), [(401, False), (500, True), (503, True), (202, True)]
)
def test_it_doubts_a_refusal_that_is_none_by_its_status(
    api, platform, status, maybe_done
):
    platform.answers_with(with_status(status, recorded("oneapi/key_401.json")))
    with pytest.raises(Refused) as caught:
        api.send([order()])
    assert caught.value.maybe_done is maybe_done


def test_it_keeps_the_number_of_a_code_it_does_not_know(api, platform):
    platform.answers_with(with_status(400, b'{"error":{"code":777}}'))
    with pytest.raises(Unknown) as caught:
        api.send([order()])
    assert caught.value.problems[0].code == "777"


@pytest.mark.parametrize("status", [404, 502])
def test_it_takes_a_page_on_the_way_for_no_answer(api, platform, status):
    platform.answers_with(with_status(status, b"<html>Bad gateway</html>"))
    with pytest.raises(Unavailable, match=NOT_OK) as caught:
        api.send([order()])
    assert caught.value.maybe_done


@pytest.mark.parametrize("body", [b"{}", b'{"error":null}', b'{"error":7}'])
def test_it_believes_no_refusal_without_an_error(api, platform, body):
    platform.answers_with(with_status(400, body))
    with pytest.raises(Unavailable) as caught:
        api.balance()
    assert caught.value.maybe_done


def test_it_follows_no_redirect(api, platform):
    platform.answers_with(with_status(302, answer(accepted())))
    with pytest.raises(ProviderError):
        api.send([order()])
    assert len(platform.heard) == 1


# --- Asking ---------------------------------------------------------------------------


def test_it_reads_a_status(api, platform):
    platform.answers_with(recorded("oneapi/status.json"))
    at = datetime(2017, 9, 28, 14, 8, 18, tzinfo=UTC)
    assert api.status("a" * 32) == MessageStatus("a" * 32, "2", at)
    heard = platform.heard[0]
    assert (heard.method, heard.body) == ("GET", b"")
    assert heard.path == f"/v1/message/{'a' * 32}"
    assert "Content-Type" not in heard.headers


def test_it_keeps_the_word_of_a_status_it_does_not_know(api, platform):
    platform.answers_with(b'{"sms":{"status":"LOST_AT_SEA","timestamp":1506607698000}}')
    assert api.status("a1").status == "LOST_AT_SEA"


@pytest.mark.parametrize("strange", ["", "../balance", "a?b", "a" * 65, "a\n"])
def test_it_asks_about_nothing_that_is_no_id(api, platform, strange):
    with pytest.raises(ValueError, match="message_id"):
        api.status(strange)
    assert not platform.heard


@pytest.mark.parametrize(
    "document",
    [
        b"{}",
        b'{"sms":[]}',
        b'{"sms":{"status":"QUEUED"}}',
        b'{"sms":{"status":5,"timestamp":1506607698000}}',
        b'{"sms":{"status":"QUEUED","timestamp":1}}',
    ],
)
def test_it_believes_no_status_that_is_none(api, platform, document):
    platform.answers_with(document)
    with pytest.raises(Unavailable):
        api.status("a1")


def test_it_reads_the_balance(api, platform):
    platform.answers_with(recorded("oneapi/balance.json"))
    assert api.balance() == Balance(Decimal("12.34"), "USD")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0.1", "0.1"),
        ("-3", "-3"),
        ("12.340000000000001", "12.34"),
        ("1e-999999", "0"),
        ("99999999.999999", "99999999.999999"),
    ],
)
def test_it_rounds_no_money_away_and_keeps_no_endless_one(api, platform, written, read):
    platform.answers_with(f'{{"currency":"USD","balance":{written}}}'.encode())
    assert api.balance().amount == Decimal(read)


@pytest.mark.parametrize(
    "document",
    [
        b'{"currency":"USD","balance":"12"}',
        b'{"currency":"USD","balance":true}',
        b'{"currency":"USD","balance":1e12}',
        b'{"currency":"USD","balance":-1e99999999}',
        b'{"currency":"USD","balance":100000000}',
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


def test_it_refuses_a_wrong_key(api, platform):
    platform.answers_with(with_status(401, recorded("oneapi/key_401.json")))
    with pytest.raises(Refused) as caught:
        api.balance()
    assert caught.value.field == "api_key"


@pytest.mark.parametrize("key", ["a b", "a\r\nX-Other: b", "ключ", "x" * 201])
def test_it_takes_no_key_that_cannot_travel(platform, key):
    with pytest.raises(ValueError, match="API key") as caught:
        OneApi(platform.url, key, Transport())
    assert key not in str(caught.value)


def test_it_repeats_a_question_and_no_order(monkeypatch, log):
    api = OneApi("http://[::1", KEY, Transport(log))
    with pytest.raises(Unavailable) as caught:
        api.send([order()])
    assert not caught.value.maybe_done
    with pytest.raises(Unavailable):
        api.balance()
    assert [call.attempts for call in log.calls] == [1, 2]


# --- The wire log ---------------------------------------------------------------------


def test_it_logs_no_key_no_number_and_no_text(api, platform, log):
    said = {"code": 23, "description": f"Key {KEY}, to {BOB}: I am ill"}
    echo = {**refused(BOB), "error": said, "I am ill": [int(ANN), KEY]}
    platform.answers_with(with_status(207, answer(accepted(), echo)))
    api.send([order("r1", ANN, "I am ill"), order("r2", BOB, "Me too")])
    call = log.calls[0]
    assert (call.api, call.action, call.outcome) == (
        "one_api",
        "v1/message",
        "answered",
    )
    assert (call.http_status, call.codes) == (207, ("23",))
    kept = f"{call.address} {call.request} {call.response}"
    for secret in (KEY, ANN, BOB, US, "I am ill", "Me too"):
        assert secret not in kept
    assert "[8 characters]" in call.request
    assert "*********00" in call.request
    assert "\n" not in kept


def test_it_logs_the_code_of_a_refusal(api, platform, log):
    platform.answers_with(with_status(401, recorded("oneapi/key_401.json")))
    with pytest.raises(Refused):
        api.balance()
    assert log.calls[0].action == "v1/balance"
    assert log.calls[0].codes == ("1",)
    assert log.calls[0].request == ""
    assert log.calls[0].outcome == "refused"


def test_it_shows_no_key_in_errors(api, platform):
    platform.answers_with(b"")
    with pytest.raises(Unavailable) as caught:
        api.balance()
    assert KEY not in f"{caught.value!r} {caught.value} {api!r}"
    assert caught.value.__context__ is None or KEY not in str(caught.value.__context__)


# --- Anything -------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
MESSAGE = st.fixed_dictionaries(
    {},
    optional={
        "apiMessageId": st.sampled_from(["a1", "", None]) | JSON,
        "accepted": st.booleans() | JSON,
        "to": st.sampled_from([ANN, BOB]) | JSON,
        "error": st.none() | st.fixed_dictionaries({"code": st.integers()}) | JSON,
    },
)


@settings(
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    body=JSON
    | st.fixed_dictionaries({"messages": st.lists(MESSAGE | JSON), "error": JSON}),
    status=st.sampled_from([200, 202, 207, 400, 402, 500]),
)
def test_it_reads_anything_or_says_that_it_cannot(api, platform, body, status):
    platform.answers_with(with_status(status, json.dumps(body).encode()))
    try:
        answers = api.send([order("r1", ANN), order("r2", BOB)])
    except ProviderError:
        answers = []
    assert len(answers) <= 2
    assert all(bool(each.message_id) != bool(each.fault) for each in answers)
