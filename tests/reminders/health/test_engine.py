"""The engine is at work while each essential part has beaten lately."""

from datetime import timedelta

import pytest

from reminders.health import ESSENTIAL, judge
from tests.make import NOW

QUIET = timedelta(minutes=2)
LONG_AGO = NOW - timedelta(minutes=7)
WELL = dict.fromkeys(ESSENTIAL, NOW)


def test_it_is_well_while_every_part_beats():
    engine = judge(WELL, NOW + QUIET, QUIET)
    assert engine.is_well
    assert engine.since is None


@pytest.mark.parametrize("part", ESSENTIAL)
def test_it_stands_still_when_one_part_is_silent(part):
    engine = judge({**WELL, part: LONG_AGO}, NOW, QUIET)
    assert (engine.silent, engine.since) == ((part,), LONG_AGO)


def test_it_stands_still_since_the_first_part_fell_silent():
    earlier = LONG_AGO - QUIET
    engine = judge({"beat": earlier, "fill": LONG_AGO, "send": NOW}, NOW, QUIET)
    assert (engine.silent, engine.since) == (("beat", "fill"), earlier)


def test_it_knows_no_instant_when_a_part_never_beat():
    engine = judge({"beat": LONG_AGO, "fill": NOW}, NOW, QUIET)
    assert (engine.silent, engine.since) == (("beat", "send"), None)


def test_it_does_not_ask_for_parts_that_can_wait():
    assert judge({**WELL, "reconcile": LONG_AGO}, NOW, QUIET).is_well
