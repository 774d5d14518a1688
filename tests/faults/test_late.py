"""Nothing was sent for hours: what is still of use is caught up on, nearest visit first."""

from datetime import timedelta

from django.db import transaction

from provisioning.models import Practice
from reminders import clock, schedule
from reminders.models import CallListEntry, Message, Reminder
from reminders.plan import SkipReason
from tests.faults.processes import until

State = Message.State

HOUR = timedelta(hours=1)


def test_it_catches_up_nearest_visit_first_and_never_too_late_or_in_quiet_hours(
    installation,
):
    """E29: everything has been due for three hours, in which no worker ran."""
    provider = installation.provider
    line, quiet = line_where_it_is(installation, 15), line_where_it_is(installation, 22)
    practice = line.account.practice
    with transaction.atomic():
        far, near, middle, soon, begun = (
            installation.reminder(practice, starts_in, late=3 * HOUR)
            for starts_in in (26 * HOUR, 3 * HOUR, 5 * HOUR, HOUR / 12, -HOUR)
        )
        at_night = installation.reminder(quiet.account.practice, 40 * HOUR, 3 * HOUR)
    until(lambda: len(provider.taken) == 3)
    phones = [each.appointment.patient.phone.number for each in (near, middle, far)]
    assert [f"+{text.to}" for text in provider.taken] == phones
    reasons = {soon: SkipReason.MISSED, begun: SkipReason.VISIT_STARTED}
    for reminder, reason in reasons.items():
        reminder.refresh_from_db()
        assert reminder.skip_reason == reason
    to_phone = CallListEntry.objects.filter(practice=practice)
    assert [entry.appointment for entry in to_phone] == [soon.appointment]

    # Quiet hours are not over, so the text of the night stays where it is.
    waiting = Message.objects.get(reminders=at_night)
    assert (waiting.state, waiting.attempt) == (State.QUEUED, 0)
    assert waiting.send_after.astimezone(quiet.account.practice.zone).hour in (9, 12)
    schedule.cancel(at_night.appointment, by=None, now=clock.now())
    assert not Reminder.objects.planned().of(practice).exists()


def line_where_it_is(installation, hour):
    """A practice's number, where the clock on the wall shows this hour now."""
    east = (hour - clock.now().hour + 9) % 24 - 9
    line = installation.line()
    zone = f"Etc/GMT{-east:+}"
    practice = Practice.objects.filter(pk=line.account.practice_id)
    practice.update(time_zone=zone)
    line.account.practice.refresh_from_db()
    assert clock.now().astimezone(line.account.practice.zone).hour == hour
    return line
