"""What is taken back while its text waits: nothing goes that was taken back in time."""

from datetime import timedelta

from provisioning.models import Line
from reminders import clock, consent, outbox, schedule
from reminders.models import (
    ConsentEvent,
    Message,
    Phone,
    Reminder,
    SendingPause,
)
from tests import make
from tests.faults import calling, ledger
from tests.faults.processes import until
from tests.faults.provider import Manner


def test_it_sends_nothing_that_was_taken_back_while_the_worker_was_busy(
    site, provider, line
):
    """E27, E28: the only worker waits for the answer to the first text meanwhile."""
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


def test_it_keeps_to_what_was_changed_while_the_number_was_busy(installation):
    """E27, E28: STOP between a text and its receipt; a visit deleted, another moved."""
    provider, line, url = installation.provider, installation.line(), installation.web
    practice = line.account.practice
    first = installation.text(line, "The first.")
    until(lambda: provider.taken)
    busy_until(line, clock.now() + timedelta(minutes=1))
    second = make.make_message(first.phone, "The second.", now=clock.now())
    in_two_days = timedelta(days=2)
    deleted, moved = (installation.reminder(practice, in_two_days) for _each in "ab")
    planned = Reminder.objects.of(practice).planned()
    until(lambda: not planned.exists())
    texts = [second, *Message.objects.filter(reminders__in=[deleted, moved])]

    assert stop(url, line, first.phone) == 200
    until(lambda: Phone.objects.get(pk=first.phone_id).opted_out_at)
    deleted.appointment.delete()
    visit = moved.appointment
    later = visit.starts_at + timedelta(days=7, hours=1)
    schedule.move(visit, starts_at=later, by=None, now=clock.now())
    ids = {"cliMsgId": provider.taken[0].client_id}
    assert calling.report(url, line, "004", **ids) == 200
    busy_until(line, clock.now())
    planned.update(due_at=clock.now())
    installation.until_settled()
    until(lambda: moved_text(visit, later))
    installation.until_settled()

    first.refresh_from_db()
    assert first.state == Message.State.DELIVERED
    withheld = Message.objects.of(practice).filter(state=Message.State.WITHHELD)
    assert set(withheld.exclude(reason="")) == set(texts)
    went = [each.text for each in provider.taken_from(line.number)]
    confirmation = Message.objects.get(phone=first.phone, kind="opt_out_confirmation")
    new = moved_text(visit, later)
    assert went == [first.body, confirmation.body, new.body]


def busy_until(line, moment):
    """Let no text leave the number before that."""
    Line.objects.filter(pk=line.pk).update(free_at=moment)


def stop(url, line, phone):
    """Let the provider bring us STOP from a phone."""
    return calling.call(
        url,
        line,
        "inbound_hook",
        moMsgId=f"mo-{phone.pk}",
        to=line.number.removeprefix("+"),
        timestamp="2026-03-02 17:00:00",
        text="STOP",
        **{"from": phone.number.removeprefix("+")},
    )


def moved_text(visit, starts_at):
    """The text that reminds of the visit at its new time, once there is one."""
    return Message.objects.filter(
        reminders__appointment=visit, reminders__starts_at=starts_at
    ).first()


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
