"""Sessions, message status, charge, balance, coverage."""

from datetime import timedelta

import pytest

from provisioning.sandbox import clock, network
from provisioning.sandbox.models import Account, MessagingSession

from ..customer import (
    command,
    element,
    fault,
    packet,
    ready,
    recorded,
    sent,
    value,
)

pytestmark = pytest.mark.django_db


def test_it_keeps_a_session_alive_as_long_as_it_is_used():
    ready()
    session_id = value(packet(command("auth")), "session_id")
    ping = element("ping", session_id=session_id)
    almost = clock.now() - timedelta(minutes=14)
    MessagingSession.objects.update(last_used_at=almost)
    assert fault(packet(ping)) == ""
    MessagingSession.objects.update(last_used_at=almost)
    balance = element("getBalance", session_id=session_id)
    assert value(packet(balance), "ok") == "510.0"
    MessagingSession.objects.update(last_used_at=clock.now() - timedelta(minutes=15))
    assert fault(packet(ping)) == "003, Session ID expired"


def test_it_wants_a_session_to_ping():
    ready()
    assert fault(packet(command("ping"))) == "005, Missing session ID"


def test_it_tells_the_status_by_either_id():
    ready()
    text = sent(cliMsgId="abc")
    by_ours = packet(command("queryMsg", apiMsgId=text.message_id))
    by_theirs = packet(command("queryMsg", cliMsgId="abc"))
    assert by_ours == by_theirs
    example = recorded("messaging/queryMsg.xml")
    known = value(example, "apiMsgId")
    assert by_ours == example.replace(known, text.message_id)


def test_it_tells_of_the_latest_text_with_a_client_id():
    ready()
    sent(cliMsgId="abc")
    second = sent(cliMsgId="abc")
    answer = packet(command("queryMsg", cliMsgId="abc"))
    assert value(answer, "apiMsgId") == second.message_id


def test_it_tells_the_charge():
    ready()
    text = sent()
    network.advance(clock.now() + timedelta(seconds=2))
    answer = packet(command("getMsgCharge", apiMsgId=text.message_id))
    example = recorded("messaging/getMsgCharge.xml")
    known = value(example, "apiMsgId")
    assert answer == example.replace(known, text.message_id)


def test_it_tells_the_balance():
    ready()
    Account.objects.update(credit="412.6")
    assert packet(command("getBalance")) == recorded("messaging/getBalance.xml")


@pytest.mark.parametrize("name", ["queryMsg", "getMsgCharge", "delMsg"])
def test_it_knows_no_strange_ids(name):
    ready()
    assert fault(packet(command(name))) == "109, Missing message ID"
    strange = packet(command(name, apiMsgId="f" * 32))
    assert fault(strange) == "103, Unknown API message ID"
    strange = packet(command(name, cliMsgId="f" * 32))
    assert fault(strange) == "104, Unknown client message ID"


def test_it_stops_a_text_that_still_waits_and_no_other():
    ready()
    before = Account.objects.get().credit
    waiting = sent(deliv_time=60)
    answer = packet(command("delMsg", apiMsgId=waiting.message_id))
    assert value(answer, "status") == "006"
    assert Account.objects.get().credit == before
    gone = sent()
    answer = packet(command("delMsg", apiMsgId=gone.message_id))
    assert value(answer, "status") == "003"


def test_it_tells_whether_a_number_is_covered():
    ready()
    answer = packet(command("routeCoverage", msisdn="12025550100"))
    assert (value(answer, "ok"), value(answer, "charge")) == (
        "This prefix is covered.",
        "1",
    )
    answer = packet(command("routeCoverage", msisdn="442079460100"))
    assert fault(answer) == "This prefix is not currently supported."
