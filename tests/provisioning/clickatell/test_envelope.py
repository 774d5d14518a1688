"""Documents out strictly one way, documents in tolerantly."""

from itertools import zip_longest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from provisioning.clickatell import envelope
from provisioning.clickatell.envelope import read_answer, read_packet, read_posted
from provisioning.clickatell.errors import Unavailable

PRINTABLE = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]).filter(
        lambda character: character not in "\ufffe\uffff"
    )
)


def answer_of(body: str) -> bytes:
    return f"<CLICKATELLSDK>{body}</CLICKATELLSDK>".encode()


def test_it_writes_a_call_on_one_line_with_the_action_first() -> None:
    fields = [("user", "ann@example.org"), ("Dial_prefix", "1")]
    assert envelope.write_call("create_connection", fields) == (
        b"<clickatellsdk><action>create_connection</action>"
        b"<user>ann@example.org</user><Dial_prefix>1</Dial_prefix></clickatellsdk>"
    )


def test_it_escapes_the_five_special_characters_and_the_carriage_return() -> None:
    written = envelope.write_call("register", [("company", "<\"'&>\r\nÄ")])
    assert "&lt;&quot;&apos;&amp;&gt;&#13;\nÄ" in written.decode()


def test_it_writes_packets_in_ascii() -> None:
    packet = envelope.write_packet([("sendMsg", [("text", "Mañana €")])])
    text = b"Ma&#241;ana &#8364;"
    assert (
        packet == b"<clickAPI><sendMsg><text>" + text + b"</text></sendMsg></clickAPI>"
    )


@pytest.mark.parametrize("value", ["a\x00b", "\x1f", "\ufffe", "\ud800", "\x0b"])
def test_it_refuses_what_xml_cannot_carry_and_names_the_field(value: str) -> None:
    with pytest.raises(ValueError, match=r"^company holds a character"):
        envelope.write_call("register", [("company", value)])
    with pytest.raises(ValueError, match=r"^text holds a character"):
        envelope.write_packet([("sendMsg", [("text", value)])])


@settings(deadline=None)
@given(PRINTABLE)
def test_it_writes_what_any_reader_reads_back(value: str) -> None:
    for document in (
        envelope.write_call("a", [("value", value)]),
        envelope.write_packet([("a", [("value", value)])]),
    ):
        element = next(etree.fromstring(document).iter("value"))
        assert (element.text or "") == value


def test_it_reads_a_success_in_any_case_and_namespace() -> None:
    answer = read_answer(
        b'<x:ClICKATELLSDK xmlns:x="urn:x"><ACTION>register</ACTION>'
        b"<result>SUCCESS</result><Values><VALUE><Usernumber> 7 </Usernumber></VALUE>"
        b"</Values><Timestamp>1357662097</Timestamp><News>x</News></x:ClICKATELLSDK>"
    )
    assert answer.ok
    assert answer.action == "register"
    assert answer.values == [{"usernumber": "7"}]
    assert answer.timestamp == 1357662097


def test_it_reads_an_error_without_action_and_with_a_value_under_the_root() -> None:
    answer = read_answer(
        answer_of(
            "<Result>Error</Result><Error>103</Error><Description>No</Description>"
            "<Value><Email>ann@example.org</Email></Value><Timestamp>soon</Timestamp>"
        )
    )
    assert not answer.ok
    assert answer.action == ""
    assert answer.errors == [("103", "No")]
    assert answer.values == [{"email": "ann@example.org"}]
    assert answer.timestamp is None


def test_it_pairs_codes_and_descriptions_however_they_stand() -> None:
    interleaved = answer_of(
        "<Error>431</Error><Description>a</Description>"
        "<Error>2</Error><Description>b</Description>"
    )
    grouped = answer_of(
        "<Errors><Error>431</Error><Error>2</Error></Errors>"
        "<Description>a</Description><Description>b</Description>"
        "<Description>c</Description>"
    )
    bare = answer_of("<Error>431</Error><Error>2</Error><Error/>")
    assert read_answer(interleaved).errors == [("431", "a"), ("002", "b")]
    assert read_answer(grouped).errors == [("431", "a"), ("002", "b")]
    assert read_answer(bare).errors == [("431", ""), ("002", "")]


def test_it_takes_001_for_success_but_not_beside_another_code() -> None:
    assert read_answer(answer_of("<Error>001</Error>")).ok
    both = answer_of("<Result>Success</Result><Error>001</Error><Error>404</Error>")
    assert read_answer(both).errors == [("404", "")]
    assert not read_answer(both).ok


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"OK",
        b"<html><body>502</body></html>",
        b"<CLICKATELLSDK><Result>Success</Result>",
        answer_of("<Result>Error</Result>"),
        answer_of("<Values/>"),
        b"<!DOCTYPE CLICKATELLSDK><CLICKATELLSDK><Result>Success</Result></CLICKATELLSDK>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><CLICKATELLSDK><Result>&a;</Result></CLICKATELLSDK>',
        answer_of("<a>" * 5000 + "</a>" * 5000),
    ],
    ids=lambda data: data[:40].decode(),
)
def test_it_refuses_what_is_not_an_answer(data: bytes) -> None:
    with pytest.raises(Unavailable) as caught:
        read_answer(data)
    assert caught.value.maybe_done


def test_it_does_not_unfold_entities() -> None:
    lines = [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20)]
    bomb = f'<!DOCTYPE r [<!ENTITY l0 "ha">{"".join(lines)}]><r a="&l19;">&l19;</r>'
    with pytest.raises(Unavailable):
        read_answer(bomb.encode())


@pytest.mark.parametrize(
    "data",
    [
        answer_of("<Error>109</Error><Description>Bücher</Description>"),
        '<?xml version="1.0" encoding="ISO-8859-1"?><CLICKATELLSDK><Error>109</Error>'
        "<Description>Bücher</Description></CLICKATELLSDK>".encode("latin-1"),
        '<?xml version="1.0"?><CLICKATELLSDK><Error>109</Error>'
        "<Description>Bücher</Description></CLICKATELLSDK>".encode("latin-1"),
        b'<?xml version="1.0" encoding="x-none"?>'
        + answer_of("<Error>109</Error><Description>Bücher</Description>"),
        '<?xml version="1.0" encoding="UTF-16"?><CLICKATELLSDK><Error>109</Error>'
        "<Description>Bücher</Description></CLICKATELLSDK>".encode("utf-16"),
        b"\r\n" + answer_of("<Error>109</Error><Description>Bücher</Description>"),
        answer_of("<Error>109</Error><Description>B&#252;<!-- -->cher</Description>"),
    ],
    ids=[
        "utf-8",
        "declared",
        "undeclared",
        "unheard of",
        "utf-16",
        "late",
        "reference",
    ],
)
def test_it_reads_any_charset(data: bytes) -> None:
    assert read_answer(data).errors == [("109", "Bücher")]


def test_it_reads_the_replies_of_a_packet_in_order() -> None:
    replies = read_packet(
        b"<CLICKAPI><sendMsgResp><apiMsgId>a</apiMsgId></sendMsgResp>"
        b"<fault>001, Authentication failed</fault></CLICKAPI>"
    )
    assert [(reply.command, reply.values) for reply in replies] == [
        ("sendmsgresp", {"apimsgid": "a"}),
        ("fault", {"fault": "001, Authentication failed"}),
    ]


def test_it_reads_a_posted_document_of_the_right_root_only() -> None:
    data = b"<clickmo><text> hi </text><udh/></clickmo>"
    assert read_posted(data, "clickmo") == {"text": " hi ", "udh": ""}
    with pytest.raises(Unavailable):
        read_posted(data, "callback")


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_it_survives_any_bytes(data: bytes) -> None:
    for wrapped in (data, b"<CLICKATELLSDK>" + data + b"</CLICKATELLSDK>"):
        try:
            read_answer(wrapped)
        except Unavailable as error:
            assert error.maybe_done  # noqa: PT017  (either outcome is right)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["001", "7", "404", "<b/>", ""]), max_size=4),
    st.lists(st.sampled_from(["x", "", "<Error>431</Error>"]), max_size=4),
)
def test_it_survives_any_arrangement(codes: list[str], labels: list[str]) -> None:
    pairs = zip_longest(codes, labels, fillvalue="")
    body = "".join(
        f"<Error>{code}</Error><Description>{label}</Description>"
        for code, label in pairs
    )
    try:
        answer = read_answer(answer_of(body))
    except Unavailable:
        return
    assert all(len(code) == 3 for code, _label in answer.errors)
