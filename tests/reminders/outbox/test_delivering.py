"""Delivering: over the wire to the sandbox, and what became of each text."""

from datetime import timedelta

import pytest

from provisioning.gateway import Fate, SendOutcome
from provisioning.models import ProviderAccount
from provisioning.sandbox import behaviour
from provisioning.sandbox.models import Account, Text
from reminders import outbox
from reminders.models import CallListEntry, Message, Phone
from reminders.outbox import delivering
from tests import make, talk

pytestmark = pytest.mark.django_db

NOW = make.NOW
SECOND = timedelta(seconds=1)


@pytest.fixture
def practice():
    """A practice whose account the provider knows, with a thousand credits."""
    line = make.make_line(make.make_account(make.make_practice()))
    talk.open_account_at_provider(line)
    return line.account.practice


@pytest.fixture
def phone(practice):
    return make.make_phone(practice)


def send(now=NOW):
    claimed = outbox.claim(now)
    outbox.deliver(claimed, now)
    return claimed


def refuse_with(code, times=1):
    behaviour.add_rule(
        action="sendMsg", kind="answer", code=code, seconds=0, times=times
    )


def misbehave(kind, action="sendMsg"):
    behaviour.add_rule(action=action, kind=kind, code="", seconds=0, times=1)


def make_reminder_text(practice, **phone):
    visit = make.make_appointment(
        make.make_patient(practice, phone=make.make_phone(practice, **phone))
    )
    make.make_reminder(visit, make.make_rule(practice))
    outbox.fill(NOW)
    return Message.objects.get()


# --- Accepted -----------------------------------------------------------------------


def test_it_sends_a_text_and_keeps_what_the_provider_calls_it(phone):
    text = make.make_message(phone, "Hello, Señora.")
    send()
    text.refresh_from_db()
    theirs = Text.objects.get()
    assert (text.state, text.sent_at, text.lease_until) == ("sent", NOW, None)
    assert (theirs.message_id, theirs.client_id) == (text.provider_id, text.client_id)
    assert (theirs.text, f"+{theirs.recipient}") == (text.body, phone.number)
    assert f"+{theirs.sender}" == text.line.number


@pytest.mark.parametrize("body", ["María, ¿viene?", "5 € 👍", "x" * 400, "é" * 161])
def test_it_sends_all_characters_and_lengths(phone, body):
    make.make_message(phone, body)
    send()
    assert Text.objects.get().text == body


def test_it_sends_the_texts_of_several_practices_in_one_packet(practice, phone):
    make.make_message(phone, "one")
    line = make.make_line(make.make_account(make.make_practice("Hillside Clinic")))
    talk.open_account_at_provider(line)
    make.make_message(make.make_phone(line.account.practice), "two")
    send()
    assert set(Text.objects.values_list("text", flat=True)) == {"one", "two"}
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_it_queues_again_what_it_could_not_send_within_its_lease(phone):
    text = make.make_message(phone)
    claimed = outbox.claim(NOW)
    outbox.deliver(claimed, NOW + timedelta(seconds=60))
    text.refresh_from_db()
    assert (text.state, text.lease_until) == ("queued", None)
    assert not Text.objects.exists()


def test_it_wants_a_claim_first(phone):
    text = make.make_message(phone, lease_until=NOW + SECOND)
    with pytest.raises(ValueError, match="claimed"):
        outbox.deliver([text], NOW)


def test_it_records_many_with_one_question(phone, django_assert_num_queries):
    ids = {f"c{number}": f"p{number}" for number in range(20)}
    for client_id in ids:
        make.make_message(phone, state=Message.State.SENDING, client_id=client_id)
    with django_assert_num_queries(1):
        delivering._record_accepted(ids, NOW)
    for text in Message.objects.all():
        assert (text.state, text.provider_id) == ("sent", ids[text.client_id])


# --- Refused ------------------------------------------------------------------------


def test_it_gives_up_a_text_that_was_refused_and_asks_staff_to_call(practice):
    text = make_reminder_text(practice)
    refuse_with("113")
    send()
    text.refresh_from_db()
    assert (text.state, text.error_code) == ("failed", "113")
    assert text.reason
    assert CallListEntry.objects.get().reason == text.reason
    assert send(NOW + timedelta(hours=1)) == []


def test_it_learns_that_a_number_cannot_be_reached(practice):
    text = make_reminder_text(practice, number="+12125550197")  # not covered
    send()
    text.refresh_from_db()
    assert (text.state, text.error_code) == ("failed", "114")
    assert text.phone.reach == Phone.Reach.UNREACHABLE
    assert text.phone.opted_out_at is None


def test_it_learns_of_an_opt_out_at_the_provider(practice):
    text = make_reminder_text(practice, number="+12125550198")  # on the block list
    send()
    text.refresh_from_db()
    assert (text.state, text.error_code) == ("failed", "121")
    assert text.phone.opted_out_at == NOW
    assert text.phone.consent_events.get().source == "provider"


def test_it_asks_nobody_to_call_about_a_text_without_a_visit(phone):
    make.make_message(phone)
    refuse_with("113")
    send()
    assert not CallListEntry.objects.exists()


def test_it_keeps_the_refusal_of_one_text_from_the_others(practice, phone):
    bad = make.make_message(make.make_phone(practice, "+12125550197"))
    good = make.make_message(phone)
    for text in (bad, good):
        Message.objects.filter(pk=text.pk).update(
            state="sending",
            client_id=f"id{text.pk}",
            line=practice.account.lines.get(),
            lease_until=NOW + SECOND,
        )
    outbox.deliver(Message.objects.select_related("line__account", "phone"), NOW)
    states = dict(Message.objects.values_list("pk", "state"))
    assert states == {bad.pk: "failed", good.pk: "sent"}


# --- Held, or not sent --------------------------------------------------------------


def test_it_puts_a_text_back_when_the_credit_is_used_up(practice, phone):
    Account.objects.update(credit=0)
    text = make.make_message(phone)
    send()
    text.refresh_from_db()
    assert (text.state, text.error_code) == ("queued", "301")
    assert text.reason
    assert ProviderAccount.objects.get().out_of_credit_at
    assert send(NOW + timedelta(hours=1)) == []

    Account.objects.update(credit=10)
    ProviderAccount.objects.update(out_of_credit_at=None)
    send(NOW + timedelta(hours=1))
    text.refresh_from_db()
    assert (text.state, text.error_code, text.reason) == ("sent", "", "")
    assert text.attempt == 2


def test_it_holds_texts_of_an_account_that_is_not_let_in(phone):
    Account.objects.update(password="Other1Password")
    text = make.make_message(phone)
    send()
    text.refresh_from_db()
    assert text.state == "queued"
    assert ProviderAccount.objects.get().credentials_refused_at


def test_it_waits_longer_after_each_attempt_that_got_nowhere(phone):
    text = make.make_message(phone, state=Message.State.SENDING, client_id="abc")
    outcome = SendOutcome(Fate.NOT_SENT, words="Nobody is there.")
    for attempt, seconds in ((1, 2), (2, 4), (3, 8), (20, 300)):
        Message.objects.filter(pk=text.pk).update(state="sending")
        delivering._record(outcome, attempt, [text], NOW)
        text.refresh_from_db()
        assert text.state == "queued"
        assert text.send_after == NOW + timedelta(seconds=seconds)


# --- In doubt -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["lost", "silent", "garbage", "truncated"])
def test_it_does_not_know_what_an_unusable_answer_means(phone, kind):
    text = make.make_message(phone)
    misbehave(kind)
    send()
    text.refresh_from_db()
    assert text.state == "unknown"
    assert send(NOW + timedelta(hours=1)) == []


def test_it_does_not_write_over_an_attempt_that_is_not_its_own(phone):
    """A worker wakes up after another has claimed the text anew."""
    text = make.make_message(phone)
    (stale,) = outbox.claim(NOW)
    Message.objects.filter(pk=text.pk).update(state="sending", client_id="newer")
    outbox.deliver([stale], NOW)
    text.refresh_from_db()
    assert (text.state, text.provider_id) == ("sending", "")


@pytest.mark.parametrize("state", ["unknown", "queued"])
def test_it_believes_an_answer_that_comes_late_but_before_another_attempt(phone, state):
    text = make.make_message(phone)
    (late,) = outbox.claim(NOW)
    Message.objects.filter(pk=text.pk).update(state=state)
    outbox.deliver([late], NOW)
    text.refresh_from_db()
    assert text.state == "sent"


def test_it_does_not_refuse_what_a_receipt_says_was_delivered(phone):
    text = make.make_message(phone)
    (claimed,) = outbox.claim(NOW)
    Message.objects.filter(pk=text.pk).update(state="delivered")
    refuse_with("113")
    outbox.deliver([claimed], NOW)
    text.refresh_from_db()
    assert text.state == "delivered"
