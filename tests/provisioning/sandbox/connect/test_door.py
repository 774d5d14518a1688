"""The one address of the Connect API."""

from urllib.parse import urlencode

import pytest

from ..customer import TOKEN, ask, codes, connect, recorded, timeless

pytestmark = pytest.mark.django_db

LIST = "<clickatellsdk><action>get_list_account</action></clickatellsdk>"


def test_it_refuses_a_wrong_token_with_a_document():
    answer = connect("get_list_account", token="0" * 32)
    assert answer == recorded("connect/any.005.xml")


def test_it_obeys_a_token_from_the_settings(settings):
    settings.SANDBOX_TOKEN = "f" * 32
    assert codes(connect("get_list_account", token="f" * 32)) == []
    assert codes(connect("get_list_account")) == ["005"]


@pytest.mark.parametrize(
    "action",
    ["", "send_activation_status", "resend_email_activation_email", "Register"],
)
def test_it_does_not_know_misprinted_actions(action):
    assert connect(action) == recorded("connect/any.430.xml")


@pytest.mark.parametrize("body", [b"", b"XML=", b"XML=<broken", b"xml=1"])
def test_it_calls_a_broken_document_an_unknown_request(body):
    answer = ask("POST", f"/connect/{TOKEN}", body)
    assert timeless(answer.content) == recorded("connect/any.430.xml")


def test_it_accepts_a_get_with_the_document_in_the_query():
    query = urlencode({"XML": LIST})
    answer = ask("GET", f"/connect/{TOKEN}?{query}")
    assert b"Success" in answer.content


def test_it_answers_as_xml_without_naming_a_charset():
    answer = ask("POST", f"/connect/{TOKEN}", urlencode({"XML": LIST}))
    assert answer["Content-Type"] == "text/xml"
