"""The embedded installation: an SQLite file, a folder for the broker, and the same promises.

What workers had in hand when they were killed is asked about, never guessed. The broker
held only hints here as well, and a second worker does no harm.
"""

import sqlite3
import time

import pytest
from django.db import connection

from reminders.models import Message
from tests.faults import ledger, office
from tests.faults.processes import kill, until
from tests.faults.provider import Manner, nobody_home

pytestmark = [pytest.mark.embedded, pytest.mark.real_http]


@pytest.fixture
def lines(site):
    """Two practices that are free to send; a beat runs."""
    site.beat(hurried=True)
    return office.open_lines(2)


def attempts():
    return set(Message.objects.values_list("attempt", flat=True))


@pytest.mark.soak
def test_it_learns_what_became_of_texts_when_their_worker_was_killed_after_the_post(
    site, provider, lines
):
    """E1: the provider has taken them, and its answer is never heard."""
    provider.manner = Manner.HELD
    worker = site.worker("--concurrency", "2")
    texts = office.queue(lines)
    until(lambda: len(provider.taken) == len(texts))
    kill(worker)
    assert office.states(texts) == {Message.State.SENDING}
    provider.manner = Manner.AT_ONCE
    site.worker("--concurrency", "2")
    until(lambda: office.are_sent(texts))
    assert attempts() == {1}
    assert set(provider.asked) == {each.client_id for each in provider.taken}
    ledger.check(provider)


@pytest.mark.soak
def test_it_sends_texts_anew_when_their_worker_was_killed_before_the_post(
    site, provider, lines
):
    """E2: they were claimed, and nothing was ever read at the other end."""
    texts = office.queue(lines)
    with nobody_home() as silence:
        worker = site.worker("--concurrency", "2", MESSAGING_URL=silence)
        until(lambda: office.states(texts) == {Message.State.SENDING})
        kill(worker)
    lost = set(Message.objects.values_list("client_id", flat=True))
    site.worker("--concurrency", "2")
    until(lambda: office.are_sent(texts))
    assert attempts() == {2}
    assert lost <= set(provider.asked)
    assert not lost & {each.client_id for each in provider.taken}
    ledger.check(provider)


def test_it_loses_and_doubles_nothing_when_the_brokers_folder_is_emptied(
    site, provider, lines
):
    """E5: all the while, as if somebody cleaned up behind it."""
    texts = office.queue(lines, each=3)
    site.worker("--concurrency", "2")
    folder = site.folder / "var" / "broker"
    emptied = 0
    until(lambda: provider.taken)
    while emptied < 5:
        for hint in folder.iterdir():
            hint.unlink(missing_ok=True)
            emptied += 1
        time.sleep(0.05)
    until(lambda: office.are_sent(texts))
    ledger.check(provider)


def test_two_workers_send_each_text_once_where_one_is_advised(site, provider, lines):
    """E22: they wait for each other at the file."""
    texts = office.queue(lines, each=3)
    for name in ("one@%h", "two@%h"):
        site.worker("--concurrency", "2", "--hostname", name)
    until(lambda: office.are_sent(texts))
    assert attempts() == {1}
    ledger.check(provider)


def test_it_sends_each_text_once_after_a_long_writer_has_left_the_file(
    site, provider, lines
):
    """E8: nothing can be written for longer than a lease lasts, a text on its way."""
    provider.manner = Manner.HELD
    site.worker("--concurrency", "2")
    texts = office.queue(lines)
    until(lambda: provider.taken)
    writer = sqlite3.connect(connection.settings_dict["NAME"], timeout=10)
    writer.execute("BEGIN IMMEDIATE")
    provider.manner = Manner.AT_ONCE
    provider.go_on.set()
    time.sleep(float(site.environment["SEND_LEASE_SECONDS"]) + 0.5)
    writer.rollback()
    writer.close()
    until(lambda: office.are_sent(texts))
    ledger.check(provider)
