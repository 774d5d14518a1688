"""What the rows themselves promise, and what the database holds them to."""

import re
from datetime import timedelta
from importlib import import_module
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, close_old_connections, connection, transaction

from provisioning.models import Practice
from reminders.models import (
    Appointment,
    CallListEntry,
    Message,
    Phone,
    Reminder,
    SendingPolicy,
)
from reminders.plan import SkipReason, Timing
from tests import make

pytestmark = pytest.mark.django_db

HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
def practice() -> Practice:
    return make.make_practice()


@pytest.fixture
def visit(practice) -> Appointment:
    return make.make_appointment(make.make_patient(practice))


# --- A clinician is in one place ----------------------------------------------------


@pytest.mark.parametrize("minutes", [-29, 0, 15, 29])
def test_it_refuses_two_visits_of_a_clinician_that_share_time(visit, minutes):
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_appointment(
            visit.patient, visit.starts_at + timedelta(minutes=minutes)
        )


@pytest.mark.parametrize("minutes", [-30, 30])
def test_it_allows_visits_back_to_back(visit, minutes):
    make.make_appointment(visit.patient, visit.starts_at + timedelta(minutes=minutes))


def test_it_allows_two_clinicians_at_the_same_time(visit):
    other = make.make_clinician(visit.practice, "Dr. Noor Example")
    make.make_appointment(visit.patient, clinician=other)


@pytest.mark.parametrize("state", ["cancelled", "no_show"])
def test_it_gives_the_time_of_a_visit_that_is_off_to_another(visit, state):
    Appointment.objects.filter(pk=visit.pk).update(state=state)
    make.make_appointment(visit.patient)


def test_it_lets_a_double_booking_share_time_whichever_came_first(visit):
    make.make_appointment(visit.patient, double_booked=True)
    Appointment.objects.filter(pk=visit.pk).update(double_booked=True)
    make.make_appointment(visit.patient)


@pytest.mark.parametrize(
    "change",
    [
        {"starts_at": make.at("2026-03-05", "14:15")},
        {"state": "booked"},
        {"double_booked": False},
        {"clinician_id": None},
    ],
    ids=["move", "reopen", "no longer on purpose", "other clinician"],
)
def test_it_refuses_an_update_that_makes_two_visits_share_time(visit, change):
    other = make.make_appointment(
        visit.patient,
        make.at("2026-03-05", "14:00") if "starts_at" in change else visit.starts_at,
        state="cancelled" if "state" in change else "booked",
        double_booked="double_booked" in change,
        clinician=make.make_clinician(visit.practice, "Dr. Noor Example")
        if "clinician_id" in change
        else None,
        appointment_type=make.make_appointment_type(visit.practice, "Long", 30),
    )
    if "clinician_id" in change:
        change = {"clinician_id": visit.clinician_id}
    if "starts_at" in change:
        change = {**change, "ends_at": change["starts_at"] + HALF_HOUR}
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(pk=other.pk).update(**change)


def test_it_lets_a_visit_change_without_meeting_itself(visit):
    Appointment.objects.filter(pk=visit.pk).update(
        starts_at=visit.starts_at + timedelta(minutes=10),
        ends_at=visit.ends_at + timedelta(minutes=10),
    )


@pytest.mark.django_db(transaction=True)
def test_it_gives_the_time_to_one_of_two_who_book_at_once():
    patient = make.make_patient(make.make_practice())
    make.make_clinician(patient.practice)
    make.make_appointment_type(patient.practice)
    start, refused = Barrier(2), []

    def book() -> None:
        start.wait()
        try:
            with transaction.atomic():
                make.make_appointment(patient)
        except IntegrityError:
            refused.append(True)
        finally:
            close_old_connections()
            connection.close()

    threads = [Thread(target=book) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Appointment.objects.count() == 1
    assert refused == [True]


def test_it_still_has_the_rule_after_all_migrations():
    """On SQLite a later migration that remakes the table drops the triggers."""
    migration = import_module("reminders.migrations.0002_clinician_is_in_one_place")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' "
                "AND tbl_name = 'reminders_appointment'"
            )
            assert {name for (name,) in cursor.fetchall()} == set(migration.TRIGGERS)
        else:
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE contype = 'x' "
                "AND conrelid = 'reminders_appointment'::regclass"
            )
            assert cursor.fetchall() == [("clinician_is_in_one_place",)]


def test_it_means_the_same_states_in_the_migration_and_in_the_model():
    migration = import_module("reminders.migrations.0002_clinician_is_in_one_place")
    named = re.findall(r"'(\w+)'", migration.STANDING)
    assert set(named) == {state.value for state in Appointment.STANDING}


def test_it_refuses_a_visit_that_ends_before_it_starts(visit):
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(pk=visit.pk).update(ends_at=visit.starts_at)


# --- Visits -------------------------------------------------------------------------


def test_it_finds_the_visits_of_a_phone_through_the_guardian_too(practice):
    mother = make.make_patient(practice, "Maria")
    son = make.make_patient(practice, "Leo", guardian=mother)
    stranger = make.make_patient(practice, "Nobody")
    first = make.make_appointment(mother, make.at("2026-03-05", "09:00"))
    second = make.make_appointment(son, make.at("2026-03-05", "10:00"))
    make.make_appointment(stranger, make.at("2026-03-05", "11:00"))
    assert set(Appointment.objects.on_phone(mother.phone)) == {first, second}


def test_it_shows_the_start_on_the_practices_wall(visit):
    assert f"{visit.local_start:%H:%M}" == "14:30"
    assert f"{visit.local_end:%H:%M}" == "15:00"


# --- Reminders ----------------------------------------------------------------------


def test_it_allows_one_reminder_for_each_rule_and_start(visit):
    make.make_reminder(visit)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_reminder(visit)


def test_it_refuses_a_skipped_reminder_without_a_reason(visit):
    reminder = make.make_reminder(visit)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.filter(pk=reminder.pk).update(state="skipped")


def test_it_says_in_words_why_a_reminder_does_not_go(visit):
    reminder = make.make_reminder(visit)
    assert reminder.skip_words == ""
    Reminder.objects.all().drop(SkipReason.CANCELLED, make.NOW)
    reminder.refresh_from_db()
    assert reminder.skip_words == "The visit was cancelled."


def test_it_drops_a_reminder_with_its_queued_text_and_frees_the_family(practice):
    phone = make.make_phone(practice)
    patients = [make.make_patient(practice, name, phone=phone) for name in "AB"]
    text = make.make_message(phone, kind=Message.Kind.REMINDER)
    visits = [
        make.make_appointment(patient, make.at("2026-03-05", f"{hour}:00"))
        for patient, hour in zip(patients, (10, 11), strict=True)
    ]
    mine, theirs = [
        make.make_reminder(visit, state="queued", message=text, decided_at=make.NOW)
        for visit in visits
    ]

    dropped = visits[0].reminders.all().drop(SkipReason.CANCELLED, make.NOW)

    assert dropped == [mine.pk]
    for row in (mine, theirs, text):
        row.refresh_from_db()
    assert (mine.state, mine.skip_reason) == ("skipped", "cancelled")
    assert (theirs.state, theirs.message, theirs.decided_at) == ("planned", None, None)
    assert (text.state, text.reason) == ("withheld", "The visit was cancelled.")


def test_it_cannot_drop_a_reminder_whose_text_has_left(visit):
    text = make.make_message(visit.patient.phone, state=Message.State.SENDING)
    reminder = make.make_reminder(visit, state="queued", message=text)
    assert Reminder.objects.all().drop(SkipReason.CANCELLED, make.NOW) == []
    reminder.refresh_from_db()
    text.refresh_from_db()
    assert (reminder.state, text.state) == ("queued", "sending")


@pytest.mark.parametrize(
    ("visit_state", "rule", "reason"),
    [
        ("booked", {}, None),
        ("confirmed", {}, None),
        ("confirmed", {"skips_confirmed": True}, SkipReason.ALREADY_CONFIRMED),
        ("booked", {"is_active": False}, SkipReason.RULE_OFF),
        ("cancelled", {}, SkipReason.CANCELLED),
        ("arrived", {}, SkipReason.VISIT_STARTED),
    ],
)
def test_it_knows_why_a_reminder_must_not_speak(practice, visit_state, rule, reason):
    visit = make.make_appointment(make.make_patient(practice), state=visit_state)
    reminder = make.make_reminder(visit, make.make_rule(practice, **rule))
    assert reminder.why_not(make.NOW) == reason


def test_it_does_not_speak_of_a_time_that_no_longer_holds(visit):
    reminder = make.make_reminder(visit)
    visit.starts_at += HALF_HOUR
    assert reminder.why_not(make.NOW) is SkipReason.MOVED


def test_it_does_not_speak_when_it_is_too_late_to_be_of_use(visit):
    reminder = make.make_reminder(visit, due_at=visit.starts_at - timedelta(hours=5))
    late = visit.starts_at - timedelta(minutes=59)
    assert reminder.why_not(late) is SkipReason.MISSED


# --- Phones and texts ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ({"opted_out_at": make.NOW}, SkipReason.OPTED_OUT),
        ({"paused_at": make.NOW}, SkipReason.PATIENT_ASKED),
        ({"reach": Phone.Reach.LANDLINE}, SkipReason.LANDLINE),
        ({"reach": Phone.Reach.UNREACHABLE}, SkipReason.UNREACHABLE),
    ],
)
def test_it_keeps_reminders_and_staff_from_a_phone_but_not_the_law(
    practice, column, reason
):
    phone = make.make_phone(practice, **column)
    for kind in Message.Kind:
        expected = None if kind in Message.LAWFUL else reason
        assert make.make_message(phone, kind=kind).why_not() is expected


def test_it_lets_staff_write_where_no_consent_is_on_record(practice):
    phone = make.make_phone(practice, consented=False)
    text = make.make_message(phone)
    assert text.why_not() is None
    text.kind = Message.Kind.REMINDER
    assert text.why_not() is SkipReason.NO_CONSENT


@pytest.mark.parametrize(
    ("body", "unicode", "parts"),
    [
        ("Visit at 2 PM", False, 1),
        ("Señora", False, 1),
        ("5 €", True, 1),  # INFERRED: GSM has it, ISO-8859-1 has not
        ("María", True, 1),
        ("x" * 161, False, 2),
    ],
)
def test_it_knows_how_a_text_travels(practice, body, unicode, parts):
    text = make.make_message(make.make_phone(practice), body)
    assert (text.travels_as_unicode, text.max_parts) == (unicode, parts)


def test_it_takes_in_each_text_of_the_provider_once(practice):
    phone = make.make_phone(practice)
    make.make_inbound(phone, provider_id="abc")
    make.make_inbound(make.make_phone(make.make_practice()), provider_id="abc")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_inbound(phone, provider_id="abc")


def test_it_never_uses_a_client_id_twice(practice):
    phone = make.make_phone(practice)
    make.make_message(phone, client_id="abc")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_message(phone, client_id="abc")


@pytest.mark.parametrize(
    ("reported", "movable"),
    [
        ("sent", {"queued", "sending", "unknown"}),
        ("failed", {"queued", "sending", "unknown", "sent"}),
        (
            "delivered",
            {"queued", "sending", "unknown", "sent", "undelivered", "failed"},
        ),
    ],
)
def test_it_only_moves_a_text_forward(practice, reported, movable):
    phone = make.make_phone(practice)
    for state in Message.State:
        make.make_message(phone, state=state)
    moved = Message.objects.ranked_below(Message.State(reported))
    assert set(moved.values_list("state", flat=True)) == movable


# --- Call list and policy -----------------------------------------------------------


def test_it_keeps_one_open_call_for_a_visit(visit):
    calls = CallListEntry.objects
    calls.put_down([visit], "No mobile number.", make.NOW)
    calls.put_down([visit], "Something else.", make.NOW)
    assert [call.reason for call in calls.all()] == ["No mobile number."]
    calls.put_first([visit], "Wants another time.", make.NOW)
    assert [call.reason for call in calls.open()] == ["Wants another time."]
    calls.update(done_at=make.NOW)
    calls.put_down([visit], "Again.", make.NOW)
    assert calls.count() == 2


def test_it_has_a_policy_for_practices_that_set_none(practice):
    other = make.make_practice("Hillside Clinic")
    make.make_policy(other, daily_cap=2)
    policies = SendingPolicy.objects.for_practices([practice, other])
    assert (policies[practice.pk].daily_cap, policies[other.pk].daily_cap) == (1, 2)
    assert SendingPolicy.objects.in_force(other).daily_cap == 2


def test_it_finds_rules_for_a_kind_of_visit_and_for_all(practice):
    kind = make.make_appointment_type(practice)
    other = make.make_appointment_type(practice, "Long", 60)
    everywhere = make.make_rule(practice, "everywhere")
    mine = make.make_rule(practice, "mine")
    mine.appointment_types.add(kind)
    theirs = make.make_rule(practice, "theirs", timing=Timing.ON_BOOKING)
    theirs.appointment_types.add(other)
    rules = make.ReminderRule.objects.of(practice)
    assert set(rules.for_type(kind)) == {everywhere, mine}
