"""Book, move, cancel, confirm, mark: the visit, its history and its reminders."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from provisioning.models import Practice
from reminders import schedule
from reminders.models import Appointment, CallListEntry, Message, Reminder
from reminders.plan import Timing
from tests import make

pytestmark = pytest.mark.django_db

START = make.at("2026-03-10", "14:30")  # Tuesday, eight days on
OTHER = make.at("2026-03-11", "09:00")
HOUR = timedelta(hours=1)
Source = schedule.visits.Source


@pytest.fixture
def practice() -> Practice:
    """A practice with the usual three rules."""
    practice = make.make_practice()
    make.make_rule(practice, "booked", timing=Timing.ON_BOOKING)
    make.make_rule(practice, "days", days=3)
    make.make_rule(
        practice,
        "hours",
        timing=Timing.HOURS_BEFORE,
        minutes=120,
        skips_confirmed=True,
    )
    return practice


def book(practice, starts_at=START, now=make.NOW, patient=None, **fields):
    return schedule.book(
        practice,
        **{
            "patient": patient or make.make_patient(practice),
            "clinician": make.make_clinician(practice),
            "appointment_type": make.make_appointment_type(practice),
            "starts_at": starts_at,
            "by": None,
            "now": now,
            **fields,
        },
    )


def planned(visit):
    """What is planned for the visit as it stands: {rule: due}."""
    reminders = Reminder.objects.planned().filter(
        appointment=visit, starts_at=visit.starts_at
    )
    return {each.rule.name: each.due_at for each in reminders.select_related("rule")}


def skipped(visit):
    """What was skipped, whatever the start: {rule: reason}."""
    reminders = visit.reminders.filter(state="skipped").select_related("rule")
    return {each.rule.name: each.skip_reason for each in reminders}


def history(visit):
    return [(event.kind, event.source) for event in visit.events.all()]


# --- Booking ------------------------------------------------------------------------


def test_it_books_a_visit_of_the_types_length_and_plans_its_reminders(practice):
    visit = book(practice)
    assert visit.ends_at - visit.starts_at == timedelta(minutes=30)
    assert history(visit) == [("booked", "staff")]
    assert planned(visit) == {
        "booked": make.NOW + timedelta(minutes=3),
        "days": make.at("2026-03-07", "10:00"),
        "hours": make.at("2026-03-10", "12:30"),
    }


def test_it_plans_only_rules_for_the_kind_of_visit(practice):
    rule = make.make_rule(practice, "long visits", days=1)
    rule.appointment_types.add(make.make_appointment_type(practice, "Long", 60))
    assert "long visits" not in planned(book(practice))


def test_it_plans_nothing_that_should_have_gone_before_the_booking(practice):
    visit = book(practice, make.at("2026-03-03", "14:30"))
    assert skipped(visit) == {"days": "booked_too_late"}
    assert set(planned(visit)) == {"booked", "hours"}


def test_it_sends_the_nearest_rule_when_booked_so_late_that_none_would_go(practice):
    make.ReminderRule.objects.of(practice).filter(name="booked").delete()
    visit = book(practice, make.NOW + timedelta(minutes=90))
    assert planned(visit) == {"hours": make.NOW + timedelta(minutes=3)}


def test_it_books_for_a_practice_without_rules():
    assert book(make.make_practice()).reminders.count() == 0


def test_it_refuses_a_start_that_has_passed(practice):
    with pytest.raises(schedule.NotPossible, match="already passed"):
        book(practice, make.NOW)
    assert not Appointment.objects.exists()


def test_it_refuses_to_mix_practices(practice):
    stranger = make.make_patient(make.make_practice("Hillside Clinic"))
    with pytest.raises(ValueError, match="one practice"):
        book(practice, patient=stranger)


def test_it_says_who_has_the_time_and_which_times_are_free(practice):
    first = book(practice)
    book(practice, START - HOUR)
    with pytest.raises(schedule.Taken) as refused:
        book(practice, START + timedelta(minutes=10))
    assert refused.value.by == first
    assert refused.value.free == [
        make.at("2026-03-10", clock) for clock in ("14:00", "15:00", "15:15")
    ]
    assert Appointment.objects.count() == 2
    assert Reminder.objects.count() == 6


def test_it_offers_the_next_day_when_the_day_is_over(practice):
    late = make.at("2026-03-10", "17:30")
    book(practice, late)
    with pytest.raises(schedule.Taken) as refused:
        book(practice, late, now=late - timedelta(minutes=1))
    assert refused.value.free == [
        make.at("2026-03-11", clock) for clock in ("08:00", "08:15", "08:30")
    ]


def test_it_does_not_take_another_fault_for_a_taken_time(practice):
    with pytest.raises(IntegrityError):
        book(practice, appointment_type=make.make_appointment_type(practice, "0", 0))


def test_it_double_books_on_purpose(practice):
    book(practice)
    assert book(practice, double_booked=True).double_booked


# --- Moving -------------------------------------------------------------------------


def test_it_moves_a_visit_and_all_it_says(practice):
    visit = schedule.confirm(book(practice), by=None, now=make.NOW)
    later = make.NOW + HOUR
    moved = schedule.move(visit, starts_at=OTHER, by=None, now=later)
    assert (moved.state, moved.starts_at, moved.booked_at) == ("booked", OTHER, later)
    assert planned(moved) == {
        "booked": later + timedelta(minutes=3),
        "days": make.at("2026-03-07", "19:59"),  # 10:00 on a Sunday is quiet
        "hours": make.at("2026-03-10", "19:59"),  # 07:00 is quiet
    }
    assert set(skipped(moved).values()) == {"moved", "already_confirmed"}
    event = moved.events.last()
    assert (event.kind, event.before, event.after) == ("moved", START, OTHER)


def test_it_plans_again_what_it_had_called_off_when_a_visit_moves_back(practice):
    visit = schedule.move(book(practice), starts_at=OTHER, by=None, now=make.NOW)
    schedule.move(visit, starts_at=START, by=None, now=make.NOW)
    assert set(planned(visit)) == {"booked", "days", "hours"}
    assert visit.reminders.count() == 6


def test_it_does_not_say_again_what_was_said_when_a_visit_moves_back(practice):
    visit = book(practice)
    text = make.make_message(visit.patient.phone, state=Message.State.DELIVERED)
    said = visit.reminders.filter(rule__name="booked")
    said.update(state="queued", message=text)
    schedule.move(visit, starts_at=OTHER, by=None, now=make.NOW)
    schedule.move(visit, starts_at=START, by=None, now=make.NOW)
    assert set(planned(visit)) == {"days", "hours"}


def test_it_withholds_a_text_that_waits_when_the_visit_moves(practice):
    visit = book(practice)
    text = make.make_message(visit.patient.phone, kind=Message.Kind.REMINDER)
    visit.reminders.filter(rule__name="days").update(state="queued", message=text)
    schedule.move(visit, starts_at=OTHER, by=None, now=make.NOW)
    text.refresh_from_db()
    assert (text.state, text.reason) == (
        "withheld",
        "The visit was moved to another time.",
    )


def test_it_changes_clinician_and_type_without_another_time(practice):
    visit = schedule.confirm(book(practice), by=None, now=make.NOW)
    long = make.make_appointment_type(practice, "Long", 60)
    only_short = make.make_rule(practice, "short visits", days=1)
    only_short.appointment_types.add(visit.appointment_type)
    schedule.replan_practice(practice, now=make.NOW)
    due_long = make.make_rule(practice, "long visits", days=2)
    past_long = make.make_rule(practice, "long before", days=20)
    booked_long = make.make_rule(practice, "long", timing=Timing.ON_BOOKING)
    for rule in (due_long, past_long, booked_long):
        rule.appointment_types.add(long)
    other = make.make_clinician(practice, "Dr. Noor Example")

    schedule.move(
        visit,
        starts_at=START,
        clinician=other,
        appointment_type=long,
        by=None,
        now=make.NOW,
    )

    assert (visit.state, visit.clinician) == ("confirmed", other)
    assert visit.ends_at == START + HOUR
    assert visit.events.last().kind == "changed"
    assert set(planned(visit)) == {"booked", "days", "long visits"}
    assert skipped(visit) == {
        "hours": "already_confirmed",
        "short visits": "rule_off",
        "long before": "booked_too_late",
    }


def test_it_keeps_a_double_booking_that_only_changes_its_type(practice):
    book(practice)
    visit = book(practice, double_booked=True)
    long = make.make_appointment_type(practice, "Long", 60)
    schedule.move(visit, starts_at=START, appointment_type=long, by=None, now=make.NOW)
    assert visit.double_booked
    schedule.move(visit, starts_at=OTHER, by=None, now=make.NOW)
    assert not visit.double_booked


def test_it_refuses_to_move_into_a_taken_time_and_changes_nothing(practice):
    first, visit = book(practice), book(practice, OTHER)
    with pytest.raises(schedule.Taken) as refused:
        schedule.move(visit, starts_at=START, by=None, now=make.NOW)
    assert refused.value.by == first
    visit.refresh_from_db()
    assert visit.starts_at == OTHER
    assert set(planned(visit)) == {"booked", "days", "hours"}


def test_it_refuses_to_move_a_visit_into_the_past(practice):
    with pytest.raises(schedule.NotPossible):
        schedule.move(book(practice), starts_at=make.NOW, by=None, now=make.NOW)


def test_it_tells_the_second_of_two_who_move_the_same_visit(practice):
    visit = book(practice)
    stale = Appointment.objects.get(pk=visit.pk)
    schedule.move(visit, starts_at=OTHER, by=None, now=make.NOW)
    with pytest.raises(schedule.NotPossible, match="moved this visit meanwhile"):
        schedule.move(stale, starts_at=OTHER + HOUR, by=None, now=make.NOW)


# --- Calling off, confirming --------------------------------------------------------


def test_it_calls_off_a_visit_with_its_reminders_and_open_call(practice):
    visit, user = book(practice), make.make_user()
    CallListEntry.objects.put_down([visit], "Wants another time.", make.NOW)
    schedule.cancel(visit, by=user, now=make.NOW, reason="x" * 300)
    assert visit.state == "cancelled"
    assert planned(visit) == {}
    assert set(skipped(visit).values()) == {"cancelled"}
    assert len(visit.events.last().reason) == 200
    assert CallListEntry.objects.get().done_by == user


def test_it_leaves_the_call_open_when_nobody_of_the_staff_was_there(practice):
    visit = book(practice)
    CallListEntry.objects.put_down([visit], "Wants another time.", make.NOW)
    schedule.cancel(visit, by=None, now=make.NOW, source=Source.PATIENT)
    assert CallListEntry.objects.open().count() == 1


def test_it_cannot_call_off_twice(practice):
    visit = book(practice)
    schedule.cancel(visit, by=None, now=make.NOW)
    with pytest.raises(schedule.NotPossible, match="Cancelled"):
        schedule.cancel(visit, by=None, now=make.NOW)


def test_it_confirms_once_and_drops_what_confirmed_patients_need_not_hear(practice):
    visit = book(practice)
    for _ in range(2):
        schedule.confirm(visit, by=None, now=make.NOW, source=Source.PATIENT)
    assert visit.state == "confirmed"
    assert history(visit) == [("booked", "staff"), ("confirmed", "patient")]
    assert skipped(visit) == {"hours": "already_confirmed"}


def test_it_notices_that_somebody_else_confirmed_meanwhile(practice):
    visit = book(practice)
    stale = Appointment.objects.get(pk=visit.pk)
    schedule.confirm(visit, by=None, now=make.NOW)
    assert schedule.confirm(stale, by=None, now=make.NOW).state == "confirmed"


def test_it_does_not_confirm_what_has_begun_or_is_off(practice):
    visit = book(practice)
    with pytest.raises(schedule.NotPossible, match="begun"):
        schedule.confirm(visit, by=None, now=START)
    schedule.cancel(visit, by=None, now=make.NOW)
    with pytest.raises(schedule.NotPossible, match="Cancelled"):
        schedule.confirm(visit, by=None, now=make.NOW)


# --- Marking ------------------------------------------------------------------------


def test_it_follows_a_patient_through_the_visit(practice):
    visit = book(practice)
    schedule.mark(visit, "arrived", by=None, now=START - HOUR)
    assert set(skipped(visit).values()) == {"visit_started"}
    schedule.mark(visit, "completed", by=None, now=START + HOUR)
    assert [kind for kind, _source in history(visit)] == [
        "booked",
        "arrived",
        "completed",
    ]


@pytest.mark.parametrize(
    ("state", "now", "words"),
    [
        ("arrived", START - timedelta(days=1), "later day"),
        ("no_show", START - timedelta(minutes=1), "not begun"),
        ("confirmed", START, "cannot be marked"),
    ],
)
def test_it_does_not_mark_what_cannot_be_known_yet(practice, state, now, words):
    with pytest.raises(schedule.NotPossible, match=words):
        schedule.mark(book(practice), state, by=None, now=now)


def test_it_marks_a_no_show_and_takes_it_back(practice):
    visit = book(practice)
    schedule.mark(visit, "no_show", by=None, now=START + HOUR)
    schedule.mark(visit, "booked", by=None, now=START + HOUR)
    assert visit.state == "booked"
    assert visit.events.last().kind == "reopened"
    assert planned(visit) == {}


def test_it_plans_again_when_a_cancelled_visit_is_reopened(practice):
    visit = book(practice)
    schedule.cancel(visit, by=None, now=make.NOW)
    schedule.mark(visit, "booked", by=None, now=make.NOW)
    assert set(planned(visit)) == {"booked", "days", "hours"}


def test_it_does_not_reopen_a_visit_whose_time_is_taken(practice):
    visit = book(practice)
    schedule.cancel(visit, by=None, now=make.NOW)
    other = book(practice)
    with pytest.raises(schedule.Taken) as refused:
        schedule.mark(visit, "booked", by=None, now=make.NOW)
    assert refused.value.by == other


def test_it_has_nothing_to_bring_in_line_for_a_kind_without_rules():
    practice = make.make_practice()
    visit = book(practice)
    long = make.make_appointment_type(practice, "Long", 60)
    schedule.move(visit, starts_at=START, appointment_type=long, by=None, now=make.NOW)
    assert not visit.reminders.exists()


def test_a_reopened_visit_is_planned_as_if_booked_then(practice):
    """Whatever plans it anew later goes by that moment too."""
    visit = schedule.cancel(book(practice), by=None, now=make.NOW + HOUR)
    again = make.at("2026-03-08", "13:00")
    schedule.mark(visit, "booked", by=None, now=again)
    assert visit.booked_at == again
    before = planned(visit)
    assert before == {
        "booked": make.at("2026-03-08", "13:03"),
        "hours": make.at("2026-03-10", "12:30"),
    }
    assert schedule.replan_practice(practice, now=again + HOUR) == 0
    assert planned(visit) == before
