"""Furnishing: what a new practice finds."""

import pytest

from reminders import clinic
from reminders.models import (
    AppointmentType,
    MessageTemplate,
    ReminderRule,
    SendingPolicy,
)
from reminders.plan import Timing
from reminders.wording import DEFAULT_TEMPLATES, check_template
from tests import make

pytestmark = pytest.mark.django_db


def test_it_gives_a_practice_what_it_needs_to_start():
    practice = make.make_practice()
    clinic.furnish(practice)
    rules = ReminderRule.objects.of(practice)
    assert {(rule.timing.timing, rule.asks_to_confirm) for rule in rules} == {
        (Timing.ON_BOOKING, False),
        (Timing.DAYS_BEFORE, True),
        (Timing.HOURS_BEFORE, False),
    }
    assert [rule.timing.offset_words for rule in rules] == [
        "3 days before, at 10:00 AM",
        "2 hours before",
        "When booked",
    ]
    assert AppointmentType.objects.of(practice).count() == 3
    assert SendingPolicy.objects.of(practice).count() == 1


def test_it_gives_each_rule_its_words_in_each_language():
    clinic.furnish(make.make_practice())
    assert MessageTemplate.objects.count() == 6
    for template in MessageTemplate.objects.all():
        assert check_template(template.body) == []
        assert template.body in DEFAULT_TEMPLATES.values()


def test_it_changes_nothing_the_second_time():
    practice = make.make_practice()
    clinic.furnish(practice)
    AppointmentType.objects.of(practice).first().delete()
    ReminderRule.objects.of(practice).first().delete()
    clinic.furnish(practice)
    assert AppointmentType.objects.of(practice).count() == 2
    assert ReminderRule.objects.of(practice).count() == 2


def test_it_furnishes_each_practice_by_itself():
    one, other = make.make_practice(), make.make_practice("Hillside Clinic")
    clinic.furnish(one)
    assert not ReminderRule.objects.of(other).exists()
