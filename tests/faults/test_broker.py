"""The broker is emptied, dies, falls silent or is full: it only ever held hints."""

import time

import pytest

from reminders.models import Message
from tests.faults import calling, ledger, office
from tests.faults.processes import until


@pytest.fixture
def lines(house):
    """Four practices that are free to send."""
    return office.open_lines(4)


@pytest.mark.soak
def test_it_loses_and_doubles_nothing_when_the_broker_loses_everything(
    house, lines, chance
):
    """E5: emptied by a slip, then killed and started again with nothing in it."""
    texts = office.queue(lines, each=3)
    until(lambda: house.provider.taken)
    time.sleep(chance.uniform(0, 0.5))
    house.broker.empty()
    until(lambda: len(house.provider.taken) > len(lines))
    house.broker.die()
    house.broker.come_back()
    until(lambda: office.are_sent(texts))
    ledger.check(house.provider)


def test_it_takes_texts_in_while_the_broker_is_down_or_silent_and_answers_them_later(
    house, lines
):
    """E4: the web answers as ever, and what it could not hand on is found later."""
    line, url = lines[0], house.web
    house.broker.die()
    assert text_us(url, line, "mo-1", "12125550121") == 200
    house.broker.come_back()
    house.broker.freeze()
    assert text_us(url, line, "mo-2", "12125550122") == 200
    house.broker.thaw()
    until(lambda: are_answered(2))
    ledger.check(house.provider)


def test_it_takes_texts_in_while_the_broker_is_full_and_says_so(house, lines):
    """E6: nothing fits in any more. Web and beat log it, where an alarm can see it.

    A worker that wants to connect just then ends, and a service manager starts it again.
    """
    line, url = lines[0], house.web
    told = len(house.site.said("web"))
    house.broker.fill()
    assert text_us(url, line, "mo-3", "12125550123") == 200
    assert '"event": "broker is down"' in house.site.said("web")[told:]
    until(lambda: "Message Error" in house.beat.said())
    house.broker.make_room()
    until(lambda: house.look_after() or are_answered(1))
    ledger.check(house.provider)


def test_it_sends_what_became_due_while_the_broker_was_down(house, lines):
    """E4: nothing leaves meanwhile, and all of it after, each once."""
    house.broker.die()
    texts = office.queue(lines)
    assert office.states(texts) == {"queued"}
    house.broker.come_back()
    until(lambda: office.are_sent(texts))
    ledger.check(house.provider)


def are_answered(count):
    """Whether so many requests for help have been answered."""
    return Message.objects.filter(kind="help", state="sent").count() == count


def text_us(url, line, message_id, sender):
    """Let the provider bring us a text from a phone."""
    return calling.call(
        url,
        line,
        "inbound_hook",
        moMsgId=message_id,
        to=line.number.removeprefix("+"),
        timestamp="2026-03-02 17:00:00",
        text="HELP",
        **{"from": sender},
    )
