"""Filling: due reminders become texts, or are skipped with one reason."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from provisioning.models import Practice, ProviderAccount
from reminders import outbox
from reminders.models import CallListEntry, Choice, Message, Phone, Reminder
from reminders.outbox.filling import AHEAD
from reminders.plan import Timing
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def practice() -> Practice:
    return make.make_ready_practice()


@pytest.fixture
def rule(practice):
    return make.make_rule(practice, asks_to_confirm=True)


def visit(practice, name="Ana", starts_at=None, **fields):
    """A visit on Thursday at 14:30, of a patient of their own."""
    return make.make_appointment(make.make_patient(practice, name, **fields), starts_at)


def family(practice, *visits, **fields):
    """Visits of people who share a phone: ("Ana", "2026-03-05", "14:30") …"""
    phone = make.make_phone(practice)
    return [
        visit(practice, name, make.at(day, clock), phone=phone, **fields)
        for name, day, clock in visits
    ]


def outcome(reminder):
    reminder.refresh_from_db()
    return reminder.state, reminder.skip_reason


def calls():
    return [call.reason for call in CallListEntry.objects.open()]


# --- One reminder, one text ---------------------------------------------------------


def test_it_writes_the_text_of_a_due_reminder_and_ties_them(practice, rule):
    appointment = visit(practice)
    reminder = make.make_reminder(appointment, rule)
    assert outbox.fill(NOW) == 1
    reminder.refresh_from_db()
    text = reminder.message
    assert (reminder.state, reminder.decided_at) == ("queued", NOW)
    assert text.body == (
        "Lakeside Clinic: Ana, you have a visit Thu Mar 5 at 2:30 PM. Reply C or R."
    )
    assert (text.practice, text.phone) == (practice, appointment.patient.phone)
    assert (text.kind, text.state, text.appointment) == (
        "reminder",
        "queued",
        appointment,
    )
    assert (text.encoding, text.segments) == ("gsm", 1)
    assert (text.send_after, text.useful_until) == (NOW, appointment.starts_at)
    assert text.priority == Message.Priority.VISIT


def test_it_leaves_what_is_not_due_and_does_nothing_twice(practice, rule):
    make.make_reminder(visit(practice), rule)
    make.make_reminder(
        visit(practice, "Ben", make.at("2026-03-05", "16:00")), rule, NOW + HOUR
    )
    assert [outbox.fill(NOW), outbox.fill(NOW)] == [1, 0]
    assert Message.objects.count() == 1


def test_it_takes_no_more_than_it_is_told(practice, rule):
    for hour in range(8, 12):
        starts_at = make.at("2026-03-05", f"{hour:02}:00")
        make.make_reminder(visit(practice, starts_at=starts_at), rule)
    assert [outbox.fill(NOW, limit=3), outbox.fill(NOW, limit=3)] == [3, 1]


def test_it_writes_to_the_guardian_instead(practice, rule):
    mother = make.make_patient(practice, "Maria")
    make.make_reminder(visit(practice, "Leo", guardian=mother), rule)
    outbox.fill(NOW)
    text = Message.objects.get()
    assert text.phone == mother.phone
    assert "Leo" in text.body


# --- Words --------------------------------------------------------------------------


def test_it_writes_in_the_patients_language(practice, rule):
    rule.templates.create(language="es", body="{name}: cita el {day} a las {time}.")
    make.make_reminder(visit(practice, language="es"), rule)
    outbox.fill(NOW)
    assert Message.objects.get().body == "Ana: cita el jue 5 mar a las 14:30."


def test_it_falls_back_on_the_practices_language(practice, rule):
    make.make_reminder(visit(practice, language="es"), rule)
    outbox.fill(NOW)
    assert "Thu Mar 5" in Message.objects.get().body


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"asks_to_confirm": True}, "Reply C to confirm"),
        ({"asks_to_confirm": False}, "If you can't come"),
        ({"timing": Timing.ON_BOOKING}, "your visit is booked"),
    ],
)
@pytest.mark.parametrize("template", ["{nonsense}", None])
def test_it_has_words_of_its_own_for_a_rule_without_usable_ones(
    practice, fields, words, template
):
    rule = make.make_rule(practice, text=template or "", **fields)
    if template is None:
        rule.templates.all().delete()
    make.make_reminder(visit(practice), rule)
    outbox.fill(NOW)
    assert words in Message.objects.get().body


# --- Reasons not to -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("phone", "reason", "call"),
    [
        ({"opted_out_at": NOW}, "opted_out", "This phone has opted out of texts."),
        ({"reach": Phone.Reach.LANDLINE}, "landline", "The number is a landline"),
        ({"reach": Phone.Reach.UNREACHABLE}, "unreachable", "Texts to this number"),
        ({"consented_at": None}, "no_consent", "There is no consent"),
    ],
)
def test_it_asks_staff_to_call_whom_no_text_may_reach(
    practice, rule, phone, reason, call
):
    appointment = visit(practice)
    Phone.objects.update(**phone)
    reminder = make.make_reminder(appointment, rule)
    assert outbox.fill(NOW) == 0
    assert outcome(reminder) == ("skipped", reason)
    assert len(calls()) == 1
    assert calls()[0].startswith(call)


def test_it_asks_staff_to_call_who_has_no_number(practice, rule):
    reminder = make.make_reminder(visit(practice, phone=None, guardian=None), rule)
    outbox.fill(NOW)
    assert outcome(reminder) == ("skipped", "no_mobile")
    assert calls() == ["No mobile number is on file."]


def test_it_asks_nobody_to_call_about_a_booking_that_was_just_made(practice):
    rule = make.make_rule(practice, timing=Timing.ON_BOOKING)
    reminder = make.make_reminder(visit(practice, phone=None, guardian=None), rule)
    outbox.fill(NOW)
    assert outcome(reminder) == ("skipped", "no_mobile")
    assert calls() == []


def test_it_looks_at_the_visit_as_it_stands(practice, rule):
    appointment = visit(practice)
    reminder = make.make_reminder(appointment, rule)
    appointment.state = "cancelled"
    appointment.save()
    outbox.fill(NOW)
    assert outcome(reminder) == ("skipped", "cancelled")
    assert calls() == []


def test_it_says_that_it_came_too_late_when_sending_was_down(practice, rule):
    reminder = make.make_reminder(visit(practice), rule)
    late = reminder.starts_at - timedelta(minutes=30)
    outbox.fill(late)
    assert outcome(reminder) == ("skipped", "missed")
    assert len(calls()) == 1


def test_it_sends_only_the_nearest_when_several_came_due_while_sending_was_down(
    practice, rule
):
    appointment = visit(practice)
    earlier = make.make_reminder(appointment, rule, NOW - DAY)
    other = make.make_rule(practice, "1 day before", days=1)
    later = make.make_reminder(appointment, other, NOW - HOUR)
    assert outbox.fill(NOW) == 1
    assert outcome(earlier) == ("skipped", "duplicate")
    assert outcome(later) == ("queued", "")


# --- Hours and caps -----------------------------------------------------------------


def test_it_lets_a_late_text_wait_for_the_morning(practice, rule):
    make.make_reminder(visit(practice), rule)
    outbox.fill(make.at("2026-03-02", "22:00"))
    assert Message.objects.get().send_after == make.at("2026-03-03", "09:00")


def test_texts_that_wait_for_the_morning_keep_nobody_from_being_phoned(practice, rule):
    for _ in range(AHEAD):
        phone = make.make_phone(practice)
        make.make_message(
            phone,
            kind=Message.Kind.REMINDER,
            priority=Message.Priority.VISIT,
            send_after=make.at("2026-03-03", "09:00"),
        )
    starts_at = make.at("2026-03-03", "09:30")
    reminder = make.make_reminder(visit(practice, starts_at=starts_at), rule)
    outbox.fill(make.at("2026-03-02", "22:00"))
    assert outcome(reminder) == ("skipped", "missed")
    assert len(calls()) == 1


def test_it_does_not_wait_for_a_morning_that_is_too_late(practice, rule):
    starts_at = make.at("2026-03-03", "09:30")
    reminder = make.make_reminder(visit(practice, starts_at=starts_at), rule)
    assert outbox.fill(make.at("2026-03-02", "22:00")) == 0
    assert outcome(reminder) == ("skipped", "missed")


def test_it_sends_what_is_on_time_whatever_the_hour(practice, rule):
    evening = make.at("2026-03-02", "20:05")
    make.make_reminder(visit(practice), rule, make.at("2026-03-02", "19:59"))
    outbox.fill(evening)
    assert Message.objects.get().send_after == evening


def test_it_sends_one_reminder_a_day_to_a_phone(practice, rule):
    first, second = family(
        practice, ("Ana", "2026-03-05", "14:30"), ("Ben", "2026-03-06", "14:30")
    )
    one, two = make.make_reminder(first, rule), make.make_reminder(second, rule)
    assert outbox.fill(NOW) == 1
    assert (outcome(one), outcome(two)) == (("queued", ""), ("skipped", "daily_cap"))
    assert calls() == []


def test_it_counts_local_days(practice, rule):
    appointment = visit(practice)
    make.make_message(
        appointment.patient.phone,
        kind=Message.Kind.REMINDER,
        state=Message.State.SENT,
        now=make.at("2026-03-01", "23:30"),
    )
    make.make_reminder(appointment, rule)
    assert outbox.fill(NOW) == 1


def test_a_text_that_waits_for_the_morning_counts_for_that_day(practice, rule):
    """Made at night, it goes on the day on which another one is due."""
    first, second = family(
        practice, ("Ana", "2026-03-05", "14:30"), ("Ben", "2026-03-06", "14:30")
    )
    make.make_reminder(first, rule)
    other = make.make_reminder(second, rule, make.at("2026-03-03", "10:00"))
    assert outbox.fill(make.at("2026-03-02", "22:00")) == 1
    assert outbox.fill(make.at("2026-03-03", "10:00")) == 0
    assert outcome(other) == ("skipped", "daily_cap")


def test_it_sends_three_reminders_a_week_to_a_phone(practice, rule):
    appointment = visit(practice)
    for days in (1, 2, 6):
        make.make_message(
            appointment.patient.phone,
            kind=Message.Kind.REMINDER,
            state=Message.State.DELIVERED,
            now=NOW - days * DAY,
        )
    reminder = make.make_reminder(appointment, rule)
    outbox.fill(NOW)
    assert outcome(reminder) == ("skipped", "weekly_cap")


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (Message.Kind.BOOKING, Message.State.SENT),
        (Message.Kind.STAFF, Message.State.SENT),
        (Message.Kind.ANSWER, Message.State.SENT),
        (Message.Kind.REMINDER, Message.State.FAILED),
        (Message.Kind.REMINDER, Message.State.WITHHELD),
    ],
)
def test_it_counts_only_reminders_that_went_out(practice, rule, kind, state):
    appointment = visit(practice)
    make.make_message(appointment.patient.phone, kind=kind, state=state)
    make.make_reminder(appointment, rule)
    assert outbox.fill(NOW) == 1


def test_it_follows_the_practices_own_caps(practice, rule):
    make.make_policy(practice, daily_cap=2)
    for appointment in family(
        practice, ("Ana", "2026-03-05", "14:30"), ("Ben", "2026-03-06", "14:30")
    ):
        make.make_reminder(appointment, rule)
    assert outbox.fill(NOW) == 2


# --- Families -----------------------------------------------------------------------


def test_it_reminds_of_a_familys_day_in_one_text(practice, rule):
    visits = family(
        practice, ("Leo", "2026-03-05", "15:00"), ("Ana", "2026-03-05", "14:30")
    )
    reminders = [make.make_reminder(each, rule) for each in visits]
    assert outbox.fill(NOW) == 1
    text = Message.objects.get()
    assert text.body == (
        "Lakeside Clinic, visits on Thu Mar 5:\n1 Ana 2:30 PM\n2 Leo 3:00 PM\n"
        "Who is coming? Reply with the numbers, ALL or NONE. Or call 212-555-0100."
    )
    assert [outcome(each) for each in reminders] == [("queued", "")] * 2
    chosen = Choice.objects.values_list("number", "appointment", "intent")
    assert list(chosen) == [
        (1, visits[1].pk, "confirm"),
        (2, visits[0].pk, "confirm"),
    ]


def test_it_names_a_later_visit_of_the_day_before_its_own_time(practice):
    rule = make.make_rule(practice, timing=Timing.HOURS_BEFORE, minutes=120)
    visits = family(
        practice, ("Ana", "2026-03-05", "14:30"), ("Leo", "2026-03-05", "18:00")
    )
    for each in visits:
        make.make_reminder(each, rule, each.starts_at - 2 * HOUR)
    assert outbox.fill(visits[0].starts_at - 2 * HOUR) == 1
    assert not Reminder.objects.planned().exists()
    assert "2 Leo 6:00 PM" in Message.objects.get().body


def test_it_leaves_out_of_the_familys_text_whom_it_must_not_mention(practice, rule):
    visits = family(
        practice, ("Ana", "2026-03-05", "14:30"), ("Leo", "2026-03-05", "15:00")
    )
    make.make_reminder(visits[0], rule)
    later = make.make_reminder(visits[1], rule, NOW + HOUR)
    visits[1].state = "cancelled"
    visits[1].save()
    outbox.fill(NOW)
    assert outcome(later) == ("planned", "")  # it has not been decided about yet
    assert "Leo" not in Message.objects.get().body


def test_it_reminds_of_one_day_in_one_text_where_each_visit_has_a_rule_of_its_own(
    practice, rule
):
    """A lab visit before the doctor; what is not due yet is named once."""
    others = make.make_rule(practice, "before a lab visit", days=3)
    lab, doctor, last = family(
        practice,
        ("Ana", "2026-03-05", "08:30"),
        ("Ana", "2026-03-05", "14:30"),
        ("Leo", "2026-03-05", "15:00"),
    )
    due = [make.make_reminder(lab, others), make.make_reminder(doctor, rule)]
    ahead = [make.make_reminder(last, each, NOW + HOUR) for each in (rule, others)]
    assert outbox.fill(NOW) == 1
    assert [outcome(each) for each in due] == [("queued", "")] * 2
    assert sorted(outcome(each)[0] for each in ahead) == ["planned", "queued"]
    body = Message.objects.get().body
    assert "1 Ana 8:30 AM\n2 Ana 2:30 PM\n3 Leo 3:00 PM\n" in body


def test_it_names_a_visit_of_the_day_that_would_have_its_turn_later(practice, rule):
    """A round takes so many of a practice; the family's second visit is behind them."""
    first, *others, last = (
        make.make_appointment(
            make.make_patient(practice),
            make.at("2026-03-05", "08:30") + place * timedelta(minutes=1),
            double_booked=True,
        )
        for place in range(AHEAD + 1)
    )
    last.patient.guardian = first.patient
    last.patient.save()
    for each in (first, *others):
        make.make_reminder(each, rule)
    make.make_reminder(last, make.make_rule(practice, "of its own"))
    assert outbox.fill(NOW) == AHEAD
    assert not Reminder.objects.planned().exists()


def test_it_confirms_each_booking_by_itself(practice):
    rule = make.make_rule(practice, timing=Timing.ON_BOOKING)
    for each in family(
        practice, ("Ana", "2026-03-05", "14:30"), ("Leo", "2026-03-05", "15:00")
    ):
        make.make_reminder(each, rule)
    assert outbox.fill(NOW) == 2
    assert set(Message.objects.values_list("kind", flat=True)) == {"booking"}


# --- Accounts that cannot send ------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ({"out_of_credit_at": NOW}, "no_credit"),
        ({"stage": "number_claimed"}, "account_not_ready"),
        ({"suspended_at": NOW}, "account_not_ready"),
    ],
)
def test_it_keeps_reminders_planned_until_waiting_is_of_no_use(
    practice, rule, condition, reason
):
    ProviderAccount.objects.update(**condition)
    reminder = make.make_reminder(visit(practice), rule)
    outbox.give_up(reminder.starts_at - 2 * HOUR)
    assert outcome(reminder) == ("planned", "")
    outbox.give_up(reminder.starts_at - timedelta(minutes=59))
    assert outcome(reminder) == ("skipped", reason)
    assert len(calls()) == 1


def test_it_sends_what_is_still_of_use_once_the_account_is_ready(practice, rule):
    ProviderAccount.objects.update(out_of_credit_at=NOW)
    make.make_reminder(visit(practice), rule)
    assert outbox.fill(NOW) == 0
    ProviderAccount.objects.update(out_of_credit_at=None)
    assert outbox.fill(NOW + HOUR) == 1


def test_it_gives_up_texts_that_wait_for_an_account_too(practice, rule):
    reminder = make.make_reminder(visit(practice), rule)
    outbox.fill(NOW)
    ProviderAccount.objects.update(out_of_credit_at=NOW)
    outbox.give_up(reminder.starts_at - timedelta(minutes=59))
    assert outcome(reminder) == ("skipped", "no_credit")
    text = Message.objects.get()
    assert (text.state, text.reason) == (
        "withheld",
        "The practice's texting account was out of credit.",
    )


def test_it_says_why_for_a_visit_that_was_cancelled_while_it_waited(practice, rule):
    ProviderAccount.objects.update(out_of_credit_at=NOW)
    appointment = visit(practice)
    reminder = make.make_reminder(appointment, rule)
    appointment.state = "cancelled"
    appointment.save()
    outbox.give_up(reminder.starts_at - timedelta(minutes=30))
    assert outcome(reminder) == ("skipped", "cancelled")


def test_it_says_in_time_to_phone_what_never_got_its_turn_on_the_line(practice, rule):
    """A line that has enough to carry, at a provider that answers nobody."""
    visits = [
        make.make_appointment(make.make_patient(practice), double_booked=True)
        for _ in range(AHEAD + 2)
    ]
    reminders = [make.make_reminder(each, rule) for each in visits]
    outbox.fill(NOW)
    outbox.fill(NOW)
    states = [outcome(each)[0] for each in reminders]
    assert states == ["queued"] * AHEAD + ["planned"] * 2
    outbox.give_up(visits[0].starts_at - HOUR)
    assert not calls()
    outbox.give_up(visits[0].starts_at - timedelta(minutes=30))
    assert {outcome(each) for each in reminders} == {("skipped", "missed")}
    assert len(calls()) == AHEAD + 2
    assert set(Message.objects.values_list("state", flat=True)) == {"withheld"}


def test_it_waits_for_a_practice_that_has_no_account_at_all():
    practice = make.make_practice()
    reminder = make.make_reminder(visit(practice))
    outbox.give_up(reminder.starts_at - timedelta(minutes=30))
    assert outcome(reminder) == ("skipped", "account_not_ready")


def test_it_does_not_answer_when_it_is_too_late_to(practice):
    phone = make.make_phone(practice)
    text = make.make_message(
        phone, kind=Message.Kind.OPT_OUT_CONFIRMATION, useful_until=NOW
    )
    outbox.give_up(NOW)
    text.refresh_from_db()
    assert (text.state, text.reason) == (
        "withheld",
        "This automatic answer would have come too late.",
    )


# --- Many at once -------------------------------------------------------------------


def test_it_asks_as_many_questions_for_many_reminders_as_for_one(
    practice, rule, django_assert_max_num_queries
):
    def prepare(count, hour):
        for minute in range(count):
            starts_at = make.at("2026-03-05", f"{hour:02}:{minute:02}")
            appointment = make.make_appointment(
                make.make_patient(practice), starts_at, double_booked=True
            )
            make.make_reminder(appointment, rule)

    for count, hour in ((1, 8), (19, 9)):
        prepare(count, hour)
        with django_assert_max_num_queries(15):
            assert outbox.fill(NOW) == count


@pytest.mark.django_db(transaction=True)
def test_it_writes_to_a_phone_once_whichever_worker_is_first():
    practice = make.make_ready_practice()
    rule = make.make_rule(practice)
    for each in family(
        practice, ("Ana", "2026-03-05", "14:30"), ("Ben", "2026-03-06", "14:30")
    ):
        make.make_reminder(each, rule)
    start = Barrier(4)

    def work() -> None:
        start.wait()
        outbox.fill(NOW)
        connection.close()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    outbox.fill(NOW)
    assert Message.objects.count() == 1
    states = Reminder.objects.order_by("starts_at").values_list("state", flat=True)
    assert list(states) == ["queued", "skipped"]
