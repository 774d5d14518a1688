"""Reminder: one rule applied to one appointment.

    planned → queued (a message carries it) | skipped (with one reason)

A planned one that somebody holds (`held_at`) waits until it is released, or until it is
of no use any more.

Its due instant is computed once: when the appointment is booked or moved, or when the
rule changes. What then happens to the text is the message's state.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from provisioning.models import Practice, User
from reminders.models.appointment import Appointment
from reminders.models.message import Message
from reminders.models.patient import texts_go_to
from reminders.models.pause import may_leave
from reminders.models.rule import ReminderRule
from reminders.models.standing import standing
from reminders.models.tenant import PracticeQuerySet
from reminders.plan import (
    SKIP_WORDS,
    SendingWindow,
    SkipReason,
    is_late,
    next_allowed,
    objection,
)

KEPT_BACK = _("Staff held this text back.")


class ReminderQuerySet(PracticeQuerySet["Reminder"]):
    """Questions about many reminders."""

    def undecided(self) -> Self:
        """Planned reminders, those that somebody holds among them."""
        return self.filter(state=Reminder.State.PLANNED)

    def planned(self) -> Self:
        """Reminders that are still to go out, and that nobody holds."""
        return self.undecided().filter(held_at=None)

    def held(self) -> Self:
        """Planned reminders that somebody holds."""
        return self.undecided().filter(held_at__isnull=False)

    def due(self, now: datetime) -> Self:
        """Planned reminders whose instant has come, soonest visit first.

        None that somebody holds, and none of a practice that pauses.
        """
        due = self.planned().filter(may_leave(), due_at__lte=now)
        return due.order_by("starts_at", "pk")

    def on_phones(self, phones: Iterable[int]) -> Self:
        """Those that go to one of the phones with these ids."""
        return self.filter(texts_go_to(phones, patient="appointment__patient__"))

    def for_texts(self) -> Self:
        """With everything that deciding on a text and writing it looks at."""
        return self.select_related(
            "rule",
            "practice",
            "appointment__practice",
            "appointment__clinician",
            "appointment__appointment_type",
            "appointment__patient__practice",
            "appointment__patient__phone",
            "appointment__patient__guardian__phone",
        )

    def drop(self, reason: SkipReason, now: datetime) -> list[int]:
        """Skip these where it is not too late, and return the ids of those skipped.

        A text that carries one of them and has not left is withheld; the other visits
        it names go back to planned, to be reminded without this one. Wants a
        transaction. Texts are locked before reminders, here and when they are claimed.
        """
        chosen = list(self.values_list("pk", flat=True))
        texts = Message.objects.take_back(
            _carrying(chosen), str(SKIP_WORDS[reason]), now
        )
        carried = Reminder.objects.filter(message__in=texts)
        carried.exclude(pk__in=chosen).update(
            state=Reminder.State.PLANNED, message=None, decided_at=None
        )
        skipped = Reminder.objects.filter(
            Q(state=Reminder.State.PLANNED) | Q(message__in=texts), pk__in=chosen
        )
        ids = _locked(skipped)
        changes: dict[str, Any] = {"state": Reminder.State.SKIPPED}
        changes |= {"skip_reason": reason, "decided_at": now}
        if reason is not SkipReason.HELD:
            changes |= {"held_at": None, "held_by": None}
        Reminder.objects.filter(pk__in=ids).update(**changes)
        return ids

    def hold(self, *, by: User, now: datetime) -> int:
        """Keep these back where it is not too late; return how many were kept by this.

        A text that carries one of them and has not left is withheld, and all the
        visits it names go back to planned; the others are reminded without this one.
        Wants a transaction; locks as `drop` does.
        """
        chosen = list(self.values_list("pk", flat=True))
        texts = Message.objects.take_back(_carrying(chosen), str(KEPT_BACK), now)
        Reminder.objects.filter(message__in=texts).update(
            state=Reminder.State.PLANNED, message=None, decided_at=None
        )
        mine = Reminder.objects.planned().filter(pk__in=chosen)
        return mine.filter(pk__in=_locked(mine)).update(held_at=now, held_by=by)

    def release(self) -> int:
        """Let go again what was held; its instant is still the one it was planned for."""
        held = Reminder.objects.held().filter(
            pk__in=list(self.values_list("pk", flat=True))
        )
        return held.filter(pk__in=_locked(held)).update(held_at=None, held_by=None)


def _carrying(reminders: list[int]) -> "models.QuerySet[Reminder, Any]":
    """The ids of the texts that carry these."""
    return Reminder.objects.filter(pk__in=reminders).values("message")


def _locked(reminders: ReminderQuerySet) -> list[int]:
    """Lock in one order, since two people may act on one day at once."""
    return list(
        reminders.order_by("pk")
        .select_for_update(of=("self",), no_key=True)
        .values_list("pk", flat=True)
    )


class Reminder(models.Model):
    """One rule applied to one appointment at one start time."""

    class State(models.TextChoices):
        """What has been decided about it."""

        PLANNED = "planned", _("Planned")
        QUEUED = "queued", _("Handed over")  # its message has the rest of the story
        SKIPPED = "skipped", _("Will not go")

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="reminders", db_index=False
    )
    # Of these two alone there is no index: larger ones begin with them.
    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="reminders", db_index=False
    )
    # A rule that has spoken is switched off, not deleted: its reminders would be gone.
    rule = models.ForeignKey(
        ReminderRule, on_delete=models.PROTECT, related_name="reminders"
    )
    # The start it was planned for: a moved appointment gets new reminders.
    starts_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    skip_reason = models.CharField(
        max_length=20, blank=True, choices=[(r.value, r.value) for r in SkipReason]
    )
    message = models.ForeignKey(
        Message,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="reminders",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    # Somebody said "not yet". Kept when it is skipped for that: the page says who.
    held_at = models.DateTimeField(null=True, blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "appointment", "rule", "starts_at", name="one_reminder_a_rule_and_start"
            ),
            models.CheckConstraint(
                condition=Q(state="skipped") ^ Q(skip_reason=""),
                name="skipped_reminder_has_one_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="planned") | Q(due_at__isnull=False),
                name="planned_reminder_has_an_instant",
            ),
            models.CheckConstraint(
                condition=~Q(state="queued") | Q(held_at=None),
                name="held_reminder_is_not_handed_over",
            ),
        ]
        indexes = [
            models.Index("due_at", condition=Q(state="planned"), name="reminders_due"),
            models.Index("practice", "due_at", name="reminders_of_practice"),
            # What is ahead of a practice, apart from what lies behind it.
            models.Index(
                "practice",
                "due_at",
                condition=Q(state="planned"),
                name="reminders_planned",
            ),
            models.Index(
                "practice",
                "starts_at",
                condition=Q(state="skipped"),
                name="reminders_skipped",
            ),
            models.Index(
                "starts_at",
                condition=Q(state="planned", held_at__isnull=False),
                name="reminders_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} for {self.appointment}: {self.state}"

    def why_not(self, now: datetime) -> SkipReason | None:
        """Why this must not be said now, going by the visit and the rule; or None."""
        visit, rule = self.appointment, self.rule
        values = (
            self.starts_at,
            visit.starts_at,
            self.due_at,
            visit.state,
            rule.is_active,
            rule.skips_confirmed,
            rule.timing_kind,
        )
        return objection(standing(values), now)

    def goes_at(self, now: datetime, window: SendingWindow) -> datetime:
        """`now`, or for a late one in quiet hours the next minute that is allowed.

        On time it goes whatever the hour: its instant has been weighed already.
        """
        return next_allowed(now, self.quiet_zone, window) if self.is_late(now) else now

    def is_late(self, now: datetime) -> bool:
        """Whether its instant has passed so long ago that the hour counts anew."""
        return self.due_at is not None and is_late(self.due_at, now)

    @property
    def quiet_zone(self) -> ZoneInfo:
        """Whose night counts: that of whoever has the phone, or the practice's."""
        return self.appointment.patient.texts_zone or self.practice.zone

    @property
    def skip_words(self) -> str:
        """Why it does not go, in a sentence for staff."""
        return str(SKIP_WORDS[SkipReason(self.skip_reason)]) if self.skip_reason else ""
