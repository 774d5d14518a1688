"""Doubt: nothing is sent twice without an answer to "did it arrive?"."""

from datetime import timedelta

import pytest

from provisioning import steps
from provisioning.sandbox import behaviour
from provisioning.sandbox.models import Switches, Text
from reminders import outbox
from reminders.models import Message
from reminders.outbox import doubt
from tests import make, talk

pytestmark = pytest.mark.django_db

NOW = make.NOW
SECOND = timedelta(seconds=1)
# The lease of a minute and the grace of two are over.
MUCH_LATER = NOW + 181 * SECOND


@pytest.fixture
def text():
    """A text that is queued; the provider knows the account."""
    line = make.make_line(make.make_account(make.make_practice()))
    talk.open_account_at_provider(line)
    return make.make_message(make.make_phone(line.account.practice))


def misbehave(kind, action="sendMsg", times=1):
    behaviour.add_rule(action=action, kind=kind, code="", seconds=0, times=times)


def send(now=NOW):
    outbox.deliver(outbox.claim(now), now)


def test_it_has_nothing_to_do_when_nothing_is_in_doubt(text, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert outbox.reconcile(NOW) == 0


def test_it_learns_that_a_text_was_accepted_though_the_answer_was_lost(text):
    misbehave("lost")
    send()
    assert outbox.reconcile(NOW + SECOND) == 1
    text.refresh_from_db()
    assert text.state == "sent"
    assert text.provider_id == Text.objects.get().message_id
    send(NOW + timedelta(hours=1))
    assert Text.objects.count() == 1


def test_it_asks_about_a_text_whose_worker_died(text):
    outbox.claim(NOW)
    assert outbox.reconcile(NOW + 60 * SECOND) == 0
    text.refresh_from_db()
    assert text.state == "sending"
    outbox.reconcile(NOW + 61 * SECOND)
    text.refresh_from_db()
    assert text.state == "unknown"
    assert text.asked_at == NOW + 61 * SECOND


def test_it_asks_about_a_text_whose_worker_died_after_the_provider_took_it(text):
    claimed = outbox.claim(NOW)
    outbox.deliver(claimed, NOW)
    Message.objects.update(state="sending", lease_until=NOW, provider_id="")
    assert outbox.reconcile(NOW + SECOND) == 1
    text.refresh_from_db()
    assert text.state == "sent"
    assert Text.objects.count() == 1


def test_it_sends_again_only_when_it_never_arrived_and_the_grace_is_over(text):
    misbehave("silent")
    send()
    text.refresh_from_db()
    first_id = text.client_id
    assert outbox.reconcile(MUCH_LATER - 2 * SECOND) == 0
    text.refresh_from_db()
    assert text.state == "unknown"
    assert outbox.reconcile(MUCH_LATER + 10 * SECOND) == 1
    send(MUCH_LATER + 10 * SECOND)
    text.refresh_from_db()
    assert (text.state, text.attempt) == ("sent", 2)
    assert text.client_id != first_id
    assert Text.objects.get().client_id == text.client_id


@pytest.mark.parametrize("kind", ["silent", "garbage"])
def test_it_does_not_send_again_while_the_provider_cannot_be_asked(text, kind):
    misbehave("silent")
    send()
    misbehave(kind, action="queryMsg", times=5)
    for minutes in (5, 10, 60):
        assert outbox.reconcile(NOW + timedelta(minutes=minutes)) == 0
    text.refresh_from_db()
    assert (text.state, text.attempt) == ("unknown", 1)


def test_it_asks_about_one_text_every_ten_seconds_at_most(text):
    misbehave("silent")
    send()
    outbox.reconcile(NOW + SECOND)
    outbox.reconcile(NOW + 5 * SECOND)
    text.refresh_from_db()
    assert text.asked_at == NOW + SECOND
    outbox.reconcile(NOW + 11 * SECOND)
    text.refresh_from_db()
    assert text.asked_at == NOW + 11 * SECOND


def make_doubtful(practice, **fields):
    return make.make_message(
        make.make_phone(practice),
        state=Message.State.UNKNOWN,
        line=practice.account.lines.get(),
        **{"client_id": make.next_number()[1:], "lease_until": NOW, **fields},
    )


def test_it_asks_first_about_what_it_asked_about_longest_ago(text):
    practice = text.practice
    asked = make_doubtful(practice, asked_at=NOW - 20 * SECOND)
    longer = make_doubtful(practice, asked_at=NOW - 30 * SECOND)
    never = make_doubtful(practice)
    for expected in (never, longer, asked):
        outbox.reconcile(NOW, limit=1)
        expected.refresh_from_db()
        assert expected.asked_at == NOW


def test_it_stops_asking_when_the_provider_does_not_answer(text):
    """Each question may take half a minute of a worker that is needed elsewhere."""
    first, second = make_doubtful(text.practice), make_doubtful(text.practice)
    misbehave("silent", action="queryMsg", times=2)  # a question is asked twice
    assert outbox.reconcile(NOW) == 0
    second.refresh_from_db()
    assert second.asked_at is None
    assert outbox.reconcile(NOW + 5 * SECOND) == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.asked_at, second.asked_at) == (NOW, NOW + 5 * SECOND)


def test_it_does_not_knock_with_a_password_that_was_refused(text):
    doubtful = make_doubtful(text.practice)
    account = text.practice.account
    account.credentials_refused_at = NOW
    account.save()
    outbox.reconcile(NOW)
    doubtful.refresh_from_db()
    assert doubtful.asked_at is None


def test_it_learns_the_final_fate_where_there_is_one(text):
    switches = Switches.objects.current()
    switches.receipt_seconds = 0
    switches.save()
    misbehave("lost")
    send()
    Text.objects.update(status=Text.Status.ERROR)
    outbox.reconcile(NOW + SECOND)
    text.refresh_from_db()
    assert text.state == "failed"


def test_it_wants_a_text_that_was_on_its_way(text):
    Message.objects.update(state="unknown")
    with pytest.raises(ValueError, match="line"):
        outbox.reconcile(NOW)


def test_it_gives_no_text_up_without_a_word_to_the_staff(text, monkeypatch):
    """Whoever dies between the two leaves the text in doubt, for the next to settle."""
    doubtful = make_doubtful(text.practice)
    by = make.make_member(text.practice).user
    steps.disconnect(text.practice.account, by=by, now=NOW)

    def killed(*_args):
        raise RuntimeError

    monkeypatch.setattr(doubt, "call_about", killed)
    with pytest.raises(RuntimeError):
        outbox.reconcile(NOW + 2 * doubt.WAIT_FOR_REPORT)
    doubtful.refresh_from_db()
    assert doubtful.state == Message.State.UNKNOWN
