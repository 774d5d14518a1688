"""ReminderRule: when and for which visits; MessageTemplate: its words per language."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from provisioning.models import Language, Practice
from reminders.models.clinic import AppointmentType
from reminders.models.tenant import PracticeQuerySet
from reminders.plan import RuleTiming, Timing


class ReminderRuleQuerySet(PracticeQuerySet["ReminderRule"]):
    """Questions about many rules."""

    def in_force(self) -> Self:
        """Rules that are switched on."""
        return self.filter(is_active=True)

    def with_kinds(self) -> Self:
        """With the kinds of visit that each names, for `applies_to`."""
        return self.prefetch_related("appointment_types")

    def for_type(self, appointment_type: AppointmentType) -> Self:
        """Rules that apply to this kind of visit: those that name it, or name none."""
        return self.filter(
            Q(appointment_types=None) | Q(appointment_types=appointment_type)
        ).distinct()


class ReminderRule(models.Model):
    """Says when a reminder is due and for which kinds of visit."""

    class Timings(models.TextChoices):
        """The kinds of offset, as `reminders.plan.Timing` has them."""

        ON_BOOKING = Timing.ON_BOOKING, _("When booked")
        DAYS_BEFORE = Timing.DAYS_BEFORE, _("Days before, at a time of day")
        HOURS_BEFORE = Timing.HOURS_BEFORE, _("Hours before")

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="reminder_rules"
    )
    name = models.CharField(_("name"), max_length=80)
    timing_kind = models.CharField(
        _("when"), max_length=16, choices=Timings.choices, default=Timings.DAYS_BEFORE
    )
    days = models.PositiveSmallIntegerField(_("days before"), default=0)
    at = models.TimeField(_("time of day"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("minutes before"), default=0)
    on_working_days = models.BooleanField(
        _("on a working day"),
        default=False,
        help_text=_(
            "What falls on a day on which the practice is closed goes on the working "
            "day before: Monday’s visit is asked about on Friday."
        ),
    )
    appointment_types = models.ManyToManyField(
        AppointmentType,
        blank=True,
        related_name="reminder_rules",
        verbose_name=_("kinds of visit"),
        help_text=_("None chosen: all."),
    )
    asks_to_confirm = models.BooleanField(
        _("asks the patient to confirm"), default=False
    )
    skips_confirmed = models.BooleanField(
        _("not sent once the visit is confirmed"), default=False
    )
    is_active = models.BooleanField(_("switched on"), default=True)

    objects = ReminderRuleQuerySet.as_manager()

    class Meta:
        ordering = ["-days", "-minutes", "pk"]
        constraints = [
            models.UniqueConstraint("practice", "name", name="one_rule_per_name"),
            models.CheckConstraint(
                condition=~Q(timing_kind=Timing.DAYS_BEFORE.value)
                | Q(at__isnull=False),
                name="days_before_needs_a_time_of_day",
            ),
            # Hours are elapsed time: they know nothing of days.
            models.CheckConstraint(
                condition=Q(on_working_days=False)
                | Q(timing_kind=Timing.DAYS_BEFORE.value),
                name="working_days_are_for_days_before",
                violation_error_message=_(
                    "Only a text some days before can be moved to a working day."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def applies_to(self, kind_id: int) -> bool:
        """Whether it is for this kind of visit, given by its id; as `for_type`."""
        kinds = {kind.pk for kind in self.appointment_types.all()}
        return not kinds or kind_id in kinds

    @property
    def timing(self) -> RuleTiming:
        """The offset as the plan wants it."""
        return RuleTiming(
            timing=Timing(self.timing_kind),
            days=self.days,
            at=self.at,
            minutes=self.minutes,
            on_working_days=self.on_working_days,
        )


class MessageTemplate(models.Model):
    """The words of a rule in one language; placeholders as in `reminders.wording`."""

    rule = models.ForeignKey(
        ReminderRule, on_delete=models.CASCADE, related_name="templates"
    )
    language = models.CharField(max_length=2, choices=Language.choices)
    body = models.TextField(_("text"), max_length=640)

    class Meta:
        constraints = [
            models.UniqueConstraint("rule", "language", name="one_template_a_language")
        ]

    def __str__(self) -> str:
        return f"{self.rule} ({self.language})"
