"""A worker dies, stands still or loses its database at the very instant that matters."""

import time

import pytest

from reminders.models import Message
from tests.faults import ledger, office
from tests.faults.between import between
from tests.faults.processes import kill, until
from tests.faults.provider import Manner


@pytest.fixture
def lines(house):
    """Three practices that are free to send."""
    return office.open_lines(3)


@pytest.fixture
def wire(house):
    """What the victim hears from the database passes through here."""
    with between(house.cluster.port) as wire:
        yield wire


@pytest.fixture
def is_there(house):
    """Whether a text in that state has been committed, asked in whatever thread."""
    with house.cluster.connect() as session:
        yield lambda state: session.execute(
            "SELECT 1 FROM reminders_message WHERE state = %s LIMIT 1", [state]
        ).fetchone()


@pytest.mark.soak
def test_it_asks_about_what_was_on_its_way_when_its_worker_was_killed(
    house, lines, chance
):
    """E1: at any moment after the provider took a text."""
    victim = house.victim()
    house.provider.manner = chance.choice([Manner.HELD, Manner.AT_ONCE])
    texts = office.queue(lines, each=2)
    until(lambda: house.provider.taken)
    time.sleep(chance.uniform(0, 0.05))
    kill(victim)
    house.provider.manner = Manner.AT_ONCE
    house.worker.thaw()
    until(lambda: office.are_sent(texts))
    ledger.check(house.provider)


@pytest.mark.soak
def test_it_sends_what_its_worker_had_claimed_and_was_killed_before_it_knew(
    house, lines, wire, is_there
):
    """E2: the claim is committed. Each text is claimed once more, and sent once."""
    victim = house.victim(database=wire.port)
    wire.spring(lambda: is_there("sending"), lambda: kill(victim))
    texts = office.queue(lines)
    until(wire.sprung.is_set)
    assert house.provider.taken == []
    house.worker.thaw()
    until(lambda: office.are_sent(texts))
    attempts = Message.objects.values_list("attempt", flat=True)
    assert set(attempts) <= {1, 2}
    assert 2 in attempts
    ledger.check(house.provider)


@pytest.mark.soak
@pytest.mark.parametrize("survives", [False, True], ids=["killed", "cut off"])
def test_it_asks_nobody_about_what_was_recorded_before_its_worker_knew(
    house, lines, wire, is_there, survives
):
    """E3: the record is committed; its worker is killed, or only loses the answer."""
    victim = house.victim(database=wire.port)
    wire.spring(lambda: is_there("sent"), lambda: None if survives else kill(victim))
    texts = office.queue(lines[:1])
    until(wire.sprung.is_set)
    if survives:
        texts += office.queue(lines[1:])
    else:
        house.worker.thaw()
    until(lambda: office.are_sent(texts))
    assert house.provider.asked == []
    assert set(Message.objects.values_list("attempt", flat=True)) == {1}
    ledger.check(house.provider)


@pytest.mark.soak
def test_it_does_not_send_what_another_has_taken_over_while_it_stood_still(
    house, lines, wire, is_there
):
    """E24: stopped when its claim was committed, for longer than its lease."""
    victim = house.victim(database=wire.port)
    wire.spring(lambda: is_there("sending"), victim.freeze, lose=False)
    texts = office.queue(lines)
    until(wire.sprung.is_set)
    assert house.provider.taken == []
    house.worker.thaw()
    until(lambda: office.are_sent(texts))
    house.worker.freeze()
    victim.thaw()
    last = office.queue(lines)
    until(lambda: office.are_sent(last))
    ledger.check(house.provider)


@pytest.mark.soak
def test_it_changes_nothing_that_another_has_found_out_while_it_stood_still(
    house, lines
):
    """E24: stopped while the provider answers, for longer than its lease."""
    victim = house.victim()
    house.provider.manner = Manner.HELD
    texts = office.queue(lines)
    until(lambda: len(house.provider.taken) == len(lines))
    victim.freeze()
    house.worker.thaw()
    until(lambda: office.are_sent(texts))
    asked = list(house.provider.asked)
    house.provider.go_on.set()
    victim.thaw()
    until(lambda: '"recorded": 0' in victim.said())
    assert house.provider.asked == asked
    ledger.check(house.provider)
