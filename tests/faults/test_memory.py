"""A worker's child is ended for want of memory, or can have no more of it."""

import os
import resource
import signal
import sys

import pytest

from tests.faults import ledger, office
from tests.faults.processes import until
from tests.faults.provider import Manner

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="Wants prlimit and /proc, which are Linux."
)


@pytest.mark.soak
def test_it_replaces_a_child_that_the_system_ended_with_texts_in_hand(house):
    """E35: as the kernel does when memory runs out. The lease brings the texts back."""
    provider = house.provider
    provider.manner = Manner.HELD
    lines = office.open_lines(3)
    texts = office.queue(lines)
    until(lambda: provider.taken)
    children = house.worker.children()
    for child in children:
        os.kill(child, signal.SIGKILL)
    provider.manner = Manner.AT_ONCE
    until(lambda: office.are_sent(texts))
    assert set(provider.asked) >= {each.client_id for each in provider.taken}
    assert not set(house.worker.children()) & set(children)
    ledger.check(provider)


def test_it_loses_nothing_while_its_children_can_have_no_more_memory(house):
    """E35: each allocation fails, wherever the task happens to be."""
    provider = house.provider
    provider.manner = Manner.HELD
    lines = office.open_lines(3)
    texts = office.queue(lines)
    until(lambda: provider.taken)
    children = house.worker.children()
    for child in children:
        hard = resource.prlimit(child, resource.RLIMIT_AS)[1]
        resource.prlimit(child, resource.RLIMIT_AS, (1 << 20, hard))
    provider.manner = Manner.AT_ONCE
    provider.go_on.set()
    told = len(house.worker.said())
    until(lambda: "MemoryError" in house.worker.said()[told:])
    for child in set(house.worker.children()) & set(children):
        hard = resource.prlimit(child, resource.RLIMIT_AS)[1]
        resource.prlimit(child, resource.RLIMIT_AS, (hard, hard))
    until(lambda: office.are_sent(texts))
    ledger.check(provider)
