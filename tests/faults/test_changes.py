"""What is taken back while its text waits: nothing goes that was taken back in time."""

from datetime import timedelta

from reminders import clock, consent, schedule
from reminders.models import ConsentEvent, Message, Reminder
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
