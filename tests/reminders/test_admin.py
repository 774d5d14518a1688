"""The operator's pages: they open, and the ledger is read only."""

from datetime import time, timedelta

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from provisioning.models import Practice, User
from reminders import clock, consent, schedule
from reminders.models import (
    Appointment,
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
    day = clock.now().date() + timedelta(days=40 - clock.now().weekday())
    visit = Appointment.objects.get()
    visit.starts_at = make.at(f"{day}", "15:00")
    visit.ends_at = visit.starts_at + timedelta(hours=1)
    visit.save()
    schedule.replan_practice(practice, now=clock.now())
    planned = Reminder.objects.get(starts_at=visit.starts_at)
    form = operator.get(page(SendingPolicy, "change", policy.pk)).context["adminform"]
    typed = {**form.form.initial, "weekday_from": "11:30"}
    answer = operator.post(page(SendingPolicy, "change", policy.pk), typed)
    assert answer.status_code == 302
    before = planned.due_at
    planned.refresh_from_db()
    assert planned.due_at != before
    assert planned.due_at.astimezone(practice.zone).time() >= time(11, 30)


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
