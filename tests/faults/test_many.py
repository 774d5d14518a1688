"""Many at once: beats and workers need not know of each other."""

from collections import defaultdict
from datetime import timedelta

from provisioning.models import Line
from reminders import clock
from reminders.models import Message
from tests import make
from tests.faults import ledger
from tests.faults.processes import until
from tests.faults.provider import Manner

EACH = 5
# The claim keeps the pace to the millisecond; what a busy machine does between the
# claim and the wire is not ours to promise.
LATE = 2.0


def test_two_beats_and_three_workers_send_each_text_once_and_keep_each_lines_pace(
    site, provider, line
):
    """The first packet is taken and never answered, so its texts are asked about."""
    other = make.make_line(make.make_account(make.make_practice()), now=clock.now())
    provider.manner = Manner.NEVER
    site.beat()
    site.beat()
    site.worker("--concurrency", "2", "--hostname", "one@%h")
    site.worker("--concurrency", "2", "--hostname", "two@%h")
    threads = ["--pool", "threads", "--concurrency", "4"]
    site.worker(*threads, "--hostname", "three@%h")
    begun = clock.now()
    for each in (line, other):
        queue(each, begun)
    until(lambda: provider.taken)
    provider.manner = Manner.AT_ONCE
    until(lambda: Message.objects.filter(state="sent").count() == 2 * EACH)
    assert Message.objects.filter(attempt=1).count() == 2 * EACH
    assert set(provider.asked)
    ledger.check(provider)
    for free_at in Line.objects.values_list("free_at", flat=True):
        assert free_at >= begun + timedelta(seconds=EACH)
    for moments in taken_at(provider).values():
        assert moments[-1] - moments[0] > EACH - 1 - LATE


def queue(line, now):
    for number in range(EACH):
        phone = make.make_phone(line.account.practice)
        make.make_message(phone, f"Text {number}", now=now)


def taken_at(provider):
    """When each number's texts were taken, in order."""
    moments = defaultdict(list)
    for text in provider.taken:
        moments[text.sender].append(text.at)
    return moments
