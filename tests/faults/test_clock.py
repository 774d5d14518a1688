"""The clock of a worker's machine is wrong, and the database's is right."""

import time
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from reminders import clock
from reminders.models import Message
from tests import make
from tests.faults import ledger, office
from tests.faults.processes import until
from tests.faults.provider import Manner

# Debian's package `faketime`.
LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
# How long a text that is due may wait for a worker whose clock has just jumped.
SOON_SECONDS = 15
HINT_SECONDS = 0.2
JUMPS = ("+1h", "-1h", "+1d", "-1d")


@pytest.mark.skipif(not LIBRARIES, reason="Wants libfaketime: apt install faketime")
def test_it_goes_by_the_databases_clock_when_its_own_has_jumped(house, tmp_path):
    """E20: an hour and a day, to and fro, and each time while a text is on its way.

    What is due leaves, once; what is due in half an hour does not.
    """
    dial = tmp_path / "clock"
    dial.write_text("+0")
    house.victim(
        LD_PRELOAD=str(LIBRARIES[0]),
        FAKETIME_TIMESTAMP_FILE=str(dial),
        FAKETIME_NO_CACHE="1",
        FAKETIME_DONT_FAKE_MONOTONIC="1",
    )
    house.beat.freeze()
    provider = house.provider
    other, *lines = office.open_lines(1 + 2 * len(JUMPS))
    patient = make.make_phone(other.account.practice)
    early = make.make_message(patient, now=clock.now() + timedelta(minutes=30))
    for jump in JUMPS:
        provider.manner = Manner.HELD
        provider.go_on.clear()
        texts = office.queue([lines.pop()])
        hinting(house, lambda: len(provider.taken) % 2)
        dial.write_text(jump)
        provider.manner = Manner.AT_ONCE
        provider.go_on.set()
        texts += office.queue([lines.pop()])
        hinting(house, partial(office.are_sent, texts))
        early.refresh_from_db()
        assert early.state == Message.State.QUEUED
    ledger.check(provider)


def hinting(house, is_so):
    """Wait until it is so. No beat speaks meanwhile, whose words would expire."""

    def is_so_now():
        house.hint()
        time.sleep(HINT_SECONDS)
        return is_so()

    until(is_so_now, SOON_SECONDS)
