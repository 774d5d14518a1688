"""Callbacks: many at a time, again and again, backwards, about strangers, with harm in mind.

Those that come before our own commit are in `test_receipts`.
"""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count, takewhile
from threading import Event

import pytest

from provisioning.models import ProviderCall
from reminders import clock
from reminders.models import Message, Receipt
from tests.faults import calling
from tests.faults.processes import until
from tests.faults.provider import open_for_business

State = Message.State

QUEUED, AT_GATEWAY, DELIVERED, OK, FAILED = "002", "003", "004", "008", "007"
TIMES = 10
AT_ONCE = 8
# The flood's callers leave some of a small machine to the worker.
CALLERS, FLOOD = 4, 200


def sent_long_ago(installation, line):
    """A text that the provider took three days ago and has said nothing about since."""
    then = clock.now() - timedelta(days=3)
    return installation.text(
        line,
        state=State.SENT,
        line=line,
        now=then,
        sent_at=then,
        client_id=secrets.token_hex(16),
        provider_id=secrets.token_hex(16),
    )


def test_it_keeps_one_receipt_an_event_and_the_best_of_them_however_they_come(
    installation,
):
    """E18: each ten times, eight at once, backwards, three days late; and of strangers."""
    url, line, other = installation.web, installation.line(), installation.line()
    text, theirs = (sent_long_ago(installation, each) for each in (line, other))
    ours = {"apiMsgId": text.provider_id, "cliMsgId": text.client_id}
    foreign = {"apiMsgId": theirs.provider_id, "cliMsgId": theirs.client_id}
    nobodys = {"apiMsgId": "f" * 32, "cliMsgId": "e" * 32}
    reports = [
        *((status, ours) for status in (DELIVERED, OK, AT_GATEWAY, QUEUED)),
        (FAILED, foreign),
        (FAILED, nobodys),
    ] * TIMES
    with ThreadPoolExecutor(AT_ONCE) as callers:
        statuses = callers.map(
            lambda each: calling.report(url, line, each[0], **each[1]), reports
        )
        assert set(statuses) == {200}
    text.refresh_from_db()
    theirs.refresh_from_db()
    assert (text.state, theirs.state) == (State.DELIVERED, State.SENT)
    kept = Receipt.objects.of(line.account.practice)
    matched = kept.filter(message=text).values_list("status", flat=True)
    assert sorted(matched) == [QUEUED, AT_GATEWAY, DELIVERED, OK]
    unmatched = kept.filter(message=None).values_list("provider_id", flat=True)
    assert sorted(unmatched) == sorted([theirs.provider_id, nobodys["apiMsgId"]])
    assert not Receipt.objects.of(other.account.practice).exists()


def test_it_sends_on_while_callbacks_flood_in(installation):
    """E19: the flood ends when the texts have gone, so it is they that end it."""
    url, line = installation.web, installation.line()
    known = [sent_long_ago(installation, line) for _each in range(20)]
    gone = Event()
    numbers = count()

    def flood(_caller: int) -> list[int]:
        mine = takewhile(lambda number: number < FLOOD or not gone.is_set(), numbers)
        return [
            calling.report(
                url,
                line,
                (QUEUED, AT_GATEWAY, DELIVERED)[number % 3],
                apiMsgId=known[number % 20].provider_id,
            )
            for number in mine
        ]

    with ThreadPoolExecutor(CALLERS) as callers:
        answers = [callers.submit(flood, caller) for caller in range(CALLERS)]
        lines = [installation.line() for _each in range(2)]
        texts = [installation.text(each) for each in lines for _text in range(2)]
        mine = Message.objects.filter(pk__in=[text.pk for text in texts])
        try:
            until(lambda: mine.filter(state=State.SENT).count() == len(texts))
        finally:
            gone.set()
        statuses = [status for each in answers for status in each.result()]
    assert set(statuses) == {200}
    assert len(statuses) >= FLOOD
    delivered = Message.objects.filter(pk__in=[text.pk for text in known])
    assert set(delivered.values_list("state", flat=True)) == {State.DELIVERED}


@pytest.mark.parametrize("kind", ["file", "address", "type", "laughs"])
def test_it_reads_no_document_that_wants_more_than_to_be_read(
    installation, tmp_path, kind
):
    """E16: a callback that names a file, an address or itself a billion times."""
    url, line = installation.web, installation.line()
    secret = tmp_path / "secret"
    secret.write_text("5ec4e7")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    with open_for_business() as elsewhere:
        declared, value = {
            "file": (f'[<!ENTITY own SYSTEM "file://{secret}">]', "&own;"),
            "address": (f'[<!ENTITY own SYSTEM "{elsewhere.url}">]', "&own;"),
            "type": (f'SYSTEM "{elsewhere.url}"', "a" * 32),
            "laughs": (f'[<!ENTITY l0 "ha">{laughs}]', "&l11;"),
        }[kind]
        for root, hook in (("callback", "receipt_hook"), ("clickmo", "inbound_hook")):
            harmful = f"<!DOCTYPE {root} {declared}>{document(root, value)}"
            assert calling.call_with_document(url, line, hook, harmful) == 400
            harmless = document(root, "a" * 32)
            assert calling.call_with_document(url, line, hook, harmless) == 200
        assert not elsewhere.strays
    assert not ProviderCall.objects.filter(request__contains="5ec4e7").exists()
    kept = Receipt.objects.of(line.account.practice)
    assert [receipt.provider_id for receipt in kept] == ["a" * 32]


def document(root, value):
    """A receipt or a text, by its root."""
    at = "1772463600" if root == "callback" else "2026-03-02 17:00:00"
    return (
        f"<{root}><apiMsgId>{value}</apiMsgId><moMsgId>{value}</moMsgId>"
        f"<status>004</status><from>12125550121</from><to>12125550122</to>"
        f"<text>{value}</text><timestamp>{at}</timestamp></{root}>"
    )
