"""Reading what customers send: tolerant in form, strict about XML's dark corners."""

from urllib.parse import urlencode

import pytest

from provisioning.sandbox.questions import (
    Unreadable,
    connect_question,
    messaging_questions,
)

from .customer import RECORDED


def body(document: str) -> bytes:
    return urlencode({"XML": document}).encode()


def test_it_reads_the_recorded_login():
    document = (RECORDED / "connect/authenticate_user.request.xml").read_text()
    question = connect_question(body(document))
    assert question.name == "authenticate_user"
    assert question.values == {"user": "ann@example.org", "password": "abc123"}


def test_it_reads_the_body_as_it_is_recorded():
    question = connect_question(
        b"XML=%3C%3Fxml+version%3D%221.0%22%3F%3E%0A%3Cclickatellsdk%3E%3Caction%3E"
        b"authenticate_user%3C%2Faction%3E%3Cuser%3Eann%40example.org%3C%2Fuser%3E"
        b"%3Cpassword%3Eabc123%3C%2Fpassword%3E%3C%2Fclickatellsdk%3E%0A"
    )
    assert question["user"] == "ann@example.org"


def test_it_reads_an_encoded_ampersand():
    question = connect_question(
        b"XML=%3Cclickatellsdk%3E%3Caction%3Eregister%3C%2Faction%3E%3Ccompany%3E"
        b"Smith+%26amp%3B+Co%3C%2Fcompany%3E%3C%2Fclickatellsdk%3E"
    )
    assert question["company"] == "Smith & Co"


def test_it_reads_a_document_that_was_not_encoded_at_all():
    question = connect_question(
        b"XML=<clickatellsdk><action>register</action>"
        b"<company>Smith &amp; Co</company></clickatellsdk>"
    )
    assert question["company"] == "Smith & Co"


def test_it_takes_bytes_that_are_not_utf8_for_latin1():
    question = connect_question(
        b"XML=%3Cclickatellsdk%3E%3Cfname%3EJos%E9%3C%2Ffname%3E%3C%2Fclickatellsdk%3E"
    )
    assert question["fname"] == "José"


def test_it_obeys_a_declared_encoding():
    document = (
        '<?xml version="1.0" encoding="ISO-8859-1"?>'
        "<clickatellsdk><fname>José</fname></clickatellsdk>"
    )
    question = connect_question(
        urlencode({"XML": document.encode("iso-8859-1")}).encode()
    )
    assert question["fname"] == "José"


@pytest.mark.parametrize(
    "document",
    [
        "<CLICKATELLSDK><Action>get_captcha</Action><USER>x</USER></CLICKATELLSDK>",
        "<ClickatellSDK><user> x </user><ACTION>get_captcha</ACTION></ClickatellSDK>",
        "<clickatellsdk><action>get_captcha</action><user>x</user> </clickatellsdk>",
        "\n<clickatellsdk><unknown/><!-- c --><action>get_captcha</action>"
        "<user>x</user></clickatellsdk>\n",
    ],
)
def test_it_does_not_care_for_case_order_spaces_and_strangers(document):
    question = connect_question(body(document))
    assert (question.name, question["user"]) == ("get_captcha", "x")


@pytest.mark.parametrize(
    "document",
    [
        "",
        "hello",
        "<clickatellsdk><action>",
        "<something><action>get_captcha</action></something>",
        '<!DOCTYPE x [<!ENTITY e "boom">]><clickatellsdk><user>&e;</user>'
        "</clickatellsdk>",
        '<!DOCTYPE clickatellsdk SYSTEM "file:///etc/passwd"><clickatellsdk/>',
    ],
)
def test_it_refuses_what_is_no_plain_document(document):
    with pytest.raises(Unreadable):
        connect_question(body(document))


def test_it_refuses_a_body_without_the_field():
    with pytest.raises(Unreadable):
        connect_question(b"")


def test_it_reads_the_commands_of_a_packet_in_their_order():
    document = (RECORDED / "messaging/sendMsg.request.xml").read_text()
    questions = messaging_questions(urlencode({"data": document}).encode())
    assert [question.name for question in questions] == ["sendMsg", "sendMsg"]
    assert [question["sequence_no"] for question in questions] == ["1", "2"]


def test_it_wants_the_root_of_a_packet_spelt_as_documented():
    with pytest.raises(Unreadable):
        messaging_questions(urlencode({"data": "<CLICKAPI/>"}).encode())
