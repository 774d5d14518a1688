"""The database crashes, loses sessions, stands still, or drags an old snapshot along."""

import os
import signal
import time
from datetime import timedelta
from functools import partial
from statistics import quantiles

import pytest
from django.db import connection

from reminders import clock, outbox
from reminders.models import Message
from tests.faults import calling, ledger, office
from tests.faults.processes import until
from tests.faults.provider import Manner

# E7: so soon a worker is back after its database is.
BACK_SECONDS = 10
# E9: what 95 of 100 claims stay below while somebody holds an old snapshot.
CLAIM_SECONDS = 0.1
LEASE_AND_MORE = 1.5


@pytest.fixture
def lines(house):
    """Three practices that are free to send."""
    return office.open_lines(3)


def restart(house):
    house.cluster.restart_at_once()


def kill_a_session(house):
    """The server ends every other session with it, and recovers."""
    os.kill(sessions(house)[0], signal.SIGKILL)


def kill_the_server(house):
    house.cluster.die()
    house.cluster.start()


def sessions(house):
    """The processes that serve other sessions than ours."""
    with house.cluster.connect() as session:
        found = session.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        ).fetchall()
    return [pid for (pid,) in found]


def waiting_for_a_lock(house):
    """The processes of sessions that want to write what another has locked."""
    with house.cluster.connect() as session:
        found = session.execute(
            "SELECT pid FROM pg_stat_activity WHERE query LIKE 'UPDATE%'"
            " AND cardinality(pg_blocking_pids(pid)) > 0"
        ).fetchall()
    return [pid for (pid,) in found]


@pytest.mark.soak
@pytest.mark.parametrize("harm", [restart, kill_a_session, kill_the_server])
def test_it_goes_on_by_itself_when_the_database_crashed_with_texts_on_their_way(
    house, lines, harm, chance
):
    """E7: restarted at once, a session killed, the server killed.

    No connection of before is used again: the worker sends texts that were queued
    later, as soon as it has reconnected.
    """
    provider = house.provider
    provider.manner = Manner.HELD
    office.queue(lines)
    until(lambda: provider.taken)
    time.sleep(chance.uniform(0, 0.1))
    harm(house)
    house.mend()
    provider.manner = Manner.AT_ONCE
    provider.go_on.set()
    later = office.queue(lines)
    until(lambda: office.are_sent(later), BACK_SECONDS)
    ledger.check(provider)


@pytest.mark.soak
def test_it_asks_about_a_text_whose_session_ended_while_it_was_recorded(house, lines):
    """E3: the UPDATE waits for a lock, and its session is ended by the server."""
    provider = house.provider
    provider.manner = Manner.HELD
    texts = office.queue(lines[:1])
    until(lambda: provider.taken)
    with house.cluster.connect(autocommit=False) as other:
        other.execute("SELECT 1 FROM reminders_message FOR UPDATE")
        provider.go_on.set()
        until(lambda: waiting_for_a_lock(house))
        with house.cluster.connect() as session:
            for pid in waiting_for_a_lock(house):
                session.execute("SELECT pg_terminate_backend(%s)", [pid])
    until(lambda: office.are_sent(texts))
    assert set(provider.asked) == {each.client_id for each in provider.taken}
    assert Message.objects.get().attempt == 1
    ledger.check(provider)


def test_it_sends_nothing_twice_when_the_tables_were_locked(house, lines):
    """E8: nobody can read or write them for longer than a lease lasts.

    The web says that it may be tried again, and does not wait for ever.
    """
    provider = house.provider
    provider.manner = Manner.HELD
    texts = office.queue(lines)
    url = house.web
    until(lambda: provider.taken)
    taken = provider.taken[0]
    report = partial(calling.call, url, lines[0], "receipt_hook", status="004")
    report = partial(report, apiMsgId=taken.message_id, cliMsgId=taken.client_id)
    with house.cluster.connect(autocommit=False) as other:
        other.execute(
            "LOCK TABLE reminders_message, reminders_reminder, provisioning_line"
            " IN ACCESS EXCLUSIVE MODE"
        )
        provider.manner = Manner.AT_ONCE
        provider.go_on.set()
        held = time.monotonic()
        assert report(timestamp="1772463600") == 503
        until(lambda: time.monotonic() > held + LEASE_AND_MORE)
    assert report(timestamp="1772463600") == 200
    until(lambda: office.states(texts) <= set(ledger.SETTLED))
    ledger.check(provider)


@pytest.mark.soak
def test_it_claims_as_quickly_at_the_end_while_somebody_holds_an_old_snapshot(
    house, request
):
    """E9: what each claim leaves behind cannot be cleared away meanwhile.

    The stated time is for a quiet machine and therefore asked for in the soak alone;
    on every machine the last claims look at little more than the first.
    """
    house.beat.freeze()
    lines = office.open_lines(20)
    texts = office.queue(lines, each=10)
    seconds, pages, claimed = [], [], []
    with house.cluster.connect(autocommit=False) as other:
        other.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        other.execute("SELECT 1 FROM reminders_message")
        now = clock.now()
        while len(claimed) < len(texts):
            before, begun = pages_read(), time.monotonic()
            claimed += outbox.claim(now, len(lines))
            seconds.append(time.monotonic() - begun)
            pages.append(pages_read() - before)
            now += timedelta(seconds=2)
    assert len({text.pk for text in claimed}) == len(texts)
    assert max(pages[1:]) < 3 * min(pages[1:])
    if request.config.getoption("loops", 1) > 1:
        assert quantiles(seconds, n=20)[-1] < CLAIM_SECONDS


def pages_read():
    """Pages that the server has looked at for this session so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(
            "SELECT blks_hit + blks_read FROM pg_stat_database"
            " WHERE datname = current_database()"
        )
        return cursor.fetchone()[0]
