"""Claiming: one text for each free line, after a last look."""

from datetime import timedelta
from threading import Barrier, Lock, Thread

import pytest
from django.db import connection

from provisioning.models import Line, ProviderAccount
from reminders import consent, outbox, schedule
from reminders.models import CallListEntry, ConsentEvent, Message, Phone, Reminder
from tests import make

pytestmark = pytest.mark.django_db

NOW = make.NOW
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@pytest.fixture
def practice():
    return make.make_ready_practice()


@pytest.fixture
def phone(practice):
    return make.make_phone(practice)


@pytest.fixture
def reminder(practice):
    """A reminder whose text is queued; the visit is on Thursday at 14:30."""
    visit = make.make_appointment(make.make_patient(practice))
    reminder = make.make_reminder(visit, make.make_rule(practice))
    outbox.fill(NOW)
    reminder.refresh_from_db()
    return reminder


def state_of(text):
    text.refresh_from_db()
    return text.state, text.reason


def skipped(reminder):
    reminder.refresh_from_db()
    return reminder.state, reminder.skip_reason


# --- Taking turns -------------------------------------------------------------------


def test_it_makes_a_text_ready_to_leave(practice, phone):
    text = make.make_message(phone)
    (claimed,) = outbox.claim(NOW)
    assert claimed == text
    text.refresh_from_db()
    assert (text.state, text.state_at, text.attempt) == ("sending", NOW, 1)
    assert text.line == Line.objects.get()
    assert text.lease_until == NOW + timedelta(seconds=60)
    assert len(text.client_id) == 32
    assert text.client_id.isalnum()
    assert claimed.client_id == text.client_id


def test_it_takes_one_text_for_each_line_and_waits_a_second_for_each_part(phone):
    long = make.make_message(phone, "x" * 200)
    short = make.make_message(phone)
    assert outbox.claim(NOW) == [long]
    assert outbox.claim(NOW + SECOND) == []
    assert outbox.claim(NOW + 2 * SECOND) == [short]
    assert Line.objects.get().free_at == NOW + 3 * SECOND


def test_it_takes_the_most_urgent_first(phone):
    later = make.make_message(phone, useful_until=NOW + 9 * HOUR)
    answer = make.make_message(phone, priority=Message.Priority.CONVERSATION)
    legal = make.make_message(phone, priority=Message.Priority.LEGAL)
    soon = make.make_message(phone, useful_until=NOW + HOUR)
    order = [outbox.claim(NOW + second * SECOND)[0] for second in range(4)]
    assert order == [legal, answer, soon, later]


def test_it_serves_all_practices_alike(practice, phone):
    for _ in range(3):
        make.make_message(phone)
    other = make.make_message(make.make_phone(make.make_ready_practice()))
    claimed = outbox.claim(NOW)
    assert len(claimed) == 2
    assert other in claimed
    for text in claimed:
        assert text.line.account.practice_id == text.practice_id


def test_it_takes_no_more_lines_than_it_is_told(phone):
    make.make_message(phone)
    make.make_message(make.make_phone(make.make_ready_practice()))
    assert [len(outbox.claim(NOW, limit=1)) for _ in range(3)] == [1, 1, 0]


def test_it_leaves_a_text_whose_time_has_not_come(phone):
    make.make_message(phone, send_after=NOW + SECOND)
    assert outbox.claim(NOW) == []


@pytest.mark.parametrize(
    "condition",
    [
        {"stage": "number_claimed"},
        {"suspended_at": NOW},
        {"out_of_credit_at": NOW},
        {"credentials_refused_at": NOW},
        {"limited_until": NOW + HOUR},
    ],
)
def test_it_leaves_the_texts_of_an_account_that_cannot_send(phone, condition):
    text = make.make_message(phone)
    ProviderAccount.objects.update(**condition)
    assert outbox.claim(NOW) == []
    assert state_of(text) == ("queued", "")


@pytest.mark.parametrize("condition", [{"retired_at": NOW}, {"proven_at": None}])
def test_it_uses_only_a_proven_line_in_use(phone, condition):
    make.make_message(phone)
    Line.objects.update(**condition)
    assert outbox.claim(NOW) == []


def test_it_gives_each_attempt_a_client_id_of_its_own(phone):
    text = make.make_message(phone)
    ids = set()
    for attempt in range(1, 4):
        (claimed,) = outbox.claim(NOW + attempt * HOUR)
        assert claimed.attempt == attempt
        ids.add(claimed.client_id)
        Message.objects.filter(pk=text.pk).update(state="queued")
    assert len(ids) == 3


# --- The last look ------------------------------------------------------------------


@pytest.mark.parametrize("state", ["opted_out", "paused"])
def test_it_lets_a_wish_win_that_came_after_queueing(phone, reminder, state):
    text = make.make_message(reminder.message.phone)
    consent.record(
        reminder.message.phone,
        ConsentEvent.Kind(state),
        source=ConsentEvent.Source.TEXT,
        now=NOW,
    )
    assert outbox.claim(NOW) == []
    reason = "opted_out" if state == "opted_out" else "patient_asked"
    assert skipped(reminder) == ("skipped", reason)
    assert state_of(text)[0] == "withheld"
    assert state_of(reminder.message) == ("withheld", reminder.skip_words)
    assert CallListEntry.objects.get().appointment == reminder.appointment


@pytest.mark.parametrize("kind", sorted(Message.LAWFUL))
def test_it_lets_through_what_the_law_asks_for(phone, kind):
    Phone.objects.update(opted_out_at=NOW, paused_at=NOW)
    make.make_message(phone, kind=kind)
    assert len(outbox.claim(NOW)) == 1


def test_it_keeps_texts_from_a_number_found_to_be_a_landline(phone):
    text = make.make_message(phone)
    Phone.objects.update(reach=Phone.Reach.LANDLINE)
    assert outbox.claim(NOW) == []
    assert state_of(text) == (
        "withheld",
        "The number is a landline and cannot take texts.",
    )


def test_it_does_not_remind_of_a_visit_that_somebody_cancelled(reminder):
    schedule.cancel(reminder.appointment, by=None, now=NOW)
    assert outbox.claim(NOW) == []
    assert skipped(reminder) == ("skipped", "cancelled")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": "cancelled"}, "cancelled"),
        ({"state": "arrived"}, "visit_started"),
        ({"starts_at": make.at("2026-03-05", "14:00")}, "moved"),
    ],
)
def test_it_looks_at_the_visit_itself(reminder, change, reason):
    """Also where the change and the queueing crossed, and neither saw the other."""
    visits = type(reminder.appointment).objects
    visits.filter(pk=reminder.appointment_id).update(**change)
    assert outbox.claim(NOW) == []
    assert skipped(reminder) == ("skipped", reason)
    assert state_of(reminder.message)[0] == "withheld"
    assert not CallListEntry.objects.exists()


def test_it_looks_whether_the_visit_is_confirmed_by_now(reminder):
    type(reminder.rule).objects.update(skips_confirmed=True)
    schedule.confirm(reminder.appointment, by=None, now=NOW)
    assert outbox.claim(NOW) == []
    assert skipped(reminder) == ("skipped", "already_confirmed")


def test_it_does_not_remind_of_a_visit_that_was_deleted(reminder):
    text = reminder.message
    reminder.delete()
    assert outbox.claim(NOW) == []
    assert state_of(text) == ("withheld", "The visit was cancelled.")


@pytest.mark.parametrize(
    ("before", "reason", "calls"), [(30, "missed", 1), (0, "visit_started", 0)]
)
def test_it_does_not_remind_when_it_is_too_late(reminder, before, reason, calls):
    late = reminder.starts_at - timedelta(minutes=before)
    assert outbox.claim(late) == []
    assert skipped(reminder) == ("skipped", reason)
    assert CallListEntry.objects.count() == calls


def test_it_does_not_answer_when_it_is_too_late(phone):
    text = make.make_message(phone, kind=Message.Kind.ANSWER, useful_until=NOW)
    assert outbox.claim(NOW) == []
    assert state_of(text)[0] == "withheld"


def test_it_puts_a_late_reminder_off_until_texts_may_go(reminder):
    night, morning = make.at("2026-03-02", "21:00"), make.at("2026-03-03", "09:00")
    assert outbox.claim(night) == []
    assert state_of(reminder.message) == ("queued", "")
    assert outbox.claim(morning) == [reminder.message]


def test_it_answers_and_lets_staff_write_at_night(phone):
    make.make_message(phone)
    assert len(outbox.claim(make.at("2026-03-02", "23:00"))) == 1


def test_it_gives_the_turn_of_a_withheld_text_to_the_next(practice, phone):
    for _ in range(3):
        make.make_message(make.make_phone(practice, opted_out_at=NOW))
    text = make.make_message(phone)
    assert outbox.claim(NOW) == [text]


def test_it_reminds_the_rest_of_a_family_anew_when_one_visit_is_off(practice):
    rule, shared = make.make_rule(practice), make.make_phone(practice)
    visits = [
        make.make_appointment(
            make.make_patient(practice, name, phone=shared),
            make.at("2026-03-05", clock),
        )
        for name, clock in (("Ana", "14:30"), ("Leo", "15:00"))
    ]
    for visit in visits:
        make.make_reminder(visit, rule)
    outbox.fill(NOW)
    schedule.cancel(visits[0], by=None, now=NOW)
    outbox.fill(NOW)
    (text,) = outbox.claim(NOW)
    assert text.body == (
        "Lakeside Clinic: Leo, you have a visit Thu Mar 5 at 3:00 PM. Reply C or R."
    )


def test_it_sends_nothing_to_a_number_that_was_corrected(reminder, practice):
    text, patient = reminder.message, reminder.appointment.patient
    patient.phone = make.make_phone(practice)
    patient.save()
    assert outbox.claim(NOW) == []
    assert state_of(text)[0] == "withheld"
    assert skipped(reminder) == ("planned", "")
    outbox.fill(NOW)
    (anew,) = outbox.claim(NOW)
    assert (anew.phone, anew.body) == (patient.phone, text.body)


def test_it_sends_a_childs_reminder_to_the_guardian_named_meanwhile(reminder, practice):
    patient = reminder.appointment.patient
    patient.guardian = make.make_patient(practice, "Grace")
    patient.save()
    assert outbox.claim(NOW) == []
    outbox.fill(NOW)
    (text,) = outbox.claim(NOW)
    assert text.phone == patient.guardian.phone


# --- Many at once -------------------------------------------------------------------


def test_it_asks_as_many_questions_for_many_texts_as_for_one(
    django_assert_max_num_queries,
):
    for count in (1, 12):
        for _ in range(count):
            practice = make.make_ready_practice()
            visit = make.make_appointment(make.make_patient(practice))
            make.make_reminder(visit, make.make_rule(practice))
        outbox.fill(NOW)
        with django_assert_max_num_queries(10):
            assert len(outbox.claim(NOW)) == count
    assert Reminder.objects.filter(state="queued").count() == 13


@pytest.mark.django_db(transaction=True)
def test_it_gives_each_text_to_one_of_many_workers():
    phones = [make.make_phone(make.make_ready_practice()) for _ in range(6)]
    for phone in phones:
        make.make_message(phone)
        make.make_message(phone)
    start, lock, claimed = Barrier(4), Lock(), []

    def work() -> None:
        start.wait()
        for _ in range(3):
            texts = outbox.claim(NOW, limit=4)
            with lock:
                claimed.extend((text.pk, text.line_id) for text in texts)
        connection.close()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    # Each line is busy for a second after its first text, whoever took it.
    assert len(claimed) == 6
    assert len({line for _text, line in claimed}) == 6
