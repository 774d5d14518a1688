"""Taking a text in: stored first, once, whatever is in it."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection

from provisioning.gateway import InboundText
from provisioning.models import Line
from reminders import inbox
from reminders.models import Message, Phone
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW
SENT = NOW - timedelta(seconds=4)
SENDER = "+12125550123"


@pytest.fixture
def practice():
    return make.make_ready_practice()


def inbound(text="C", provider_id="mo-1", sender=SENDER, to="+12125550199"):
    return InboundText(
        provider_id=provider_id, sender=sender, to=to, received_at=SENT, text=text
    )


def test_it_stores_a_text_for_staff_until_somebody_understands_it(practice):
    line = Line.objects.get()
    text = inbox.take_in(practice, inbound("Hello?", to=line.number), NOW)
    text.refresh_from_db()
    assert (text.direction, text.kind, text.state) == ("in", "inbound", "received")
    assert (text.body, text.phone.number) == ("Hello?", SENDER)
    assert (text.created_at, text.state_at) == (NOW, SENT)
    assert (text.practice, text.line) == (practice, line)
    assert (text.needs_staff, text.worked_at) == (True, None)


def test_it_stores_a_text_once_however_often_it_comes(practice):
    assert inbox.take_in(practice, inbound(), NOW)
    assert inbox.take_in(practice, inbound(), NOW) is None
    assert inbox.take_in(practice, inbound(provider_id="mo-2"), NOW)
    assert inbox.take_in(make.make_practice(), inbound(), NOW)
    assert Message.objects.count() == 3


def test_it_takes_what_a_database_would_refuse(practice):
    text = inbox.take_in(practice, inbound("\0 hé 👍\0"), NOW)
    text.refresh_from_db()
    assert text.body == " hé 👍"


def test_it_knows_a_piece_of_a_long_text(practice):
    piece = replace(inbound(), is_fragment=True)
    assert inbox.take_in(practice, piece, NOW).is_fragment


def test_it_learns_that_the_phone_can_text(practice):
    phone = make.make_phone(practice, SENDER, reach=Phone.Reach.LANDLINE)
    inbox.take_in(practice, inbound(), NOW)
    phone.refresh_from_db()
    assert phone.reach == Phone.Reach.MOBILE


def test_it_does_not_take_another_fault_for_a_repeat(practice, monkeypatch):
    def refuse(**_fields):
        raise IntegrityError("something else")

    monkeypatch.setattr(Message.objects, "create", refuse)
    with pytest.raises(IntegrityError):
        inbox.take_in(practice, inbound(), NOW)


@pytest.mark.django_db(transaction=True)
def test_it_stores_a_text_once_when_it_comes_several_times_at_once():
    practice = make.make_ready_practice()
    start, taken = Barrier(4), []

    def take() -> None:
        start.wait()
        taken.append(inbox.take_in(practice, inbound(), NOW))
        connection.close()

    hooks = [Thread(target=take) for _ in range(4)]
    for hook in hooks:
        hook.start()
    for hook in hooks:
        hook.join()
    assert Message.objects.count() == 1
    assert sorted(text is None for text in taken) == [False, True, True, True]


def test_it_finds_texts_that_nobody_worked_on_in_time(practice):
    phone = make.make_phone(practice)
    lost = make.make_inbound(phone, now=NOW - timedelta(seconds=6))
    make.make_inbound(phone, now=NOW - timedelta(seconds=60), worked_at=NOW)
    make.make_inbound(phone, now=NOW - timedelta(seconds=4))
    assert inbox.overlooked(NOW) == [lost.pk]


def test_it_keeps_who_dealt_with_a_text_first(practice):
    text = make.make_inbound(make.make_phone(practice))
    first, second = make.make_user(), make.make_user()
    inbox.settle(text, by=first, now=NOW)
    inbox.settle(text, by=second, now=NOW + timedelta(hours=1))
    text.refresh_from_db()
    assert (text.handled_by, text.handled_at) == (first, NOW)
    assert not Message.objects.needing_staff().exists()
