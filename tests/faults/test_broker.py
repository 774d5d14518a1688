"""The broker is emptied, dies or falls silent: it only ever held hints."""

from reminders import clock
from reminders.models import Message
from tests import make
from tests.faults import calling, ledger
from tests.faults.processes import until

TEXTS = 6


def test_it_loses_and_doubles_nothing_when_the_broker_loses_everything(
    site, broker, provider, line
):
    for number in range(TEXTS):
        phone = make.make_phone(line.account.practice)
        make.make_message(phone, f"Text {number}", now=clock.now())
    site.beat()
    site.worker("--concurrency", "2")
    until(lambda: len(provider.taken) >= 2)
    broker.empty()
    until(lambda: len(provider.taken) >= 4)
    broker.die()
    broker.come_back()
    until(lambda: Message.objects.filter(state="sent").count() == TEXTS)
    ledger.check(provider)


def test_it_takes_texts_in_while_the_broker_is_down_or_silent_and_answers_them_later(
    site, broker, provider, line
):
    site.beat()
    site.worker("--concurrency", "2")
    url = site.web()
    broker.die()
    first = text_us(url, line, "mo-1", "12125550121")
    broker.come_back()
    broker.freeze()
    second = text_us(url, line, "mo-2", "12125550122")
    broker.thaw()
    assert (first, second) == (200, 200)
    until(lambda: Message.objects.filter(kind="help", state="sent").count() == 2)
    assert {each.to for each in provider.taken} == {"12125550121", "12125550122"}
    ledger.check(provider)


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
