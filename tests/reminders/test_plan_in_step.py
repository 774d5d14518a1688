"""Whatever people do, in whatever order: the plan is what the rules say of the visits.

Each walk books, moves, calls off, confirms, reopens, changes rules, hours, days and
zones, and fills the outbox, by dice. After each step, planning everything anew has
nothing to change; once all visits have begun, nothing is planned any more.
"""

from datetime import date, time, timedelta
from random import Random

import pytest
from django.db.models import F

from provisioning.models import ProviderAccount
from reminders import outbox, schedule
from reminders.models import Appointment, ClosedDay, Message, Reminder
from reminders.outbox.filling import AHEAD
from reminders.plan import Timing
from tests import make

pytestmark = pytest.mark.django_db

STEPS = 30
WHAT = ["book", "book", "move", "cancel", "confirm", "reopen", "fill", "fill"]
WHAT += ["rule", "hours", "working", "close", "zone", "patient"]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONES = ["America/New_York", "America/Los_Angeles", "America/Phoenix"]


class Walk:
    """A practice a few days before clocks change, and dice."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.now = make.NOW
        self.practice = make.make_ready_practice()
        self.policy = make.make_policy(self.practice, daily_cap=20, weekly_cap=50)
        self.rules = [
            make.make_rule(self.practice, "booked", timing=Timing.ON_BOOKING),
            make.make_rule(self.practice, "days", skips_confirmed=True),
            make.make_rule(self.practice, "working days", days=1, on_working_days=True),
            make.make_rule(
                self.practice, "hours", timing=Timing.HOURS_BEFORE, minutes=120
            ),
        ]
        self.patients = [make.make_patient(self.practice) for _ in range(3)]
        self.took: list[str] = []

    def step(self) -> None:
        self.now += self.dice.choice([HOUR / 20, HOUR, 7 * HOUR, 16 * HOUR])
        what = self.dice.choice(WHAT)
        self.took.append(what)
        try:
            getattr(self, what)()
        except schedule.NotPossible:
            self.took.append("(refused)")

    def visit(self) -> Appointment:
        visits = list(Appointment.objects.select_related("patient", "practice"))
        if not visits:
            raise schedule.NotPossible
        return self.dice.choice(visits)

    def start(self):
        quarter_hours = self.dice.randint(4, 4 * 24 * 12)
        return self.now + quarter_hours * HOUR / 4

    def book(self) -> None:
        schedule.book(
            self.practice,
            patient=self.dice.choice(self.patients),
            clinician=make.make_clinician(self.practice),
            appointment_type=make.make_appointment_type(self.practice),
            starts_at=self.start(),
            by=None,
            now=self.now,
            double_booked=True,
        )

    def move(self) -> None:
        schedule.move(
            self.visit(),
            starts_at=self.start(),
            by=None,
            now=self.now,
            double_booked=True,
        )

    def cancel(self) -> None:
        schedule.cancel(self.visit(), by=None, now=self.now)

    def confirm(self) -> None:
        schedule.confirm(self.visit(), by=None, now=self.now)

    def reopen(self) -> None:
        schedule.mark(self.visit(), "booked", by=None, now=self.now)

    def rule(self) -> None:
        rule = self.dice.choice(self.rules)
        rule.is_active = not rule.is_active
        if rule.timing_kind == Timing.DAYS_BEFORE:
            rule.days = self.dice.randint(0, 4)
            rule.at = time(self.dice.randint(0, 23), 30)
        rule.save()
        schedule.replan_practice(self.practice, now=self.now)

    def hours(self) -> None:
        self.policy.weekday_from = time(self.dice.randint(6, 12))
        self.policy.sunday_to = time(self.dice.randint(12, 20))
        self.policy.save()
        schedule.replan_practice(self.practice, now=self.now)

    def working(self) -> None:
        self.policy.works_saturday = not self.policy.works_saturday
        self.policy.save()
        schedule.replan_practice(self.practice, now=self.now)

    def close(self) -> None:
        day = date(2026, 3, self.dice.randint(2, 20))
        ClosedDay.objects.get_or_create(practice=self.practice, day=day)
        schedule.replan_practice(self.practice, now=self.now)

    def zone(self) -> None:
        self.practice.time_zone = self.dice.choice(ZONES)
        self.practice.save()
        schedule.replan_practice(self.practice, now=self.now)

    def patient(self) -> None:
        patient = self.dice.choice(self.patients)
        patient.time_zone = self.dice.choice(["", *ZONES])
        patient.save()
        schedule.replan_patient(patient, now=self.now)

    def fill(self) -> None:
        outbox.fill(self.now)


def the_account_is_suspended(walk: Walk) -> None:
    ProviderAccount.objects.update(suspended_at=walk.now)


def the_line_has_enough_to_carry(walk: Walk) -> None:
    for _ in range(AHEAD):
        make.make_message(
            make.make_phone(walk.practice),
            priority=Message.Priority.VISIT,
            now=walk.now,
        )


def nothing_special(walk: Walk) -> None:
    pass


ENDINGS = [nothing_special, the_account_is_suspended, the_line_has_enough_to_carry]


@pytest.mark.parametrize("seed", range(9))
def test_the_plan_keeps_in_step(seed):
    walk = Walk(seed)
    walk.book()
    for _ in range(STEPS):
        walk.step()
        assert schedule.replan_everywhere(now=walk.now) == 0, walk.took
    over = Appointment.objects.latest("starts_at").starts_at
    ENDINGS[seed % len(ENDINGS)](walk)
    outbox.give_up(over)
    outbox.fill(over)
    assert not Reminder.objects.planned().exists(), walk.took
    assert all(each.skip_words for each in Reminder.objects.filter(message=None))
    assert not Reminder.objects.filter(message__send_after__gte=F("starts_at")).exists()
    queued = Reminder.objects.filter(message__state=Message.State.QUEUED)
    assert not queued.exists(), walk.took
