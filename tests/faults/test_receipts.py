"""Receipts as they come: at the same time, twice, backwards, and before our commit."""

from concurrent.futures import ThreadPoolExecutor

from reminders import clock
from reminders.models import Message, Receipt
from tests import make
from tests.faults import calling, ledger
from tests.faults.processes import until
from tests.faults.provider import Manner

DELIVERED, AT_GATEWAY = "004", "003"


def test_it_keeps_what_a_receipt_said_before_the_worker_knew_that_the_text_was_taken(
    site, provider, line
):
    """E18: the worker is told to end meanwhile, and finishes what it has in hand."""
    text = make.make_message(make.make_phone(line.account.practice), now=clock.now())
    url = site.web()
    provider.manner = Manner.HELD
    site.beat()
    worker = site.worker("--concurrency", "2", SEND_LEASE_SECONDS="30")
    until(lambda: provider.taken)
    taken = provider.taken[0]
    ours = [(taken.message_id, taken.client_id)] * 2
    reports = [
        (*ids, status)
        for status in (DELIVERED, AT_GATEWAY, DELIVERED)
        for ids in (*ours, ("f" * 32, ""))
    ]
    worker.terminate()
    with ThreadPoolExecutor(8) as callers:
        statuses = list(callers.map(lambda each: report(url, line, *each), reports))
    assert statuses == [200] * len(reports)
    provider.go_on.set()
    assert worker.wait() == 0
    text.refresh_from_db()
    assert text.state == Message.State.DELIVERED
    assert kept_of(text) == [AT_GATEWAY, DELIVERED]
    assert kept_of(None) == [AT_GATEWAY, DELIVERED]
    ledger.check(provider)


def report(url, line, message_id, client_id, status):
    return calling.call(
        url,
        line,
        "receipt_hook",
        apiMsgId=message_id,
        cliMsgId=client_id,
        status=status,
        timestamp="1772463600",
        charge="0.800000",
    )


def kept_of(text):
    return sorted(Receipt.objects.filter(message=text).values_list("status", flat=True))
