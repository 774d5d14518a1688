"""Answers that leave texts out, mix them up, are no answers, or never end."""

import os
from pathlib import Path

from django.db import transaction

from provisioning.models import ProviderCall
from reminders.models import Message
from tests.faults.processes import until
from tests.faults.provider import Manner, manners
from tests.faults.provider.manners import copy_of, rearranged

State = Message.State

A_MEGABYTE = 1 << 20


def test_it_believes_an_answer_about_the_texts_it_names_and_asks_about_the_others(
    installation,
):
    """E13: left out, told twice, contradicted, misnamed, and in another order."""
    provider = installation.provider
    provider.next_manners.append(rearranged(mixed_up))
    with transaction.atomic():
        texts = [installation.text(installation.line()) for _each in range(7)]
    until(lambda: provider.taken)
    first = [text.client_id for text in provider.taken]
    installation.until_settled()
    sent = Message.objects.filter(pk__in=[text.pk for text in texts], state=State.SENT)
    assert set(sent.values_list("client_id", flat=True)) == set(first)
    assert len(first) == len(texts)
    assert set(provider.asked) == set(first[:3])


def mixed_up(replies):
    """Doubt about the first three, and none about the others."""
    left_out, contradicted, misnamed, twice, *others = replies
    del left_out
    contradiction = copy_of(contradicted, apiMsgId="0" * 32)
    stranger = copy_of(twice, sequence_no="f" * 32, apiMsgId="1" * 32)
    misnamed = copy_of(misnamed, sequence_no="e" * 32)
    told = [twice, *others, contradiction, twice, stranger, contradicted, misnamed]
    return [copy_of(reply) for reply in reversed(told)]


def test_it_asks_when_the_answer_was_none_and_keeps_no_secret_of_it(installation):
    """E14: a login page, nothing, noise, another charset, half a document."""
    provider = installation.provider
    odd = [
        manners.LOGIN_PAGE,
        manners.EMPTY,
        manners.GARBAGE,
        manners.WRONG_CHARSET,
        manners.TRUNCATED,
        manners.BROKEN_OFF,
        manners.ECHOING,
        Manner.NEVER,
    ]
    texts = one_for_each(installation, odd)
    installation.until_settled()
    for text in texts:
        text.refresh_from_db()
        assert (text.state, text.attempt) == (State.SENT, 1)
    assert set(provider.asked) == {text.client_id for text in texts}
    calls = ProviderCall.objects.filter(
        action="sendMsg", account__in=[text.line.account for text in texts]
    )
    # The echo is a document, though it says nothing.
    assert calls.filter(outcome="unknown").count() == len(odd) - 1
    assert any("not a document" in call.response for call in calls)
    assert any("echo" in call.response for call in calls)
    for text in texts:
        secrets = (text.line.account.password, text.phone.number.removeprefix("+"))
        assert not any(secret in call.response for call in calls for secret in secrets)


def test_it_ends_an_answer_that_does_not_end_and_does_not_grow_by_it(installation):
    """E15: drop by drop, for ever, a gigabyte of it, and a gigabyte in a nutshell."""
    installation.text(installation.line())
    installation.until_settled()
    before = most_memory(installation.worker.pid)
    much = [
        manners.DRIPPING,
        manners.DRIPPING_HEADERS,
        manners.ENDLESS,
        manners.HUGE,
        manners.ZIPPED,
    ]
    texts = one_for_each(installation, much)
    installation.until_settled()
    sent = Message.objects.filter(pk__in=[text.pk for text in texts])
    assert set(sent.values_list("state", "attempt")) == {(State.SENT, 1)}
    assert most_memory(installation.worker.pid) < before + 20 * A_MEGABYTE


def one_for_each(installation, odd):
    """Text from a line of its own for each manner, one after the other."""
    texts = []
    for manner in odd:
        installation.provider.next_manners.append(manner)
        texts.append(installation.text(installation.line()))
        # Each of them makes the provider's interface rest for a while.
        installation.hurry_until(lambda: not installation.provider.next_manners)
    return texts


def most_memory(session):
    """The most that any process of a worker has ever held, in bytes."""
    return max(
        int(line.split()[1]) * 1024
        for pid in map(int, filter(str.isdigit, os.listdir("/proc")))
        if session_of(pid) == session
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("VmHWM:")
    )


def session_of(pid):
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None
