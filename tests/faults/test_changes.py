"""What is taken back while its text waits: nothing goes that was taken back in time."""

from datetime import timedelta

from reminders import clock, consent, outbox, schedule
from reminders.models import ConsentEvent, Message, Reminder, SendingPause
from tests import make
from tests.faults import ledger
from tests.faults.processes import until
from tests.faults.provider import Manner


def test_it_sends_nothing_that_was_taken_back_while_the_worker_was_busy(
    site, provider, line
):
    """The only worker waits for the answer to the first text meanwhile."""
    now = clock.now()
    practice = line.account.practice
    first = make.make_message(make.make_phone(practice), "The first.", now=now)
    opted_out = make.make_message(make.make_phone(practice), "Opted out.", now=now)
    cancelled = queue_reminder(practice, "09:00", now)
    moved = queue_reminder(practice, "11:00", now)
    provider.manner = Manner.HELD
    site.beat()
    site.worker("--concurrency", "1", SEND_LEASE_SECONDS="60")
    until(lambda: provider.taken)
    consent.record(
        opted_out.phone,
        ConsentEvent.Kind.OPTED_OUT,
        source=ConsentEvent.Source.TEXT,
        now=clock.now(),
    )
    visit = cancelled.appointment
    schedule.cancel(visit, by=None, now=clock.now())
    visit = moved.appointment
    later = visit.starts_at + timedelta(days=7)
    schedule.move(visit, starts_at=later, by=None, now=clock.now())
    last = make.make_message(make.make_phone(practice), "The last.", now=clock.now())
    provider.go_on.set()
    until(lambda: Message.objects.get(pk=last.pk).state == "sent")
    withheld = Message.objects.filter(state=Message.State.WITHHELD)
    assert set(withheld) == {opted_out, cancelled, moved}
    assert [each.text for each in provider.taken] == [first.body, last.body]
    assert Reminder.objects.planned().get().appointment == visit
    ledger.check(provider)


def test_it_sends_nothing_that_was_held_or_paused_while_the_worker_was_busy(
    site, provider, line
):
    """A hold takes its text back for good; a pause keeps the other until it ends."""
    now = clock.now()
    practice, dana = line.account.practice, make.make_user()
    first = make.make_message(make.make_phone(practice), "The first.", now=now)
    held = queue_reminder(practice, "09:00", now)
    paused = queue_reminder(practice, "11:00", now)
    provider.manner = Manner.HELD
    site.beat()
    site.worker("--concurrency", "1", SEND_LEASE_SECONDS="60")
    until(lambda: provider.taken)
    reminder = Reminder.objects.filter(message=held)
    assert outbox.hold(reminder, by=dana, now=clock.now()) == 1
    SendingPause.objects.begin(practice, why="Snow.", by=dana, now=clock.now())
    staff = make.make_message(make.make_phone(practice), "By staff.", now=clock.now())
    provider.go_on.set()
    until(lambda: Message.objects.get(pk=staff.pk).state == "sent")
    assert Message.objects.get(pk=held.pk).state == "withheld"
    assert Message.objects.get(pk=paused.pk).state == "queued"
    assert [each.text for each in provider.taken] == [first.body, staff.body]
    pause = SendingPause.objects.in_force(practice)
    outbox.go_on(pause, why="Thaw.", by=dana, now=clock.now())
    until(lambda: Message.objects.get(pk=paused.pk).state == "sent")
    assert Reminder.objects.held().get().held_by == dana
    assert len(provider.taken) == 3
    ledger.check(provider)


def queue_reminder(practice, clock_time, now):
    """Queue the reminder of a visit in two days."""
    day = (now + timedelta(days=2)).date().isoformat()
    phone = make.make_phone(practice)
    visit = make.make_appointment(
        make.make_patient(practice, phone=phone),
        make.at(day, clock_time, practice),
        booked_at=now - timedelta(days=30),
    )
    text = make.make_message(
        phone,
        f"Your visit at {clock_time}.",
        kind=Message.Kind.REMINDER,
        appointment=visit,
        now=now,
    )
    make.make_reminder(
        visit, due_at=now, state=Reminder.State.QUEUED, message=text, decided_at=now
    )
    return text
