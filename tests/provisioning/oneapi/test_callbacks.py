"""Callbacks of the platform: what is read, what is left out, what is refused."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.oneapi import callbacks
from tests.provisioning.provider import recorded

AT = datetime(2017, 9, 28, 14, 8, 18, tzinfo=UTC)
TEXT = {
    "messageId": "3a89680503414383af44dcd0e4e5f184",
    "from": "12025550100",
    "to": "12025550111",
    "timestamp": 1506607698000,
    "content": "YES",
}
STATUS = {
    "messageId": "fd496adebb6e422587368077937cfb5d",
    "clientMessageId": "r1",
    "timestamp": 1506607699000,
    "statusCode": 5,
}


def posted(name: str, *events: Any) -> bytes:
    return json.dumps({"event": {name: events}}).encode()


def test_it_reads_a_recorded_text():
    (text,) = callbacks.read_inbound(recorded("oneapi/mo_text.json"))
    assert (text.sender, text.to, text.text) == ("12025550100", "12025550111", "YES")
    assert text.received_at == AT


def test_it_reads_a_recorded_status():
    (receipt,) = callbacks.read_receipts(recorded("oneapi/status_update.json"))
    assert (receipt.client_id, receipt.status) == ("r1", "5")
    assert receipt.message_id == "fd496adebb6e422587368077937cfb5d"


@pytest.mark.parametrize("name", ["moText", "MoText"])
def test_it_reads_several_texts_under_either_spelling(name):
    other = {**TEXT, "messageId": "2", "from": "+12025550101"}
    first, second = callbacks.read_inbound(posted(name, TEXT, other))
    assert (first.sender, second.sender) == ("12025550100", "12025550101")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"{}",
        b'{"event":{}}',
        b'{"event":{"somethingNew":[{"a":1}]}}',
        b'{"event":{"moText":null}}',
    ],
)
def test_it_has_nothing_to_read_in_probes_and_other_events(body):
    assert callbacks.read_inbound(body) == []
    assert callbacks.read_receipts(body) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"messageId": "a b"},
        {"messageId": None},
        {"from": ""},
        {"from": "x" * 17},
        {"to": ["1"]},
        {"timestamp": "soon"},
        {"timestamp": 10**13},
        {"timestamp": 99999999999999},
        {"timestamp": 0},
        {"content": 7},
        {"content": ["x"]},
    ],
)
def test_it_loses_no_good_text_to_a_bad_one(wrong):
    bad = {**TEXT, **wrong}
    assert len(callbacks.read_inbound(posted("moText", bad, TEXT))) == 1
    with pytest.raises(callbacks.BadCallback):
        callbacks.read_inbound(posted("moText", bad))


@pytest.mark.parametrize(
    "body",
    [
        b"nonsense",
        b"[]",
        b'{"event":[]}',
        b'{"event":{"moText":"x"}}',
        b"\xff",
        b" " * 5 + b"x" * 70_000,
    ],
)
def test_it_refuses_what_is_no_callback(body):
    with pytest.raises(callbacks.BadCallback) as caught:
        callbacks.read_inbound(body)
    assert "x" * 10 not in str(caught.value)


def test_it_keeps_whatever_was_written():
    written = "a\0b \ud83d \U0001f44d"
    (text,) = callbacks.read_inbound(posted("moText", {**TEXT, "content": written}))
    assert text.text == "a\ufffdb ? \U0001f44d"
    (empty,) = callbacks.read_inbound(posted("moText", {**TEXT, "content": None}))
    assert empty.text == ""


@pytest.mark.parametrize("strange", [None, "", "not-ours!"])
def test_it_takes_no_client_id_that_cannot_be_ours(strange):
    body = posted("messageStatusUpdate", {**STATUS, "clientMessageId": strange})
    (receipt,) = callbacks.read_receipts(body)
    assert receipt.client_id == ""


def test_the_log_shows_no_number_and_no_text():
    shown = callbacks.shown(recorded("oneapi/mo_text.json"))
    assert "12025550100" not in shown
    assert "YES" not in shown
    assert "[3 characters]" in shown
    assert callbacks.shown(b"") == ""
    assert callbacks.shown(b"nonsense") == "[8 bytes that are not a document]"
    assert "12025550100" not in callbacks.shown(b'{"to": 12025550100, "status": 1.5}')


def test_it_reads_numbers_without_plus_and_blanks():
    event = {**TEXT, "from": "+1 202 555 0100", "to": 12025550111}
    (text,) = callbacks.read_inbound(posted("moText", event))
    assert (text.sender, text.to) == ("12025550100", "12025550111")


def test_it_reads_milliseconds_to_the_last():
    body = posted("messageStatusUpdate", {**STATUS, "timestamp": 1506607699123})
    (receipt,) = callbacks.read_receipts(body)
    assert receipt.status_at == datetime(2017, 9, 28, 14, 8, 19, 123000, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong", [{"messageId": ""}, {"statusCode": "DEVICE_ACK"}, {"timestamp": None}]
)
def test_it_loses_no_good_receipt_to_a_bad_one(wrong):
    bad = {**STATUS, **wrong}
    body = posted("messageStatusUpdate", bad, 7, STATUS)
    assert len(callbacks.read_receipts(body)) == 1
    with pytest.raises(callbacks.BadCallback):
        callbacks.read_receipts(posted("messageStatusUpdate", bad))


def test_it_loses_no_good_text_to_a_list_that_is_none():
    body = json.dumps({"event": {"moText": "x", "MoText": [TEXT]}}).encode()
    assert len(callbacks.read_inbound(body)) == 1


@pytest.mark.parametrize(
    ("channel", "count"), [("sms", 1), ("SMS", 1), (None, 1), ("whatsapp", 0)]
)
def test_it_reads_texts_and_nothing_of_other_channels(channel, count):
    event = {**TEXT, "channel": channel}
    assert len(callbacks.read_inbound(posted("moText", event))) == count


def test_it_reads_a_long_text_whole():
    (text,) = callbacks.read_inbound(posted("moText", {**TEXT, "content": "x" * 5000}))
    assert len(text.text) == 5000


def test_the_log_shows_documented_fields_alone():
    body = posted("moText", {**TEXT, "name": "Ann Example"})
    assert "Ann" not in callbacks.shown(body)
    assert TEXT["messageId"] in callbacks.shown(body)
    with pytest.raises(callbacks.BadCallback):
        callbacks.shown(b"x" * 70_000)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@settings(deadline=None)
@given(JSON, st.sampled_from(["moText", "messageStatusUpdate"]))
def test_it_reads_anything_or_says_that_it_cannot(value, name):
    for body in (json.dumps(value), json.dumps({"event": {name: value}})):
        for read in (callbacks.read_inbound, callbacks.read_receipts):
            try:
                read(body.encode())
            except callbacks.BadCallback:
                continue
        callbacks.shown(body.encode())
