"""Packets: several commands, answers in their order."""

import re
from urllib.parse import urlencode

import pytest

from provisioning.sandbox.models import ApiConnection, Text

from ..customer import ask, command, fault, packet, ready, recorded, sms_active, value

pytestmark = pytest.mark.django_db


def test_it_answers_the_recorded_packet_as_recorded():
    number = ready()
    number.digits = "19995550111"
    number.save()
    document = recorded("messaging/sendMsg.request.xml")
    body = urlencode({"data": document})
    answer = ask("POST", "/xml/xml", body).content.decode()
    example = recorded("messaging/sendMsg.105.xml")
    known = value(example, "apiMsgId")
    assert answer == example.replace(known, value(answer, "apiMsgId"))


def test_it_answers_wrong_credentials_as_recorded():
    ready()
    answer = packet(command("sendMsg", password="nope", to="19995550100", text="x"))
    assert answer == recorded("messaging/sendMsg.001.xml")


def test_it_lets_each_command_bring_its_own_credentials():
    ready()
    answer = packet(
        command("sendMsg", to="12025550100", text="one", sequence_no="a"),
        command("sendMsg", to="12025550100", text="two", password="nope"),
        command("getBalance", sequence_no="c"),
    )
    assert re.findall("<(?:apiMsgId|fault|ok)>", answer) == [
        "<apiMsgId>",
        "<fault>",
        "<ok>",
    ]
    assert re.findall("<sequence_no>(.*?)<", answer) == ["a", "", "c"]


def test_it_takes_a_hundred_texts_in_one_packet():
    ready()
    texts = [
        command("sendMsg", to="12025550100", text=f"Visit {place}", sequence_no=place)
        for place in range(100)
    ]
    answer = packet(*texts)
    ids = re.findall("<apiMsgId>(.*?)<", answer)
    assert len(set(ids)) == 100
    assert Text.objects.filter(message_id__in=ids).count() == 100


def test_it_does_not_let_one_account_use_the_connection_of_another():
    ready()
    sms_active(user="bob@example.org", email_address="bob@example.org")
    ApiConnection.objects.get()
    answer = packet(
        command("sendMsg", user="bob@example.org", to="12025550100", text="x")
    )
    assert fault(answer) == "108, Invalid or missing API ID"


@pytest.mark.parametrize("body", ["", "data=", "data=<clickAPI>", "data=<x/>"])
def test_it_calls_a_broken_packet_malformed(body):
    answer = ask("POST", "/xml/xml", body).content.decode()
    assert fault(answer) == "100, Data malformed"


def test_it_does_not_know_every_command():
    ready()
    answer = packet(command("makeCoffee"))
    assert "<makeCoffeeResp><fault>101, Invalid or missing parameters<" in answer


def test_it_accepts_a_get():
    ready()
    query = urlencode({"data": f"<clickAPI>{command('getBalance')}</clickAPI>"})
    assert b"<ok>510.0</ok>" in ask("GET", f"/xml/xml?{query}").content
