"""A reminder as the plan looks at it, from plain values: reading rows whole takes longer."""

from datetime import datetime

from reminders.models.appointment import Appointment
from reminders.plan import Standing, Timing

State = Appointment.State

# What to ask for, and what comes: starts_at, the visit's starts_at, due_at, the visit's
# state, whether the rule is active, whether it skips the confirmed, its timing.
COLUMNS = (
    "starts_at",
    "appointment__starts_at",
    "due_at",
    "appointment__state",
    "rule__is_active",
    "rule__skips_confirmed",
    "rule__timing_kind",
)
Values = tuple[datetime, datetime, datetime | None, str, bool, bool, str]


def standing(values: Values) -> Standing:
    """How the reminder stands beside its visit and its rule; `values` as in COLUMNS."""
    planned_for, starts_at, due_at, state, is_active, skips_confirmed, timing = values
    return Standing(
        planned_for=planned_for,
        starts_at=starts_at,
        due_at=due_at or planned_for,
        is_upcoming=state in Appointment.UPCOMING,
        is_cancelled=state == State.CANCELLED,
        is_confirmed=state == State.CONFIRMED,
        rule_is_active=is_active,
        skips_confirmed=skips_confirmed,
        timing=Timing(timing),
    )
