"""Three weeks at the demo practice, lived through in a few seconds.

The days pass in order: visits are booked, reminders fall due, patients answer, the
desk reacts; all by the product's own verbs, each told what time it is. Only the
network is replaced: what a line carried back then was reported back then. What falls
due after the present moment is left to the real workers, and to the fake phones.
"""

import heapq
import random
import secrets
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count

from provisioning.gateway import DeliveryReport, InboundText
from provisioning.models import Practice
from reminders import inbox, outbox, schedule
from reminders.demo import cast, spending
from reminders.demo.practice import Clinic, furnish
from reminders.demo.visits import Visit, book_of_visits
from reminders.models import Appointment, Message, Patient, Phone, Reminder
from reminders.plan import first_valid

Act = Callable[[datetime], object]

# How long ago the demo practice signed up.
SINCE = timedelta(days=21)
SECOND = timedelta(seconds=1)
# What the network reported of a text, and how long after it was sent.
ON_ITS_WAY = ("003", "sent", "On its way through the network.", 1 * SECOND)
ARRIVED = ("004", "delivered", "Arrived on the phone.", 4 * SECOND)
LOST = ("007", "failed", "The network could not deliver it.", 4 * SECOND)
DEAD_ENDING = "0199"
# When the three-days-before reminder asks; see `clinic.DEFAULT_RULES`.
ASKED_DAYS, ASKED_AT = 3, time(10)


def make(now: datetime) -> None:
    """Furnish the practice that the demo's owner has just signed up; live until now."""
    practice = Practice.objects.get(memberships__user__email=cast.OWNER.email)
    live_through(furnish(practice, signed_up=now - SINCE, now=now), now)
    spending.make_up(practice)


def live_through(clinic: Clinic, now: datetime) -> None:
    """Let everything happen that the book of visits holds until `now`."""
    History(clinic, now).live()


class History:
    """What happens next, soonest first."""

    def __init__(self, clinic: Clinic, now: datetime) -> None:
        self.clinic = clinic
        self.practice = clinic.practice
        self.now = now
        self.today = now.astimezone(self.practice.zone).date()
        # The same history every time, apart from the day that it leads up to.
        self.chance = random.Random(7)  # noqa: S311 - no secret depends on it
        self.sent_until = datetime.min.replace(tzinfo=now.tzinfo)
        self._order = count()
        self._ahead: list[tuple[datetime, int, Act]] = []

    def live(self) -> None:
        """Take one thing after the other, and the texts that fall due in between."""
        for visit in book_of_visits(self.today, self.chance):
            self._then(self._booked_at(visit), partial(self._book, visit))
        for name, minutes, words in cast.WROTE:
            patient = self.clinic.patients[name]
            lately = self.now - timedelta(minutes=minutes)
            self._then(lately, partial(self._write, patient, words))
        while self._ahead and self._ahead[0][0] <= self.now:
            moment, _place, act = heapq.heappop(self._ahead)
            self._send_until(moment)
            act(moment)
            self._carry(moment)
        self._send_until(self.now)

    def _then(self, moment: datetime, act: Act) -> None:
        heapq.heappush(self._ahead, (moment, next(self._order), act))

    def _at(self, day: date, clock: time) -> datetime:
        return first_valid(day, clock, self.practice.zone)

    def _minutes(self, least: int, most: int) -> timedelta:
        return timedelta(minutes=self.chance.randint(least, most))

    # --- Visits ---------------------------------------------------------------------

    def _booked_at(self, visit: Visit) -> datetime:
        if visit.seconds_ago:
            return self.now - timedelta(seconds=visit.seconds_ago)
        day = self.today + timedelta(days=visit.day - visit.notice)
        return self._at(day, time(9)) + self._minutes(0, 400)

    def _book(self, visit: Visit, moment: datetime) -> None:
        starts_at = self._at(self.today + timedelta(days=visit.day), visit.time)
        row = schedule.book(
            self.practice,
            patient=self.clinic.patients[visit.patient],
            clinician=self.clinic.clinicians[visit.clinician],
            appointment_type=self.clinic.kinds[visit.kind],
            starts_at=starts_at,
            by=self.clinic.desk,
            now=moment,
        )
        if visit.answer:
            asked = self._at(
                self.today + timedelta(days=visit.day - ASKED_DAYS), ASKED_AT
            )
            self._then(asked + self._minutes(4, 90), partial(self._answer, row, visit))
        if visit.comes:
            self._then(
                row.starts_at - self._minutes(1, 9), partial(self._mark, row, "arrived")
            )
            self._then(
                row.ends_at + self._minutes(0, 5), partial(self._mark, row, "completed")
            )
        else:
            self._then(
                row.starts_at + self._minutes(20, 30),
                partial(self._mark, row, "no_show"),
            )

    def _mark(self, row: Appointment, state: str, moment: datetime) -> None:
        row.refresh_from_db()
        if row.state not in (*Appointment.UPCOMING, Appointment.State.ARRIVED):
            return
        schedule.mark(row, state, by=self.clinic.desk, now=moment)

    # --- Texts from patients ----------------------------------------------------------

    def _answer(self, row: Appointment, visit: Visit, moment: datetime) -> None:
        asked = row.reminders.filter(
            rule__asks_to_confirm=True, state=Reminder.State.QUEUED
        )
        if not asked.exists():
            return
        text = self._write(row.patient, visit.answer, moment)
        if visit.reaction:
            later = moment + self._minutes(15, 120)
            self._then(later, partial(self._react, row, text, visit))

    def _write(self, patient: Patient, words: str, moment: datetime) -> Message | None:
        """A text from the patient's phone, taken in and worked on as any other."""
        phone = patient.texts_go_to
        if phone is None:
            return None
        line = self.practice.account.lines.get(retired_at=None)
        text = InboundText(
            provider_id=self._id(),
            sender=phone.number,
            to=line.number,
            received_at=moment,
            text=words,
        )
        taken = inbox.take_in(self.practice, text, moment)
        if taken:
            inbox.work_on(taken.pk, moment + SECOND)
        return taken

    def _react(
        self, row: Appointment, text: Message | None, visit: Visit, moment: datetime
    ) -> None:
        """What the desk does about an answer."""
        desk = self.clinic.desk
        row.refresh_from_db()
        if visit.reaction == "move":
            starts_at = row.starts_at + timedelta(days=visit.moved_by)
            schedule.move(row, starts_at=starts_at, by=desk, now=moment)
        elif visit.reaction == "cancel":
            schedule.cancel(row, by=desk, now=moment, reason="Texted: not coming.")
        if text:
            inbox.settle(text, by=desk, now=moment)
            if visit.words:
                outbox.queue_text(
                    text.phone,
                    visit.words,
                    kind=Message.Kind.STAFF,
                    now=moment,
                    by=desk,
                    in_reply_to=text,
                )

    # --- Texts to patients ------------------------------------------------------------

    def _send_until(self, moment: datetime) -> None:
        """Let everything go out that falls due until then, each at its own instant."""
        while due := self._next_due(moment):
            self.sent_until = due
            outbox.fill(due)
            self._carry(due)

    def _next_due(self, moment: datetime) -> datetime | None:
        due = Reminder.objects.of(self.practice).planned()
        return (
            due.filter(due_at__gt=self.sent_until, due_at__lte=moment)
            .order_by("due_at")
            .values_list("due_at", flat=True)
            .first()
        )

    def _carry(self, moment: datetime) -> None:
        """Send what is queued, one after the other, and report what became of it."""
        while texts := outbox.claim(moment):
            for text in texts:
                self._report(text, moment)
                moment += SECOND * text.segments

    def _report(self, text: Message, moment: datetime) -> None:
        provider_id = self._id()
        phone = Phone.objects.get(pk=text.phone_id)
        is_dead = phone.number.endswith(DEAD_ENDING)
        for status, state, words, after in (ON_ITS_WAY, LOST if is_dead else ARRIVED):
            at = moment + after
            report = DeliveryReport(
                provider_id=provider_id,
                client_id=text.client_id,
                status=status,
                state=state,
                words=words,
                at=at,
                dead_number=is_dead and state == LOST[1],
            )
            outbox.apply_report(self.practice, report, at)

    def _id(self) -> str:
        """An id as the provider gives them; two installations never share one."""
        return secrets.token_hex(16)
