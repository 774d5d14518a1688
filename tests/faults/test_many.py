"""Many at once: beats, workers and claims need not know of each other."""

import json
from datetime import timedelta

import pytest

from provisioning.models import Line
from reminders import clock
from reminders.models import Message
from tests.faults import ledger, office
from tests.faults.processes import until
from tests.faults.provider import Manner

EACH = 3
BATCHES = (1, 7, 50, 1, 7, 50, 1, 7)


@pytest.mark.soak
def test_two_beats_and_three_workers_send_each_text_once_and_keep_each_lines_pace(
    house,
):
    """E22: the first packet is taken and never answered, so its texts are asked about."""
    lines = office.open_lines(2)
    house.provider.manner = Manner.NEVER
    house.another_beat()
    house.guest("--hostname", "two@%h")
    house.guest("--pool", "threads", "--concurrency", "4", "--hostname", "three@%h")
    begun = clock.now()
    texts = office.queue(lines, each=EACH)
    until(lambda: house.provider.taken)
    house.provider.manner = Manner.AT_ONCE
    until(lambda: office.are_sent(texts))
    assert set(Message.objects.values_list("attempt", flat=True)) == {1}
    assert house.provider.asked
    ledger.check(house.provider)
    for free_at in Line.objects.values_list("free_at", flat=True):
        assert free_at >= begun + timedelta(seconds=EACH)


@pytest.mark.soak
def test_eight_processes_claim_each_text_once_whatever_the_size_of_their_rounds(
    house, request
):
    """E23: rounds of 1, 7 and 50. A line's texts are a second apart, whoever has them."""
    house.beat.freeze()
    lines = office.open_lines(50)
    each = 4 if request.config.getoption("loops", 1) == 1 else 20
    begun = clock.now()
    texts = office.queue(lines, each=each)
    told = house.claimers(clock.now().isoformat(), *map(str, BATCHES))
    claims = [json.loads(line) for line in told.splitlines()]
    assert sorted(claim["text"] for claim in claims) == sorted(t.pk for t in texts)
    assert len({claim["client_id"] for claim in claims}) == len(texts)
    assert {claim["attempt"] for claim in claims} == {1}
    assert len({(claim["line"], claim["second"]) for claim in claims}) == len(texts)
    for free_at in Line.objects.values_list("free_at", flat=True):
        assert free_at >= begun + timedelta(seconds=each)
    Message.objects.all().delete()
