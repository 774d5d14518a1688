"""Furnishing the clinic: what a new practice finds when it starts to work."""

from datetime import time
from typing import NamedTuple

from django.db import transaction

from provisioning.models import Practice
from reminders.models import (
    AppointmentType,
    MessageTemplate,
    ReminderRule,
    SendingPolicy,
)
from reminders.plan import RuleTiming, Timing
from reminders.wording import DEFAULT_TEMPLATES, LANGUAGES, Kind


class DefaultRule(NamedTuple):
    """A rule that every practice starts with, and which texts it sends."""

    name: str
    timing: RuleTiming
    kind: Kind
    asks_to_confirm: bool = False


DEFAULT_RULES = (
    DefaultRule("Booking confirmation", RuleTiming(Timing.ON_BOOKING), Kind.BOOKING),
    DefaultRule(
        "3 days before",
        RuleTiming(Timing.DAYS_BEFORE, days=3, at=time(10)),
        Kind.CONFIRM_REQUEST,
        asks_to_confirm=True,
    ),
    DefaultRule(
        "2 hours before", RuleTiming(Timing.HOURS_BEFORE, minutes=120), Kind.SOON
    ),
)

# Name, minutes, colour.
DEFAULT_TYPES = (("Check-up", 30, 1), ("Follow-up", 15, 3), ("First visit", 45, 5))


def furnish(practice: Practice) -> None:
    """Give the practice its first kinds of visit, rules, texts and sending hours.

    Repeating it changes nothing, and brings nothing back that the practice removed
    from a kind of thing of which it still has some.
    """
    with transaction.atomic():
        SendingPolicy.objects.get_or_create(practice=practice)
        if not AppointmentType.objects.of(practice).exists():
            AppointmentType.objects.bulk_create(
                AppointmentType(practice=practice, name=name, minutes=minutes, hue=hue)
                for name, minutes, hue in DEFAULT_TYPES
            )
        if not ReminderRule.objects.of(practice).exists():
            for default in DEFAULT_RULES:
                _add_rule(practice, default)


def _add_rule(practice: Practice, default: DefaultRule) -> None:
    rule = ReminderRule.objects.create(
        practice=practice,
        name=default.name,
        timing_kind=default.timing.timing,
        days=default.timing.days,
        at=default.timing.at,
        minutes=default.timing.minutes,
        asks_to_confirm=default.asks_to_confirm,
    )
    MessageTemplate.objects.bulk_create(
        MessageTemplate(
            rule=rule,
            language=language,
            body=DEFAULT_TEMPLATES[default.kind, language],
        )
        for language in LANGUAGES
    )
