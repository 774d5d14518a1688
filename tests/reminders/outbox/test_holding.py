"""Hold, release, send now, and pause: people's hand on the outbox."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from provisioning.models import Stage
from reminders import outbox, schedule
from reminders.models import (
    CallListEntry,
    Message,
    Reminder,
    ReminderRule,
    SendingPause,
)
from reminders.plan import SKIP_WORDS, SkipReason, Timing
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def practice():
    return make.make_ready_practice()


@pytest.fixture
def dana(practice):
    return make.make_member(practice, user=make.make_user(first_name="Dana")).user


@pytest.fixture
def reminder(practice):
    """A reminder that is due now; the visit is on Thursday at 14:30."""
    return remind(practice)


def remind(practice, *visit, **fields):
    """Plan a reminder of a new patient's visit."""
    appointment = make.make_appointment(
        make.make_patient(practice), *visit, double_booked=True
    )
    return make.make_reminder(appointment, **fields)


def family(practice):
    """Two reminders that one text names, queued."""
    rule, shared = make.make_rule(practice), make.make_phone(practice)
    clocks = (("Ana", "14:30"), ("Leo", "15:00"))
    reminders = [
        make.make_reminder(
            make.make_appointment(
                make.make_patient(practice, name, phone=shared),
                make.at("2026-03-05", clock),
            ),
            rule,
        )
        for name, clock in clocks
    ]
    outbox.fill(NOW)
    return [Reminder.objects.get(pk=each.pk) for each in reminders]


def only(*reminders):
    return Reminder.objects.filter(pk__in=[each.pk for each in reminders])


def fresh(reminder):
    return Reminder.objects.for_texts().get(pk=reminder.pk)


def pause(practice, by=None, now=NOW):
    by = by or make.make_user()
    SendingPause.objects.begin(practice, why="Snow.", by=by, now=now)
    return SendingPause.objects.in_force(practice)


def sent(now=NOW):
    """What leaves when everything has its turn."""
    outbox.fill(now)
    return [text.body for text in outbox.claim(now)]


# --- Hold and release ---------------------------------------------------------------


def test_it_sends_nothing_that_is_held(reminder, dana):
    assert outbox.hold(only(reminder), by=dana, now=NOW) == 1
    assert sent() == []
    held = fresh(reminder)
    assert (held.state, held.held_at, held.held_by) == ("planned", NOW, dana)


def test_it_takes_a_queued_text_back_when_its_reminder_is_held(reminder, dana):
    outbox.fill(NOW)
    assert outbox.hold(only(reminder), by=dana, now=NOW) == 1
    text = Message.objects.get()
    assert (text.state, text.reason) == ("withheld", "Staff held this text back.")
    assert (fresh(reminder).state, fresh(reminder).message) == ("planned", None)
    assert sent() == []


def test_it_reminds_the_rest_of_a_family_without_the_one_that_is_held(practice, dana):
    ana, _leo = family(practice)
    outbox.hold(only(ana), by=dana, now=NOW)
    (body,) = sent()
    assert "Leo, you have a visit" in body
    assert "Ana" not in body


def test_it_tells_the_second_of_two_that_somebody_holds_it(reminder, dana):
    outbox.hold(only(reminder), by=dana, now=NOW)
    other = make.make_user(first_name="Olga")
    assert outbox.hold(only(reminder), by=other, now=NOW) == 0
    assert fresh(reminder).held_by == dana
    assert outbox.what_became_of(fresh(reminder)) == "Dana Owner holds it."


def test_it_holds_nothing_that_has_left(reminder, dana):
    sent()
    assert outbox.hold(only(reminder), by=dana, now=NOW) == 0
    assert outbox.what_became_of(fresh(reminder)) == (
        "Too late: this text is on its way."
    )


def test_the_database_lets_nobody_queue_what_is_held(reminder, dana):
    outbox.hold(only(reminder), by=dana, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        only(reminder).update(state=Reminder.State.QUEUED)


def test_it_sends_what_is_released_by_the_rules_for_late_ones(reminder, dana):
    outbox.hold(only(reminder), by=dana, now=NOW)
    assert outbox.release(only(reminder)) == 1
    assert outbox.release(only(reminder)) == 0
    assert (fresh(reminder).due_at, fresh(reminder).held_by) == (NOW, None)
    night, morning = make.at("2026-03-02", "21:00"), make.at("2026-03-03", "09:00")
    assert sent(night) == []
    assert len(sent(morning)) == 1


def test_it_has_staff_phone_when_no_text_may_go_before_the_visit(practice, dana):
    reminder = remind(practice, make.at("2026-03-03", "08:30"))
    outbox.hold(only(reminder), by=dana, now=NOW)
    outbox.release(only(reminder))
    outbox.fill(make.at("2026-03-02", "21:00"))
    assert fresh(reminder).skip_reason == SkipReason.VISIT_STARTED
    assert CallListEntry.objects.get().appointment == reminder.appointment


def test_it_skips_what_was_held_for_too_long_and_has_staff_phone(reminder, dana):
    outbox.hold(only(reminder), by=dana, now=NOW)
    starts_at = reminder.starts_at
    outbox.fill(starts_at - HOUR)
    assert fresh(reminder).state == "planned"
    outbox.fill(starts_at - HOUR + MINUTE)
    assert fresh(reminder).skip_reason == SkipReason.HELD
    assert fresh(reminder).held_by == dana
    assert CallListEntry.objects.get().reason == str(SKIP_WORDS[SkipReason.HELD])


def test_it_phones_nobody_about_a_booking_confirmation_that_was_held(practice, dana):
    rule = make.make_rule(practice, timing=Timing.ON_BOOKING)
    reminder = remind(practice, rule=rule)
    outbox.hold(only(reminder), by=dana, now=NOW)
    outbox.fill(reminder.starts_at - MINUTE)
    assert fresh(reminder).skip_reason == SkipReason.HELD
    assert not CallListEntry.objects.exists()


def test_a_hold_ends_with_the_visit(reminder, dana):
    outbox.hold(only(reminder), by=dana, now=NOW)
    schedule.cancel(reminder.appointment, by=None, now=NOW)
    assert fresh(reminder).skip_reason == SkipReason.CANCELLED
    assert fresh(reminder).held_at is None


def test_a_hold_outlasts_a_rule_that_speaks_at_another_time(reminder, dana):
    outbox.hold(only(reminder), by=dana, now=NOW)
    rule = ReminderRule.objects.get()
    rule.days = 1
    rule.save()
    schedule.replan(rule, now=NOW)
    assert fresh(reminder).due_at == make.at("2026-03-04", "10:00")
    assert fresh(reminder).held_by == dana


# --- Send now -----------------------------------------------------------------------


def test_it_sends_at_once_and_once_however_often_it_is_told_to(practice, dana):
    later = remind(practice, due_at=NOW + HOUR)
    outbox.hold(only(later), by=dana, now=NOW)
    outbox.send_now(fresh(later), now=NOW)
    outbox.send_now(fresh(later), now=NOW)
    assert len(sent()) == 1
    with pytest.raises(outbox.NotNow, match="on its way"):
        outbox.send_now(fresh(later), now=NOW)
    assert sent(NOW + MINUTE) == []


def test_it_sends_a_queued_text_at_once(reminder):
    outbox.fill(NOW)
    Message.objects.update(send_after=NOW + HOUR)
    outbox.send_now(fresh(reminder), now=NOW)
    assert len(outbox.claim(NOW)) == 1


def test_it_asks_before_it_sends_in_quiet_hours(practice):
    night = make.at("2026-03-02", "21:30")
    later = remind(practice, due_at=make.at("2026-03-03", "09:00"))
    with pytest.raises(outbox.OutsideHours):
        outbox.send_now(fresh(later), now=night)
    assert sent(night) == []
    outbox.send_now(fresh(later), now=night, anyway=True)
    assert len(sent(night)) == 1


def test_it_sends_a_text_that_was_put_off_until_morning_when_told_to(reminder):
    night = make.at("2026-03-02", "21:30")
    outbox.fill(night)
    assert outbox.claim(night) == []
    outbox.send_now(fresh(reminder), now=night, anyway=True)
    assert len(outbox.claim(night)) == 1


def test_it_sends_nothing_now_that_may_not_be_sent(practice):
    later = remind(practice, due_at=NOW + HOUR)
    phone = later.appointment.patient.phone
    make.make_message(phone, kind=Message.Kind.REMINDER, state=Message.State.SENT)
    with pytest.raises(outbox.NotNow, match="has had its reminder for the day"):
        outbox.send_now(fresh(later), now=NOW)
    practice.phones.update(opted_out_at=NOW)
    with pytest.raises(outbox.NotNow, match="opted out"):
        outbox.send_now(fresh(later), now=NOW)
    assert fresh(later).due_at == NOW + HOUR


def test_it_sends_nothing_now_while_the_account_cannot():
    practice = make.make_practice()
    make.make_account(practice, Stage.CONNECTED)
    with pytest.raises(outbox.NotNow, match="cannot send"):
        outbox.send_now(fresh(remind(practice)), now=NOW)


def test_it_sends_nothing_now_while_reminders_are_paused(reminder, practice):
    pause(practice)
    with pytest.raises(outbox.NotNow, match="paused"):
        outbox.send_now(fresh(reminder), now=NOW)


# --- Pause and go on ----------------------------------------------------------------


def test_a_pause_keeps_back_reminders_and_nothing_else(practice, reminder):
    outbox.fill(NOW)
    remind(practice)
    pause(practice)
    phone = make.make_phone(practice)
    make.make_message(phone, "By staff.")
    assert outbox.fill(NOW) == 0
    (text,) = outbox.claim(NOW)
    assert text.body == "By staff."
    assert outbox.claim(NOW + MINUTE) == []
    assert Reminder.objects.planned().count() == 1
    assert fresh(reminder).message.state == "queued"


def test_a_pause_is_one_practices_own(reminder):
    pause(make.make_ready_practice())
    assert len(sent()) == 1


def test_one_of_two_who_pause_at_once_is_told(practice):
    by = make.make_user()
    begin = SendingPause.objects.begin
    assert begin(practice, why="Snow.", by=by, now=NOW)
    assert not begin(practice, why="Ice.", by=by, now=NOW)
    found = SendingPause.objects.in_force(practice)
    assert found.why == "Snow."
    assert outbox.go_on(found, why="Thaw.", by=by, now=NOW + HOUR)
    assert not outbox.go_on(found, why="Sun.", by=by, now=NOW + HOUR)
    found.refresh_from_db()
    assert (found.ended_at, found.ended_why) == (NOW + HOUR, "Thaw.")
    assert begin(practice, why="More snow.", by=by, now=NOW + HOUR)


def test_after_a_pause_what_is_useful_goes_soonest_visit_first(practice, dana):
    late = make.at("2026-03-03", "16:00")
    remind(practice, make.at("2026-03-04", "09:00"))
    remind(practice, make.at("2026-03-03", "18:00"))
    open_pause = pause(practice, dana)
    outbox.fill(late)
    outbox.go_on(open_pause, why="", by=dana, now=late)
    outbox.fill(late)
    days = [
        outbox.claim(late + second * timedelta(seconds=1))[0].appointment.starts_at
        for second in range(2)
    ]
    assert days == sorted(days)


@pytest.mark.parametrize("is_queued", [False, True], ids=["planned", "queued"])
def test_what_a_pause_has_cost_is_skipped_and_phoned_about(
    practice, reminder, dana, is_queued
):
    if is_queued:
        outbox.fill(NOW)
    open_pause = pause(practice, dana)
    outbox.go_on(open_pause, why="", by=dana, now=reminder.starts_at - MINUTE)
    assert fresh(reminder).skip_reason == SkipReason.PAUSED
    assert CallListEntry.objects.get().reason == str(SKIP_WORDS[SkipReason.PAUSED])
    assert sent(reminder.starts_at - MINUTE) == []


def test_it_gives_up_during_a_pause_what_becomes_useless(practice, reminder):
    outbox.fill(NOW)
    pause(practice)
    outbox.fill(reminder.starts_at - MINUTE)
    assert fresh(reminder).skip_reason == SkipReason.PAUSED
    assert fresh(reminder).message.state == "withheld"


def test_nothing_leaves_an_installation_that_is_switched_off(reminder, settings):
    make.make_message(make.make_phone(reminder.practice), "An answer.")
    settings.SENDING_ENABLED = False
    assert sent() == []
    outbox.fill(reminder.starts_at - MINUTE)
    assert fresh(reminder).skip_reason == SkipReason.PAUSED
    settings.SENDING_ENABLED = True
    assert sent() == ["An answer."]


# --- Many at once -------------------------------------------------------------------


def at_once(*works):
    """Run these in threads that start together."""
    start = Barrier(len(works))

    def run(work):
        start.wait()
        work()
        connection.close()

    threads = [Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(3))
def test_a_text_is_either_held_or_sent_whoever_is_first(turn):
    practice = make.make_ready_practice()
    reminder = remind(practice)
    dana, held, texts = make.make_user(), [], []

    def hold():
        held.append(outbox.hold(only(reminder), by=dana, now=NOW))

    def work():
        outbox.fill(NOW)
        texts.extend(outbox.claim(NOW))

    at_once(hold, hold, work, work)
    assert sum(held) + len(texts) == 1
    assert bool(fresh(reminder).held_at) == bool(sum(held))


@pytest.mark.django_db(transaction=True)
def test_a_whole_family_is_held_by_two_people_without_a_deadlock():
    practice = make.make_ready_practice()
    reminders = [remind(practice) for _ in range(6)]
    outbox.fill(NOW)
    dana, held = make.make_user(), []

    def hold():
        held.append(outbox.hold(only(*reminders), by=dana, now=NOW))

    at_once(hold, hold, lambda: outbox.fill(NOW))
    assert sum(held) == 6
    assert Message.objects.filter(state="withheld").count() == 6


@pytest.mark.django_db(transaction=True)
def test_it_is_sent_once_when_two_people_send_it_now():
    practice = make.make_ready_practice()
    reminder = remind(practice, due_at=NOW + HOUR)

    def send():
        outbox.send_now(fresh(reminder), now=NOW)

    at_once(send, send)
    assert len(sent()) == 1
    assert sent(NOW + MINUTE) == []
