"""``sendMsg``: what is accepted, what it costs, and every refusal."""

from datetime import timedelta
from decimal import Decimal

import pytest

from provisioning.sandbox import clock
from provisioning.sandbox.models import Account, ApiConnection, Text

from ..customer import (
    ANN,
    PHONE,
    command,
    connect,
    fault,
    packet,
    ready,
    send,
    sent,
    sms_active,
)

pytestmark = pytest.mark.django_db


def test_it_stores_an_accepted_text_under_the_id_it_returns():
    ready()
    text = sent(cliMsgId="abc123", text="Visit 10:30 at Smith & Co")
    assert (text.recipient, text.sender) == (PHONE, "12025550111")
    assert text.text == "Visit 10:30 at Smith & Co"
    assert (text.client_id, text.status, text.parts) == ("abc123", "003", 1)


def test_it_charges_each_part():
    ready()
    before = Account.objects.get().credit
    assert sent(text="a" * 161).charge == Decimal(2)
    assert Account.objects.get().credit == before - 2


def test_it_makes_two_texts_of_one_client_id():
    ready()
    assert sent(cliMsgId="abc").pk != sent(cliMsgId="abc").pk


def test_it_reads_unicode_texts():
    ready()
    hexes = "00560069007300690074002000310030003A0033003000202713"
    assert sent(unicode=1, text=hexes).text == "Visit 10:30 ✓"
    assert sent(unicode=1, text="0416" * 71).parts == 2


def test_it_replaces_what_the_default_alphabet_lacks():
    ready()
    assert sent(text="10:30 ✓").text == "10:30 ?"


def test_it_sends_from_the_gateway_when_no_sender_is_named():
    ready()
    answer = packet(command("sendMsg", to=PHONE, text="hello"))
    assert fault(answer) == ""
    assert Text.objects.latest("pk").sender == "12025550190"


def test_it_puts_the_dial_prefix_in_front():
    ready()
    ApiConnection.objects.update(dial_prefix="1")
    assert sent(to="02025550100").recipient == PHONE


def test_it_sends_a_canned_text_until_the_first_purchase():
    sms_active()
    connect("create_connection", **ANN, connection_id=13)
    for _ in range(10):
        assert fault(packet(command("sendMsg", to=PHONE, text="my own text"))) == ""
    assert "Buy credits" in Text.objects.latest("pk").text
    answer = packet(command("sendMsg", to=PHONE, text="my own text"))
    assert fault(answer) == "ERR: 301, No credit left"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"password": "wrong"}, "001, Authentication failed"),
        ({"user": "nobody"}, "001, Authentication failed"),
        ({"to": ""}, "101, Invalid or missing parameters"),
        ({"cliMsgId": "a b"}, "101, Invalid or missing parameters"),
        ({"cliMsgId": "a" * 33}, "101, Invalid or missing parameters"),
        ({"callback": 8}, "101, Invalid or missing parameters"),
        ({"concat": 36}, "101, Invalid or missing parameters"),
        ({"to": "123"}, "105, Invalid destination address"),
        ({"to": "+12025550100"}, "105, Invalid destination address"),
        ({"from": "12125550118"}, "106, Invalid source address"),
        ({"text": ""}, "107, Empty message"),
        ({"api_id": ""}, "108, Invalid or missing API ID"),
        ({"api_id": "1234567"}, "108, Invalid or missing API ID"),
        ({"concat": 1, "text": "a" * 161}, "ERR: 113, Maximum message parts exceeded"),
        ({"to": "12025550197"}, "114, Cannot route message"),
        ({"to": "442079460100"}, "114, Cannot route message"),
        ({"unicode": 1, "text": "00Z1"}, "ERR: 116, Invalid Unicode data"),
        ({"unicode": 1, "text": "D800"}, "ERR: 116, Invalid Unicode data"),
        ({"unicode": 1, "text": "0000"}, "ERR: 116, Invalid Unicode data"),
        ({"deliv_time": 10081}, "120, Invalid delivery time"),
        ({"to": "12025550198"}, "121, Destination mobile number blocked"),
        ({"session_id": "0" * 32}, "003, Session ID expired"),
    ],
)
def test_it_refuses_and_stores_nothing(changes, refusal):
    ready()
    before = (Text.objects.count(), Account.objects.get().credit)
    assert fault(send(**changes)) == refusal
    assert (Text.objects.count(), Account.objects.get().credit) == before


def test_it_refuses_when_there_is_no_credit():
    ready()
    Account.objects.update(credit=1)
    assert fault(send(text="a" * 161)) == "ERR: 301, No credit left"
    assert fault(send()) == ""


def test_it_names_the_time_until_which_the_limit_holds():
    ready()
    until = clock.now() + timedelta(hours=1)
    Account.objects.update(limit_until=until)
    wanted = f"ERR: 130, Maximum MT limit exceeded until {int(until.timestamp())}"
    assert fault(send()) == wanted
    Account.objects.update(limit_until=clock.now())
    assert fault(send()) == ""


def test_it_refuses_a_frozen_account_and_a_foreign_address():
    ready()
    ApiConnection.objects.update(ip_address="192.0.2.7, 192.0.2.8")
    assert fault(send()) == "007, IP Lockdown violation"
    ApiConnection.objects.update(ip_address="192.0.2.7, 127.0.0.1")
    assert fault(send()) == ""
    Account.objects.update(is_active=False)
    assert fault(send()) == "004, Account frozen"
