"""Which reminders a visit gets, and what becomes of those it had.

A reminder belongs to an appointment, a rule and a start time, and the database allows
one of each. So a visit that is moved away and back finds its old reminders: those that
went out stay out, those that were called off are planned anew.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from provisioning.models import Practice
from reminders.models import Appointment, Reminder, ReminderRule, SendingPolicy
from reminders.plan import SkipReason, Timing, due_at, plan_all

# Reasons that lay with the visit or the rule, and go away with them.
TAKEN_BACK = frozenset(
    {
        SkipReason.MOVED,
        SkipReason.CANCELLED,
        SkipReason.ALREADY_CONFIRMED,
        SkipReason.RULE_OFF,
        SkipReason.BOOKED_TOO_LATE,
        SkipReason.VISIT_STARTED,
    }
)
VISITS_AT_A_TIME = 200


def plan_reminders(
    appointment: Appointment, *, booked_at: datetime, now: datetime
) -> None:
    """Plan all reminders of a visit that was just booked, moved or reopened.

    Wants a transaction. `booked_at` is what "booked too late" is measured against.
    """
    practice = appointment.practice
    rules = _rules_for(appointment)
    plans = plan_all(
        [rule.timing for rule in rules],
        appointment.starts_at,
        booked_at,
        practice.zone,
        SendingPolicy.objects.in_force(practice).window,
        grace=_undo_grace(),
    )
    _write(
        [(appointment, rule, plan) for rule, plan in zip(rules, plans, strict=True)],
        now,
    )


def follow_type(appointment: Appointment, *, now: datetime) -> None:
    """Bring the reminders in line with the kind of visit, which has changed."""
    rules = _rules_for(appointment)
    appointment.reminders.filter(
        starts_at=appointment.starts_at, state=Reminder.State.PLANNED
    ).exclude(rule__in=rules).drop(SkipReason.RULE_OFF, now)
    _catch_up([(appointment, rule) for rule in rules], now)


def replan(rule: ReminderRule, *, now: datetime) -> None:
    """Bring upcoming visits in line with a rule that was made, changed or switched off.

    Visits are taken a few hundred at a time, each batch in its own transaction. A
    rule that should have spoken before it was made stays silent about those visits.
    """
    kinds = set(rule.appointment_types.values_list("pk", flat=True))
    visits = Appointment.objects.of(rule.practice).upcoming(now)
    ids = list(visits.values_list("pk", flat=True))
    for first in range(0, len(ids), VISITS_AT_A_TIME):
        with transaction.atomic():
            batch = list(
                visits.filter(pk__in=ids[first : first + VISITS_AT_A_TIME])
                .select_related("practice")
                .select_for_update(of=("self",), no_key=True)
            )
            concerned = [
                visit
                for visit in batch
                if rule.is_active and (not kinds or visit.appointment_type_id in kinds)
            ]
            Reminder.objects.undecided().filter(
                rule=rule, appointment__in=batch
            ).exclude(appointment__in=concerned).drop(SkipReason.RULE_OFF, now)
            _catch_up([(visit, rule) for visit in concerned], now)


def replan_all(practice: Practice, *, now: datetime) -> None:
    """Bring upcoming visits in line with sending hours that have changed."""
    for rule in ReminderRule.objects.of(practice):
        replan(rule, now=now)


def _undo_grace() -> timedelta:
    return timedelta(seconds=settings.UNDO_GRACE_SECONDS)


def _rules_for(appointment: Appointment) -> list[ReminderRule]:
    return list(
        ReminderRule.objects.of(appointment.practice)
        .in_force()
        .for_type(appointment.appointment_type)
    )


def _catch_up(pairs: Sequence[tuple[Appointment, ReminderRule]], now: datetime) -> None:
    """Plan rules that changed beneath visits that are booked already.

    What was planned moves with its rule, and goes at once if its new instant has
    passed. What is new and should have gone before now does not: a new rule must not
    text everybody the moment it is saved, least of all "you have booked".
    """
    if not pairs:
        return
    practice = pairs[0][0].practice
    window = SendingPolicy.objects.in_force(practice).window
    planned = set(
        Reminder.objects.undecided()
        .filter(appointment__in={visit for visit, _rule in pairs})
        .values_list("appointment_id", "rule_id", "starts_at")
    )
    decided: list[tuple[Appointment, ReminderRule, datetime | SkipReason]] = []
    for visit, rule in pairs:
        known = (visit.pk, rule.pk, visit.starts_at) in planned
        if not known and rule.timing.timing is Timing.ON_BOOKING:
            continue
        plan = due_at(
            rule.timing,
            visit.starts_at,
            visit.booked_at,
            practice.zone,
            window,
            grace=_undo_grace(),
        )
        if isinstance(plan, datetime) and not known and plan < now:
            plan = SkipReason.BOOKED_TOO_LATE
        if rule.skips_confirmed and visit.state == Appointment.State.CONFIRMED:
            plan = SkipReason.ALREADY_CONFIRMED
        decided.append((visit, rule, plan))
    _write(decided, now)


def _write(
    plans: Iterable[tuple[Appointment, ReminderRule, datetime | SkipReason]],
    now: datetime,
) -> None:
    """Store plans: new rows, and rows that nothing final has happened to."""
    plans = list(plans)
    known = {
        (reminder.appointment_id, reminder.rule_id, reminder.starts_at): reminder
        for reminder in Reminder.objects.filter(
            appointment__in={visit for visit, _rule, _plan in plans}
        ).select_for_update(of=("self",), no_key=True)
    }
    new, changed = [], []
    for visit, rule, plan in plans:
        reminder = known.get((visit.pk, rule.pk, visit.starts_at))
        if reminder is None:
            reminder = Reminder(
                practice_id=visit.practice_id,
                appointment=visit,
                rule=rule,
                starts_at=visit.starts_at,
            )
            new.append(reminder)
        elif _is_open(reminder):
            changed.append(reminder)
        else:
            continue
        _decide(reminder, plan, now)
    Reminder.objects.bulk_create(new)
    Reminder.objects.bulk_update(
        changed, ["due_at", "state", "skip_reason", "message", "decided_at"]
    )


def _is_open(reminder: Reminder) -> bool:
    return (
        reminder.state == Reminder.State.PLANNED or reminder.skip_reason in TAKEN_BACK
    )


def _decide(reminder: Reminder, plan: datetime | SkipReason, now: datetime) -> None:
    if isinstance(plan, datetime):
        reminder.state, reminder.skip_reason = Reminder.State.PLANNED, ""
        reminder.due_at, reminder.decided_at = plan, None
        reminder.message = None
    else:
        reminder.state, reminder.skip_reason = Reminder.State.SKIPPED, plan
        reminder.due_at, reminder.decided_at = None, now
