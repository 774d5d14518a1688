"""The operator's pages: they open, and the ledger is read only."""

from datetime import time, timedelta

import pytest
from django.contrib import admin
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from provisioning.models import Practice, User
from reminders import clock, consent, schedule
from reminders.models import (
    Appointment,
    AppointmentType,
    Clinician,
    ConsentEvent,
    Message,
    Receipt,
    Reminder,
    ReminderRule,
    SendingPolicy,
)
from reminders.plan import SkipReason
from tests import make

pytestmark = pytest.mark.django_db

OURS = [model for model in admin.site._registry if model._meta.app_label == "reminders"]
KEPT = [AppointmentType, Clinician, SendingPolicy]
LEDGER = [Message, ConsentEvent, Reminder, Appointment]


@pytest.fixture
def operator(client: Client) -> Client:
    """An operator who is signed in, and a practice with something in each list."""
    user = User.objects.create_superuser(
        "operator@example.org", make.PASSWORD, first_name="Olga", last_name="Operator"
    )
    client.force_login(user)
    practice = make.make_ready_practice()
    make.make_rule(practice)
    schedule.book(
        practice,
        patient=make.make_patient(practice),
        clinician=make.make_clinician(practice),
        appointment_type=make.make_appointment_type(practice),
        starts_at=make.at("2026-03-10", "14:30"),
        by=user,
        now=make.NOW,
    )
    make.make_message(make.make_phone(practice))
    return client


def page(model, which, *args):
    return reverse(f"admin:reminders_{model._meta.model_name}_{which}", args=args)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_it_lists(operator, model):
    assert operator.get(page(model, "changelist")).status_code == 200


@pytest.mark.parametrize("model", LEDGER, ids=lambda model: model.__name__)
def test_it_lets_nobody_write_in_the_ledger(operator, model):
    assert operator.get(page(model, "add")).status_code == 403
    for row in model.objects.all()[:1]:
        assert operator.get(page(model, "change", row.pk)).status_code == 200
        assert operator.post(page(model, "change", row.pk), {}).status_code == 403
        assert operator.post(page(model, "delete", row.pk), {}).status_code == 403


def test_a_changed_rule_moves_its_reminders(operator):
    rule = ReminderRule.objects.get()
    start = clock.now() + timedelta(days=40)
    Reminder.objects.update(
        state="planned", due_at=make.NOW, skip_reason="", starts_at=start
    )
    Appointment.objects.update(starts_at=start, ends_at=start + timedelta(hours=1))
    form = operator.get(page(ReminderRule, "change", rule.pk)).context["adminform"].form
    typed = {k: v for k, v in form.initial.items() if v is not None}
    typed |= {"is_active": "", "appointment_types": []}
    typed |= {"templates-TOTAL_FORMS": 0, "templates-INITIAL_FORMS": 0}
    answer = operator.post(page(ReminderRule, "change", rule.pk), typed)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert Reminder.objects.get().skip_reason == SkipReason.RULE_OFF


def test_changed_hours_move_the_reminders(operator):
    practice = Practice.objects.get()
    policy = make.make_policy(practice)
    planned = planned_in_a_month(practice)
    post(operator, policy, weekday_from="11:30")
    before = planned.due_at
    planned.refresh_from_db()
    assert planned.due_at != before
    assert planned.due_at.astimezone(practice.zone).time() >= time(11, 30)


def planned_in_a_month(practice):
    """When the reminder of the visit is due, once that is moved to 15:00 far ahead."""
    day = clock.now().date() + timedelta(days=40 - clock.now().weekday())
    visit = Appointment.objects.get()
    visit.starts_at = make.at(f"{day}", "15:00")
    visit.ends_at = visit.starts_at + timedelta(hours=1)
    visit.save()
    schedule.replan_practice(practice, now=clock.now())
    return Reminder.objects.planned().get()


def post(operator, row, **changes):
    """Save a row's page with these changes, as the operator's browser does."""
    path = reverse(
        f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk]
    )
    page = operator.get(path).context
    typed = {k: v for k, v in page["adminform"].form.initial.items() if v is not None}
    for inline in page["inline_admin_formsets"]:
        management = inline.formset.management_form
        typed |= {management.add_prefix(k): v for k, v in management.initial.items()}
        for form in inline.formset:
            typed |= {form.add_prefix(k): v for k, v in form.initial.items() if v}
    answer = operator.post(path, {**typed, **changes})
    assert answer.status_code == 302, answer.context["errors"]


def test_another_zone_of_the_practice_moves_the_reminders(operator):
    practice = Practice.objects.get()
    before = planned_in_a_month(practice)
    post(operator, practice, time_zone="America/Los_Angeles")
    after = Reminder.objects.get(pk=before.pk)
    assert after.due_at == before.due_at + timedelta(hours=3)


def test_a_closed_day_moves_the_reminders(operator):
    practice = Practice.objects.get()
    ReminderRule.objects.update(on_working_days=True)
    before = planned_in_a_month(practice)
    day = before.due_at.astimezone(practice.zone).date()
    closed = {"closed_days-0-day": f"{day}", "closed_days-0-name": "Staff day"}
    post(operator, practice, **closed)
    after = Reminder.objects.get(pk=before.pk)
    assert after.due_at.astimezone(practice.zone).date() < day
    assert [str(each) for each in practice.closed_days.all()] == [f"{day} Staff day"]


def test_another_zone_of_a_patient_moves_the_reminders(operator):
    practice = Practice.objects.get()
    before = planned_in_a_month(practice)
    post(operator, before.appointment.patient, time_zone="Pacific/Honolulu")
    after = Reminder.objects.get(pk=before.pk)
    assert after.due_at < before.due_at  # 10:00 in New York is the middle of the night


def test_a_practice_works_on_some_day(operator):
    policy = make.make_policy(Practice.objects.get())
    form = operator.get(page(SendingPolicy, "change", policy.pk)).context["adminform"]
    typed = {k: v for k, v in form.form.initial.items() if not k.startswith("works_")}
    answer = operator.post(page(SendingPolicy, "change", policy.pk), typed)
    assert "A practice works on some day of the week." in answer.content.decode()


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__name__)
def test_it_deletes_nothing_on_which_much_depends(operator, model):
    row = model.objects.first() or make.make_policy(Practice.objects.get())
    answer = operator.post(page(model, "delete", row.pk), {"post": "yes"})
    assert answer.status_code == 403
    assert model.objects.exists()


def test_it_moves_no_rule_in_hours_to_a_working_day(operator):
    with pytest.raises(IntegrityError):
        ReminderRule.objects.update(timing_kind="hours_before", on_working_days=True)


def test_it_deletes_no_rule_that_has_spoken(operator):
    rule = ReminderRule.objects.get()
    answer = operator.post(page(ReminderRule, "delete", rule.pk), {"post": "yes"})
    assert "Cannot delete reminder rule" in answer.content.decode()
    assert ReminderRule.objects.filter(pk=rule.pk).exists()


def test_it_asks_as_many_questions_for_many_rows_as_for_one(
    operator, django_assert_max_num_queries
):
    text, user = Message.objects.get(), User.objects.get()
    for number in range(6):
        consent.record(
            make.make_phone(text.practice),
            ConsentEvent.Kind.OPTED_OUT,
            source=ConsentEvent.Source.PAPER,
            by=user,
            now=make.NOW,
        )
        Receipt.objects.create(
            practice=text.practice,
            message=text,
            provider_id=f"{number}",
            status="004",
            status_at=make.NOW,
            received_at=make.NOW,
        )
    for model in (ConsentEvent, Receipt):
        with django_assert_max_num_queries(7):
            operator.get(page(model, "changelist"))


def test_it_refuses_hours_that_cannot_be(operator):
    policy = make.make_policy(Practice.objects.get())
    form = operator.get(page(SendingPolicy, "change", policy.pk)).context["adminform"]
    typed = {**form.form.initial, "weekday_from": "21:00"}
    answer = operator.post(page(SendingPolicy, "change", policy.pk), typed)
    assert "Sending hours end after they begin." in answer.content.decode()
