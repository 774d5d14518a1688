"""The messaging API: packets, matching, questions."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provisioning.clickatell.errors import (
    NotAllowed,
    ProviderError,
    Refused,
    Unavailable,
    Unknown,
)
from provisioning.clickatell.messaging import Messaging
from provisioning.clickatell.types import (
    ApiCredentials,
    MessageCharge,
    MessageStatus,
    TextOrder,
)
from tests.provisioning.provider import Log, Provider, recorded

pytestmark = pytest.mark.real_http

ANN = ApiCredentials("ann@example.org", "abc123", "3407892")
BOB = ApiCredentials("bob@example.org", "xyz789", "3407893")
MESSAGE_ID = "d36328fa5012a9ce151b797500598c9b"


def order(client_id: str = "1", **changes: object) -> TextOrder:
    made = TextOrder(
        credentials=ANN,
        client_id=client_id,
        to="19995550100",
        sender="19995550111",
        text="Ann, visit 10:30 at Smith & Co",
        unicode=False,
        max_parts=3,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def packet_of(*replies: str) -> bytes:
    inner = "".join(f"<sendMsgResp>{reply}</sendMsgResp>" for reply in replies)
    return f"<clickAPI>{inner}</clickAPI>".encode()


def accepted(number: str, message_id: str = MESSAGE_ID) -> str:
    return f"<apiMsgId>{message_id}</apiMsgId><sequence_no>{number}</sequence_no>"


def refused(number: str, fault: str) -> str:
    return f"<fault>{fault}</fault><sequence_no>{number}</sequence_no>"


# --- Sending -------------------------------------------------------------------------


def test_it_writes_a_text_like_the_specifications_sample(
    messaging: Messaging, provider: Provider
) -> None:
    provider.answers_with(packet_of(accepted("5d1f0c2e9a7b4c6d8e0f1a2b3c4d5e70")))
    messaging.send([order("5d1f0c2e9a7b4c6d8e0f1a2b3c4d5e70")])
    sample = recorded("messaging/sendMsg.request.xml").decode().split("</sendMsg>")[0]
    ours = provider.document.split("</sendMsg>")[0]
    number = "<sequence_no>5d1f0c2e9a7b4c6d8e0f1a2b3c4d5e70</sequence_no>"
    assert ours.replace(number, "<sequence_no>1</sequence_no>") == sample
    assert provider.heard[0].path == "/xml/xml"
    assert provider.heard[0].field[0] == "data"


def test_it_tells_accepted_from_refused_texts(
    messaging: Messaging, provider: Provider, log: Log
) -> None:
    provider.answers_with(recorded("messaging/sendMsg.105.xml"))
    first, second = messaging.send([order("1"), order("2", to="123")])
    assert (first.client_id, first.message_id, first.fault) == ("1", MESSAGE_ID, None)
    assert (second.client_id, second.message_id) == ("2", "")
    assert second.fault
    assert second.fault.code == "105"
    assert log.calls[0].codes == ("105",)
    assert log.calls[0].outcome == "answered"


def test_it_sends_unicode_as_hex_and_gsm_text_as_references(
    messaging: Messaging, provider: Provider
) -> None:
    provider.answers_with(packet_of(accepted("1"), accepted("2")))
    messaging.send([order("1", text="✓👍", unicode=True), order("2", text="Señor €")])
    assert "<unicode>1</unicode><text>2713D83DDC4D</text>" in provider.document
    assert "<text>Se&#241;or &#8364;</text>" in provider.document


def test_it_asks_for_no_reply_without_a_number_of_our_own(
    messaging: Messaging, provider: Provider
) -> None:
    provider.answers_with(packet_of(accepted("1")))
    messaging.send([order(sender="")])
    assert "<from>" not in provider.document
    assert "<mo>" not in provider.document


def test_it_sends_nothing_when_there_is_nothing_to_send(
    messaging: Messaging, provider: Provider
) -> None:
    assert messaging.send([]) == []
    assert not provider.heard


@pytest.mark.parametrize(
    ("orders", "words"),
    [
        ([order(str(n)) for n in range(101)], "101 orders"),
        ([order("1"), order("1")], "twice"),
        ([order("")], "client_id"),
        ([order("5d1f-0c2e")], "client_id"),
        ([order("a" * 33)], "client_id"),
        ([order(max_parts=0)], "max_parts"),
        ([order(max_parts=36)], "max_parts"),
        ([order(text="a\x00b")], "text holds"),
        ([order(text="\ud83d", unicode=True)], "surrogate"),
    ],
)
def test_it_refuses_a_packet_that_cannot_be_right(
    messaging: Messaging, provider: Provider, orders: list[TextOrder], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        messaging.send(orders)
    assert not provider.heard


def test_it_matches_by_number_and_leaves_the_rest_unknown(
    messaging: Messaging, provider: Provider
) -> None:
    provider.answers_with(
        packet_of(
            accepted("3", "c3"),
            accepted("1", "a1"),
            accepted("1", "a1"),  # told twice
            accepted("9", "z9"),  # not ours
            accepted("4", "d4"),
            refused("4", "105, Invalid destination address"),  # contradicts
            "<sequence_no>5</sequence_no>",  # says nothing
            f"{accepted('6')}<fault>901, Internal error</fault>",  # says both
            accepted("7", "../../x"),  # no id
            accepted("", "e8"),  # no number
        )
    )
    answers = messaging.send([order(str(n)) for n in range(1, 9)])
    assert [(a.client_id, a.message_id) for a in answers] == [("1", "a1"), ("3", "c3")]


@pytest.mark.parametrize(
    ("orders", "answer", "told"),
    [
        ([order("1"), order("2")], "001, Authentication failed", ["1", "2"]),
        ([order("1"), order("2", credentials=BOB)], "001, Authentication failed", []),
        ([order("1"), order("2")], "101, Invalid or missing parameters", []),
        ([order("1")], "101, Invalid or missing parameters", ["1"]),
    ],
)
def test_it_gives_a_fault_without_number_to_those_it_must_mean(
    messaging: Messaging,
    provider: Provider,
    orders: list[TextOrder],
    answer: str,
    told: list[str],
) -> None:
    provider.answers_with(
        packet_of(refused("", answer)),
        f"<clickAPI><fault>{answer}</fault></clickAPI>".encode(),
    )
    for _shape in range(2):
        answers = messaging.send(orders)
        assert [a.client_id for a in answers] == told
        assert all(a.fault and a.fault.code == answer[:3] for a in answers)


def test_it_reads_the_recorded_fault_of_a_packet(
    messaging: Messaging, provider: Provider
) -> None:
    provider.answers_with(recorded("messaging/sendMsg.001.xml"))
    (answer,) = messaging.send([order()])
    assert answer.fault
    assert answer.fault.retry == "after_change"


def test_it_gives_no_text_a_success_without_number(
    messaging: Messaging, provider: Provider
) -> None:
    both = f"{accepted('')}<fault>105, Invalid destination address</fault>"
    provider.answers_with(packet_of(accepted("")), packet_of(both), b"<clickAPI/>")
    assert messaging.send([order()]) == []
    assert messaging.send([order()]) == []
    assert messaging.send([order()]) == []


def test_it_tells_until_when_an_account_is_held(
    messaging: Messaging, provider: Provider
) -> None:
    fault = "130, Maximum MT limit exceeded until 1362096000"
    provider.answers_with(packet_of(refused("1", fault)))
    (answer,) = messaging.send([order()])
    assert answer.fault
    assert answer.fault.hold_until == datetime(2013, 3, 1, tzinfo=UTC)


def test_it_never_sends_a_second_time(messaging: Messaging, provider: Provider) -> None:
    provider.answers_with(lambda handler: None, packet_of(accepted("1")))
    with pytest.raises(Unavailable) as caught:
        messaging.send([order()])
    assert caught.value.maybe_done
    assert len(provider.heard) == 1


def test_it_logs_neither_texts_nor_whole_numbers(
    messaging: Messaging, provider: Provider, log: Log
) -> None:
    provider.answers_with(
        b"<clickAPI><sendMsgResp><to>19995550100</to><fault>105, 19995550100: "
        b"Ann, visit 10:30 at Smith &amp; Co</fault></sendMsgResp></clickAPI>"
    )
    messaging.send([order("1"), order("2", text="Señor ✓", unicode=True)])
    (call,) = log.calls
    assert "<to>*********00</to>" in call.request
    assert "<text>[30 characters]</text>" in call.request
    assert "<text>[7 characters]</text>" in call.request
    assert "105, *********00: [30 characters]" in call.response
    for secret in ("1999555", "10:30", "abc123", "2713"):
        assert secret not in repr(call)


def test_it_keeps_patients_and_passwords_out_of_its_representation() -> None:
    for secret in ("19995550100", "10:30", "abc123"):
        assert secret not in repr(order())


# --- Questions -----------------------------------------------------------------------


def test_it_asks_what_became_of_a_text(
    messaging: Messaging, provider: Provider
) -> None:
    provider.answers_with(
        recorded("messaging/queryMsg.xml"),
        b"<clickAPI><queryMsgResp><apiMsgId/><status> 4 </status></queryMsgResp></clickAPI>",
        b"<clickAPI><queryMsgResp><apiMsgId>" + b"f" * 65 + b"</apiMsgId>"
        b"<status>4</status></queryMsgResp></clickAPI>",
    )
    assert messaging.query(ANN, client_id="5d1f") == MessageStatus(MESSAGE_ID, "003")
    assert "<cliMsgId>5d1f</cliMsgId></queryMsg>" in provider.document
    assert messaging.query(ANN, message_id=MESSAGE_ID) == MessageStatus("", "004")
    assert f"<apiMsgId>{MESSAGE_ID}</apiMsgId></queryMsg>" in provider.document
    assert messaging.query(ANN, client_id="5d1f") == MessageStatus("", "004")


@pytest.mark.parametrize("code", ["103, Unknown API message ID", "104, Unknown"])
def test_it_finds_nothing_when_a_text_never_arrived(
    messaging: Messaging, provider: Provider, code: str
) -> None:
    reply = (
        f"<clickAPI><queryMsgResp><fault>ERR: {code}</fault></queryMsgResp></clickAPI>"
    )
    provider.answers_with(reply.encode())
    assert messaging.query(ANN, client_id="5d1f") is None


def test_it_asks_what_a_text_cost(messaging: Messaging, provider: Provider) -> None:
    provider.answers_with(recorded("messaging/getMsgCharge.xml"))
    charge = messaging.charge(ANN, client_id="5d1f")
    assert charge == MessageCharge(MESSAGE_ID, "004", Decimal(1))


def test_it_asks_for_the_balance(messaging: Messaging, provider: Provider) -> None:
    provider.answers_with(recorded("messaging/getBalance.xml"))
    assert messaging.balance(ANN) == Decimal("412.6")
    assert provider.document == recorded("messaging/getBalance.request.xml").decode()


@pytest.mark.parametrize("credit", ["9" * 9, "NaN", "1e9", "412.6 credits", ""])
def test_it_takes_no_balance_that_no_column_can_hold(
    messaging: Messaging, provider: Provider, credit: str
) -> None:
    provider.answers_with(
        f"<clickAPI><getBalanceResp><ok>{credit}</ok></getBalanceResp></clickAPI>".encode()
    )
    with pytest.raises(Unavailable):
        messaging.balance(ANN)


@pytest.mark.parametrize("ids", [{}, {"client_id": "a", "message_id": "b"}])
def test_it_wants_exactly_one_id(messaging: Messaging, ids: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="either"):
        messaging.query(ANN, **ids)
    with pytest.raises(ValueError, match="either"):
        messaging.charge(ANN, **ids)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (
            "<getBalanceResp><fault>001, Authentication failed</fault></getBalanceResp>",
            Refused,
        ),
        ("<fault>007, IP Lockdown violation</fault>", NotAllowed),
        ("<fault>901, Internal error</fault>", Unavailable),
        ("<fault>never heard of</fault>", Unknown),
        ("<fault>104, Unknown client message ID</fault>", Unavailable),
        ("<getBalanceResp><ok>NaN</ok></getBalanceResp>", Unavailable),
        ("<getBalanceResp><ok>1e400</ok></getBalanceResp>", Unavailable),
        ("<otherResp><ok>1</ok></otherResp>", Unavailable),
        ("", Unavailable),
    ],
)
def test_it_raises_when_a_question_is_not_answered(
    messaging: Messaging,
    provider: Provider,
    log: Log,
    reply: str,
    kind: type[ProviderError],
) -> None:
    provider.answers_with(f"<clickAPI>{reply}</clickAPI>".encode())
    with pytest.raises(ProviderError) as caught:
        messaging.balance(ANN)
    assert type(caught.value) is kind
    assert log.calls[0].outcome in ("refused", "unknown", "answered")


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=50,
)
@given(st.binary(max_size=200))
def test_it_survives_any_bytes(
    messaging: Messaging, provider: Provider, noise: bytes
) -> None:
    body = b"<clickAPI><sendMsgResp>" + noise + b"</sendMsgResp></clickAPI>"
    provider.answers_with(body)
    try:
        answers = messaging.send([order("1"), order("2")])
    except Unavailable as error:
        assert error.maybe_done  # noqa: PT017  (either outcome is right)
    else:
        assert all(bool(a.message_id) != bool(a.fault) for a in answers)
