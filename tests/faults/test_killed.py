"""Workers that are killed: what they had in hand is asked about, never guessed."""

import pytest

from reminders import clock
from reminders.models import Message
from tests import make
from tests.faults import ledger
from tests.faults.processes import kill, until
from tests.faults.provider import Manner, nobody_home


@pytest.fixture
def text(line):
    """A text that is due now."""
    phone = make.make_phone(line.account.practice)
    return make.make_message(phone, "Are you there?", now=clock.now())


def state_of(text):
    text.refresh_from_db()
    return text.state


@pytest.mark.real_http
def test_it_learns_what_became_of_a_text_when_its_worker_was_killed_after_the_post(
    site, provider, text
):
    provider.manner = Manner.HELD
    site.beat()
    worker = site.worker("--concurrency", "2")
    until(lambda: provider.taken)
    kill(worker)
    assert state_of(text) == Message.State.SENDING
    provider.manner = Manner.AT_ONCE
    site.worker("--concurrency", "2")
    until(lambda: state_of(text) == Message.State.SENT)
    assert (text.attempt, provider.asked) == (1, [text.client_id])
    ledger.check(provider)


@pytest.mark.real_http
def test_it_sends_a_text_anew_when_its_worker_was_killed_before_the_post(
    site, provider, text
):
    site.beat()
    with nobody_home() as silence:
        worker = site.worker("--concurrency", "2", MESSAGING_URL=silence)
        until(lambda: state_of(text) == Message.State.SENDING)
        kill(worker)
    lost = text.client_id
    site.worker("--concurrency", "2")
    until(lambda: state_of(text) == Message.State.SENT)
    assert (text.attempt, lost in provider.asked) == (2, True)
    assert [each.client_id for each in provider.taken] == [text.client_id] != [lost]
    ledger.check(provider)
