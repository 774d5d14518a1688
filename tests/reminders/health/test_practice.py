"""What owners and managers read about their practice, state by state."""

from datetime import timedelta
from decimal import Decimal

import pytest

from provisioning.models import Interface, Outage, ProviderAccount, Stage
from reminders.health import practice as judged
from reminders.health.verdict import Tone, long
from reminders.models import Heartbeat, Message, Receipt, RefusedCallback, SendingPause
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
QUIET = timedelta(minutes=2)


@pytest.fixture
def practice():
    make.make_heartbeats()
    return make.make_ready_practice()


def part(practice, key, now=NOW):
    """What is said about one part."""
    practice.account.refresh_from_db()
    return next(each for each in judged.verdicts(practice, now) if each.key == key)


def account_has(**fields):
    ProviderAccount.objects.update(**fields)


def test_it_names_every_part_in_the_order_a_text_passes_them(practice):
    keys = [each.key for each in judged.verdicts(practice, NOW)]
    assert keys == ["sending", "doubts", "reports", "account"]


def test_its_queries_do_not_grow_with_texts(practice, django_assert_max_num_queries):
    for _n in range(20):
        make.make_message(make.make_phone(practice))
    with django_assert_max_num_queries(14):
        judged.verdicts(practice, NOW)


# --- Sending --------------------------------------------------------------------------


def test_texts_go_out_when_none_waits(practice):
    said = part(practice, "sending")
    assert said.tone is Tone.OK
    assert said.words == "Texts are going out. None is waiting."
    assert said.began == NOW


def test_a_pause_is_said_instead_of_texts_that_go_out(practice):
    SendingPause.objects.begin(practice, why="Closed", by=make.make_user(), now=NOW)
    said = part(practice, "sending")
    assert said.tone is Tone.WARN
    assert said.words == "Reminder texts are paused. All other texts go out."
    assert said.since == NOW


def test_what_is_amiss_is_said_before_a_pause(practice):
    SendingPause.objects.begin(practice, why="Closed", by=make.make_user(), now=NOW)
    Heartbeat.objects.all().delete()
    assert part(practice, "sending").tone is Tone.BAD


def test_it_says_how_old_the_oldest_waiting_text_is(practice):
    make.make_message(make.make_phone(practice))
    said = part(practice, "sending", NOW + timedelta(seconds=2))
    assert said.tone is Tone.OK
    assert said.words == "Texts are going out. The oldest one waiting is 2 seconds old."


def test_it_says_how_many_wait_for_their_turn_on_the_line(practice):
    for _n in range(3):
        make.make_message(make.make_phone(practice))
    practice.account.lines.update(free_at=NOW + MINUTE)
    said = part(practice, "sending")
    assert said.tone is Tone.OK
    assert said.words == "Texts are going out. 3 wait for their turn."


def test_texts_do_not_go_out_while_the_engine_is_silent(practice, settings):
    settings.SUPPORT_PHONE = "+1 212 555 0199"
    said = part(practice, "sending", NOW + 4 * MINUTE)
    assert said.tone is Tone.BAD
    assert "silent for 4 minutes" in said.words
    assert said.since == NOW
    assert "None is lost" in str(said.meaning)
    assert "+1 212 555 0199" in str(said.todo)


def test_it_says_that_the_engine_was_never_started(practice):
    Heartbeat.objects.all().delete()
    said = part(practice, "sending")
    assert said.tone is Tone.BAD
    assert "has not been started" in said.words


@pytest.mark.parametrize(
    ("minutes", "tone", "words"),
    [(3, Tone.WARN, "go out slowly"), (6, Tone.BAD, "stand still")],
)
def test_texts_that_could_leave_and_do_not_are_told(practice, minutes, tone, words):
    make.make_message(make.make_phone(practice))
    later = NOW + minutes * MINUTE
    make.make_heartbeats(later)
    said = part(practice, "sending", later)
    assert said.tone is tone
    assert words in said.words
    assert said.since == NOW


def test_texts_wait_while_the_account_cannot_send(practice):
    account_has(suspended_at=NOW)
    said = part(practice, "sending")
    assert (said.tone, "wait for the SMS account" in str(said.words)) == (
        Tone.WARN,
        True,
    )


def test_texts_wait_until_the_set_up_is_through(practice):
    account_has(stage=Stage.CONNECTED)
    assert "until the SMS account is set up" in part(practice, "sending").words
    assert part(practice, "account").tone is Tone.WARN
    assert part(practice, "account").page == "wizard"


@pytest.mark.parametrize(("minutes", "tone"), [(1, Tone.WARN), (6, Tone.BAD)])
def test_it_says_that_the_provider_does_not_answer(practice, minutes, tone):
    Outage.objects.create(
        interface=practice.account.interface, since=NOW, failures=3, rests_until=NOW
    )
    later = NOW + minutes * MINUTE
    make.make_heartbeats(later)
    said = part(practice, "sending", later)
    assert (said.tone, said.since) == (tone, NOW)
    assert "provider has given no useful answer" in str(said.words)


def test_an_outage_of_another_interface_is_none_of_this_practice(practice):
    Outage.objects.create(
        interface=Interface.ONE_API, since=NOW, failures=3, rests_until=NOW
    )
    assert part(practice, "sending").tone is Tone.OK


# --- Doubts, reports, account ---------------------------------------------------------


def test_there_is_no_doubt_about_any_text(practice):
    assert part(practice, "doubts").tone is Tone.OK


@pytest.mark.parametrize(("minutes", "tone"), [(1, Tone.OK), (11, Tone.WARN)])
def test_it_tells_texts_in_doubt_and_warns_when_they_stay_so(practice, minutes, tone):
    phone = make.make_phone(practice)
    make.make_message(phone, state=Message.State.UNKNOWN)
    said = part(practice, "doubts", NOW + minutes * MINUTE)
    assert (said.tone, said.since) == (tone, NOW)
    assert said.words == "Of 1 text it is not known yet whether it went out."


def test_no_report_is_overdue_where_nothing_was_sent(practice):
    said = part(practice, "reports")
    assert said.tone is Tone.OK
    assert "none is overdue" in said.words


def test_it_says_when_word_last_came_back(practice):
    Receipt.objects.create(
        practice=practice,
        provider_id="p",
        status="003",
        status_at=NOW,
        received_at=NOW,
    )
    make.make_inbound(make.make_phone(practice), now=NOW)
    said = part(practice, "reports", NOW + MINUTE)
    assert said.tone is Tone.OK
    assert "report came 60 seconds ago" in said.words
    assert "text from a patient came 60 seconds ago" in said.words


def test_it_warns_when_no_report_comes_back(practice):
    for _n in range(3):
        phone = make.make_phone(practice)
        make.make_message(phone, state=Message.State.SENT, sent_at=NOW)
    said = part(practice, "reports", NOW + timedelta(hours=2))
    assert said.tone is Tone.WARN
    assert "no delivery report comes back" in str(said.words)


def test_refused_callbacks_are_trouble(practice):
    for minutes in (1, 2):
        RefusedCallback.objects.note(practice, "password", NOW + minutes * MINUTE)
    said = part(practice, "reports", NOW + 3 * MINUTE)
    assert said.tone is Tone.BAD
    assert "being refused" in str(said.words)
    assert "STOP" in str(said.meaning)


@pytest.mark.parametrize(
    ("fields", "tone", "words"),
    [
        ({}, Tone.OK, "in order"),
        (
            {"balance": Decimal(120), "balance_at": NOW - 3 * MINUTE},
            Tone.OK,
            "120 credits were left 3 minutes ago",
        ),
        ({"credentials_refused_at": NOW}, Tone.BAD, "refuses"),
        ({"suspended_at": NOW}, Tone.BAD, "stopped"),
        ({"out_of_credit_at": NOW}, Tone.BAD, "No credit"),
        ({"credit_low_at": NOW, "balance": Decimal(4)}, Tone.WARN, "4 credits"),
        ({"limited_until": NOW + 5 * MINUTE}, Tone.WARN, "another 5 minutes"),
        ({"limited_until": NOW - MINUTE}, Tone.OK, "in order"),
    ],
    ids=[
        *("well", "balance", "refused", "suspended"),
        *("no credit", "low", "limited", "limited no more"),
    ],
)
def test_it_says_how_the_account_is(practice, fields, tone, words):
    account_has(**fields)
    said = part(practice, "account")
    assert said.tone is tone
    assert words in str(said.words)


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(seconds=-3), "0 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=119), "119 seconds"),
        (timedelta(minutes=119), "119 minutes"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(days=3), "3 days"),
    ],
    ids=str,
)
def test_it_says_how_long_is_long(time, words):
    assert long(time) == words
