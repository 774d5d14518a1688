"""Which reminders a visit gets, and what becomes of those it had.

A reminder belongs to an appointment, a rule and a start time, and the database allows
one of each. So a visit that is moved away and back finds its old reminders: those that
went out stay out, those that were called off are planned anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from provisioning.models import Practice
from reminders.models import (
    Appointment,
    ClosedDay,
    Reminder,
    ReminderRule,
    SendingPolicy,
)
from reminders.plan import (
    SendingWindow,
    SkipReason,
    Timing,
    WorkingDays,
    plan_all,
)

# Reasons that lay with the visit or the rule, and go away with them.
TAKEN_BACK = frozenset(
    {
        SkipReason.MOVED,
        SkipReason.CANCELLED,
        SkipReason.ALREADY_CONFIRMED,
        SkipReason.RULE_OFF,
        SkipReason.RULE_CAME_LATE,
        SkipReason.BOOKED_TOO_LATE,
        SkipReason.QUIET_HOURS,
        SkipReason.VISIT_STARTED,
    }
)

Verdict = datetime | SkipReason
Key = tuple[int, int, datetime]  # visit, rule and start
Plan = tuple[Appointment, ReminderRule, Verdict]


@dataclass(frozen=True)
class Circumstances:
    """What the plans of a practice's visits depend on, beside the visits themselves."""

    practice: Practice
    rules: Sequence[ReminderRule]
    window: SendingWindow
    working: WorkingDays

    @classmethod
    def of(cls, practice: Practice) -> "Circumstances":
        """As they are now. The dates of closed days are read where a rule wants them."""
        rules = list(ReminderRule.objects.of(practice).in_force().with_kinds())
        policy = SendingPolicy.objects.in_force(practice)
        closed: Iterable[ClosedDay] = ()
        if any(rule.on_working_days for rule in rules):
            closed = ClosedDay.objects.of(practice)
        working = policy.working_days(each.day for each in closed)
        return cls(practice, rules, policy.window, working)

    def plan(self, visit: Appointment) -> list[Plan]:
        """What each rule that is for this visit has in mind for it."""
        rules = [
            rule for rule in self.rules if rule.applies_to(visit.appointment_type_id)
        ]
        plans = plan_all(
            [rule.timing for rule in rules],
            visit.starts_at,
            visit.booked_at,
            self.practice.zone,
            self.window,
            working=self.working,
            quiet_zone=visit.patient.texts_zone,
            grace=timedelta(seconds=settings.UNDO_GRACE_SECONDS),
        )
        return [(visit, rule, plan) for rule, plan in zip(rules, plans, strict=True)]


def plan_reminders(appointment: Appointment, *, now: datetime) -> None:
    """Plan all reminders of a visit that was just booked, moved or reopened.

    Wants a transaction. The visit's `booked_at` is what "too late" is measured against.
    """
    plans = Circumstances.of(appointment.practice).plan(appointment)
    _write(plans, _known([appointment]), now)


def bring_in_line(
    visits: Sequence[Appointment], circumstances: Circumstances, *, now: datetime
) -> int:
    """Plan anew what has changed beneath upcoming visits; return how many moved.

    What was planned moves with its rule, and goes at once if its new instant has
    passed. What is new and should have gone before now does not: a new rule must not
    text everybody the moment it is saved, least of all "you have booked". Wants a
    transaction, and visits of one practice that are locked in it.
    """
    known = _known(visits)
    plans = [plan for visit in visits for plan in circumstances.plan(visit)]
    dropped = _drop_others(known, plans, now)
    decided: list[Plan] = []
    for visit, rule, verdict in plans:
        reminder = known.get((visit.pk, rule.pk, visit.starts_at))
        hindsight = _in_hindsight(visit, rule, verdict, reminder, now)
        if hindsight is not None:
            decided.append((visit, rule, hindsight))
    return dropped + _write(decided, known, now)


def _drop_others(
    known: Mapping[Key, Reminder], plans: Iterable[Plan], now: datetime
) -> int:
    """Drop what is planned and what no plan has any more; return how many."""
    wanted = {(visit.pk, rule.pk, visit.starts_at) for visit, rule, _verdict in plans}
    others = [
        reminder.pk
        for key, reminder in known.items()
        if key not in wanted and reminder.state == Reminder.State.PLANNED
    ]
    if not others:
        return 0
    rows = Reminder.objects.filter(pk__in=others)
    # A move takes its reminders along; rows that were changed by hand may not have.
    moved = rows.exclude(starts_at=F("appointment__starts_at"))
    dropped = moved.drop(SkipReason.MOVED, now)
    rest = rows.exclude(pk__in=dropped)
    return len(dropped) + len(rest.drop(SkipReason.RULE_OFF, now))


def _in_hindsight(
    visit: Appointment,
    rule: ReminderRule,
    verdict: Verdict,
    reminder: Reminder | None,
    now: datetime,
) -> Verdict | None:
    """What a visit that is booked already makes of a plan; None leaves all as it is."""
    planned = reminder is not None and reminder.state == Reminder.State.PLANNED
    if not planned and rule.timing.timing is Timing.ON_BOOKING:
        return None
    ahead = isinstance(verdict, datetime) and verdict >= now
    if reminder is not None and not planned and not ahead:
        return None  # it has its reason
    if rule.skips_confirmed and visit.state == Appointment.State.CONFIRMED:
        return SkipReason.ALREADY_CONFIRMED
    if isinstance(verdict, datetime) and not planned and not ahead:
        return SkipReason.RULE_CAME_LATE
    return verdict


# --- Rows ---------------------------------------------------------------------------


def _known(visits: Iterable[Appointment]) -> dict[Key, Reminder]:
    """The reminders of these visits as they stand, locked."""
    reminders = (
        Reminder.objects.filter(appointment__in=visits)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )
    return {
        (reminder.appointment_id, reminder.rule_id, reminder.starts_at): reminder
        for reminder in reminders
    }


def _write(plans: Iterable[Plan], known: Mapping[Key, Reminder], now: datetime) -> int:
    """Store what differs: new rows, and rows that nothing final has happened to."""
    new: list[Reminder] = []
    changed: list[Reminder] = []
    moved: list[Reminder] = []
    for visit, rule, verdict in plans:
        reminder = known.get((visit.pk, rule.pk, visit.starts_at))
        if reminder is None:
            reminder = Reminder(
                practice_id=visit.practice_id,
                appointment=visit,
                rule=rule,
                starts_at=visit.starts_at,
            )
            _decide(reminder, verdict, now)
            new.append(reminder)
        elif _is_open(reminder) and not _says(reminder, verdict):
            planned = reminder.state == Reminder.State.PLANNED
            _decide(reminder, verdict, now)
            # One column is much quicker to write than five, and the usual case.
            stays = planned and reminder.state == Reminder.State.PLANNED
            (moved if stays else changed).append(reminder)
    Reminder.objects.bulk_create(new)
    Reminder.objects.bulk_update(
        changed, ["due_at", "state", "skip_reason", "message", "decided_at"]
    )
    Reminder.objects.bulk_update(moved, ["due_at"])
    return len(new) + len(changed) + len(moved)


def _is_open(reminder: Reminder) -> bool:
    return (
        reminder.state == Reminder.State.PLANNED or reminder.skip_reason in TAKEN_BACK
    )


def _says(reminder: Reminder, verdict: Verdict) -> bool:
    """Whether the row says this already."""
    if isinstance(verdict, SkipReason):
        return reminder.skip_reason == verdict
    return reminder.state == Reminder.State.PLANNED and reminder.due_at == verdict


def _decide(reminder: Reminder, verdict: Verdict, now: datetime) -> None:
    if isinstance(verdict, SkipReason):
        reminder.state, reminder.skip_reason = Reminder.State.SKIPPED, verdict
        reminder.due_at, reminder.decided_at = None, now
    else:
        reminder.state, reminder.skip_reason = Reminder.State.PLANNED, ""
        reminder.due_at, reminder.decided_at = verdict, None
        reminder.message = None
