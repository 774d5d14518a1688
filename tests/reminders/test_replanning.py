"""Upcoming visits follow what changes beneath them: rules, hours, days and zones."""

import zoneinfo
from datetime import date, time, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from provisioning.models import Practice
from reminders import outbox, schedule, tasks
from reminders.management.commands import replan as replan_command
from reminders.models import Appointment, ClosedDay, Reminder, ReminderRule
from reminders.plan import Timing
from tests import make
from tests.reminders.test_schedule import HOUR, START, book, planned, skipped

pytestmark = pytest.mark.django_db

NOW, DAY = make.NOW, timedelta(days=1)


@pytest.fixture
def practice() -> Practice:
    """A practice with the usual three rules."""
    practice = make.make_practice()
    make.make_rule(practice, "booked", timing=Timing.ON_BOOKING)
    make.make_rule(practice, "days", days=3)
    make.make_rule(practice, "hours", timing=Timing.HOURS_BEFORE, minutes=120)
    return practice


# --- Rules --------------------------------------------------------------------------


def test_it_moves_what_is_planned_with_its_rule(practice):
    visit = book(practice)
    rule = ReminderRule.objects.get(name="days")
    rule.days = 2
    rule.save()
    schedule.replan_practice(practice, now=NOW)
    assert planned(visit)["days"] == make.at("2026-03-07", "19:59")  # Sunday 10:00


def test_it_drops_what_is_planned_when_a_rule_is_switched_off_and_brings_it_back(
    practice,
):
    visit = book(practice)
    rule = ReminderRule.objects.get(name="days")
    for is_active in (False, True):
        rule.is_active = is_active
        rule.save()
        schedule.replan_practice(practice, now=NOW)
        assert ("days" in planned(visit)) is is_active


def test_it_does_not_text_everybody_when_a_rule_is_new(practice):
    visit = book(practice)
    for name, fields in {
        "weeks before": {"days": 14},
        "a day before": {"days": 1},
        "also booked": {"timing": Timing.ON_BOOKING},
    }.items():
        make.make_rule(practice, name, **fields)
        schedule.replan_practice(practice, now=NOW + HOUR)
    assert set(planned(visit)) == {"booked", "days", "hours", "a day before"}
    assert skipped(visit) == {"weeks before": "booked_too_late"}


def test_it_leaves_visits_of_other_kinds_and_practices_alone(practice):
    visit = book(practice)
    book(make.make_practice("Hillside Clinic"))
    rule = make.make_rule(practice, "long visits", days=1)
    rule.appointment_types.add(make.make_appointment_type(practice, "Long", 60))
    schedule.replan_practice(practice, now=NOW)
    assert not Reminder.objects.filter(rule=rule).exists()
    assert set(planned(visit)) == {"booked", "days", "hours"}


def test_it_asks_as_many_questions_for_many_visits_as_for_one(
    practice, django_assert_max_num_queries
):
    book(practice)
    with django_assert_max_num_queries(12):
        schedule.replan_practice(practice, now=NOW)
    for hours in range(1, 5):
        book(practice, START + hours * HOUR)
    with django_assert_max_num_queries(12):
        schedule.replan_practice(practice, now=NOW)


def test_it_changes_nothing_where_nothing_has_changed(practice):
    """Least of all for who booked so late that one text goes at once, by no rule."""
    night = make.at("2026-03-09", "21:00")
    ReminderRule.objects.filter(name__in=["booked", "hours"]).update(is_active=False)
    late = book(practice, make.at("2026-03-10", "11:00"), now=night)
    morning = {"days": make.at("2026-03-10", "09:00")}
    assert planned(late) == morning
    book(practice, now=night)
    assert schedule.replan_practice(practice, now=night + HOUR) == 0
    assert planned(late) == morning


def test_a_rule_that_came_too_late_says_so_and_goes_where_it_can(practice):
    visit = book(practice, now=NOW - 10 * DAY)
    make.make_rule(practice, "a week before", days=7)
    schedule.replan_practice(practice, now=make.at("2026-03-05", "12:00"))
    assert skipped(visit)["a week before"] == "rule_came_late"
    ReminderRule.objects.filter(name="a week before").update(days=4)
    schedule.replan_practice(practice, now=make.at("2026-03-05", "12:00"))
    assert planned(visit)["a week before"] == make.at("2026-03-06", "10:00")


def test_it_keeps_the_reason_that_a_reminder_has(practice):
    visit = book(practice)
    rules = ReminderRule.objects.filter(name="days")
    for is_active in (False, True):
        rules.update(is_active=is_active)
        schedule.replan_practice(practice, now=START - DAY)
    assert skipped(visit)["days"] == "rule_off"


def test_it_drops_what_is_planned_for_a_start_that_the_visit_no_longer_has(practice):
    visit = book(practice)
    Appointment.objects.update(starts_at=START + DAY, ends_at=START + DAY + HOUR)
    schedule.replan_practice(practice, now=NOW)
    visit.refresh_from_db()
    assert planned(visit) == {
        "days": make.at("2026-03-07", "19:59"),
        "hours": START + DAY - 2 * HOUR,
    }
    assert set(skipped(visit).values()) == {"moved"}


# --- Hours and days -----------------------------------------------------------------


def test_it_follows_the_sending_hours(practice):
    visit = book(practice)
    make.make_policy(practice, weekday_from=time(10, 30))
    schedule.replan_practice(practice, now=NOW)
    assert planned(visit)["days"] == make.at("2026-03-06", "19:59")


def test_it_follows_working_days_and_closed_days(practice):
    ReminderRule.objects.filter(name="days").update(on_working_days=True)
    visit = book(practice)
    assert planned(visit)["days"] == make.at("2026-03-06", "10:00")
    ClosedDay.objects.create(practice=practice, day=date(2026, 3, 6))
    ClosedDay.objects.create(practice=make.make_practice(), day=date(2026, 3, 5))
    schedule.replan_practice(practice, now=NOW)
    assert planned(visit)["days"] == make.at("2026-03-05", "10:00")
    make.make_policy(practice, works_thursday=False)
    schedule.replan_practice(practice, now=NOW)
    assert planned(visit)["days"] == make.at("2026-03-04", "10:00")


# --- Zones --------------------------------------------------------------------------


def test_it_follows_the_practice_to_another_zone(practice):
    visit = book(practice)
    practice.time_zone = "America/Los_Angeles"
    practice.save()
    schedule.replan_practice(practice, now=NOW)
    assert visit.starts_at == START
    assert planned(visit)["days"] == make.at("2026-03-07", "10:00", practice)
    assert planned(visit)["hours"] == START - 2 * HOUR


def test_it_lets_the_patient_sleep_where_they_are(practice):
    """At 8:00 in Anchorage it is 12:00 in New York."""
    patient = make.make_patient(practice, time_zone="America/Anchorage")
    visit = book(practice, patient=patient)
    anchorage = Practice(time_zone="America/Anchorage")
    assert planned(visit)["days"] == make.at("2026-03-06", "19:59", anchorage)
    assert planned(visit)["hours"] == make.at("2026-03-09", "19:59", anchorage)
    patient.time_zone = ""
    patient.save()
    schedule.replan_patient(patient, now=NOW)
    assert planned(visit)["days"] == make.at("2026-03-07", "10:00")


def test_it_goes_by_where_the_guardian_sleeps(practice):
    guardian = make.make_patient(practice, "Gia")
    child = make.make_patient(practice, guardian=guardian, time_zone="Asia/Tokyo")
    visit = book(practice, patient=child)
    assert planned(visit)["days"] == make.at("2026-03-07", "10:00")
    guardian.time_zone = "America/Anchorage"
    guardian.save()
    schedule.replan_patient(guardian, now=NOW)
    anchorage = Practice(time_zone="America/Anchorage")
    assert planned(visit)["days"] == make.at("2026-03-06", "19:59", anchorage)


def test_a_late_text_waits_for_the_patients_morning(practice):
    patient = make.make_patient(practice, time_zone="America/Anchorage")
    make.make_line(make.make_account(practice))
    reminder = make.make_reminder(make.make_appointment(patient), due_at=NOW - HOUR)
    outbox.fill(NOW)  # 6:00 in Anchorage
    reminder.refresh_from_db()
    anchorage = Practice(time_zone="America/Anchorage")
    assert reminder.message.send_after == make.at("2026-03-02", "09:00", anchorage)


def zone_data_of(name: str) -> Path:
    places = (Path(place) / name for place in zoneinfo.TZPATH)
    return next(place for place in places if place.exists())


def test_newly_released_zone_data_moves_what_is_planned(practice, monkeypatch):
    """New York gives up summer time: its clocks are those of Panama from now on."""
    before, after = book(practice), book(practice, make.at("2026-03-20", "14:30"))
    ten_in_summer = make.at("2026-03-17", "10:00")
    assert planned(after)["days"] == ten_in_summer
    with zone_data_of("America/Panama").open("rb") as data:
        new = ZoneInfo.from_file(data, key="America/New_York")
    monkeypatch.setattr(Practice, "zone", property(lambda self: new))
    assert schedule.replan_everywhere(now=NOW) == 1
    assert planned(after)["days"] == ten_in_summer + HOUR
    assert planned(before)["days"] == make.at("2026-03-07", "10:00")


# --- Everywhere ---------------------------------------------------------------------


def disturb(visit: Appointment) -> None:
    visit.reminders.filter(rule__name="hours").update(due_at=NOW)


@pytest.mark.parametrize("door", ["command", "task"])
def test_it_finds_in_all_practices_what_nobody_told(practice, monkeypatch, door):
    for module in (tasks, replan_command):
        monkeypatch.setattr(module, "now", lambda: NOW)
    other = make.make_practice("Hillside Clinic")
    make.make_rule(other, "hours", timing=Timing.HOURS_BEFORE, minutes=120)
    visits = [book(practice), book(other)]
    for visit in visits:
        disturb(visit)
    said = StringIO()
    if door == "task":
        tasks.keep_plan()
    else:
        call_command("replan", stdout=said)
        assert said.getvalue() == "2 reminders are new, moved or dropped.\n"
    for visit in visits:
        assert planned(visit)["hours"] == START - 2 * HOUR


def test_it_leaves_alone_what_has_begun_or_is_off(practice):
    begun = book(practice)
    off = schedule.cancel(book(practice, START + HOUR), by=None, now=NOW)
    disturb(begun)
    before = list(Reminder.objects.order_by("pk").values())
    assert schedule.replan_everywhere(now=START) == 0
    assert list(Reminder.objects.order_by("pk").values()) == before
    assert off.state == "cancelled"


def test_it_takes_many_visits_in_batches(practice, monkeypatch):
    monkeypatch.setattr(schedule.replanning, "VISITS_AT_A_TIME", 2)
    visits = [book(practice, START + hours * HOUR) for hours in range(5)]
    for visit in visits:
        disturb(visit)
    assert schedule.replan_practice(practice, now=NOW) == 5
    assert {
        planned(visit)["hours"] == visit.starts_at - 2 * HOUR for visit in visits
    } == {True}
