"""The clinic's own furniture: clinicians, kinds of visit, and when it may text."""

from collections.abc import Iterable
from datetime import date, time

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from provisioning.models import Practice
from reminders.models.tenant import PracticeQuerySet
from reminders.plan import SendingWindow, WorkingDays


class Hue(models.IntegerChoices):
    """Colours that tell people and kinds of visit apart; see static/css/tokens.css."""

    PINE = 1, _("Pine")
    BLUE = 2, _("Blue")
    COPPER = 3, _("Copper")
    VIOLET = 4, _("Violet")
    ROSE = 5, _("Rose")
    MOSS = 6, _("Moss")
    LAKE = 7, _("Lake")
    STONE = 8, _("Stone")


class Clinician(models.Model):
    """Whom a patient comes to see."""

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="clinicians"
    )
    name = models.CharField(_("name"), max_length=80)
    hue = models.PositiveSmallIntegerField(_("colour"), choices=Hue, default=Hue.PINE)
    is_active = models.BooleanField(_("sees patients"), default=True)

    objects = PracticeQuerySet["Clinician"].as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("practice", "name", name="one_clinician_per_name")
        ]

    def __str__(self) -> str:
        return self.name


class AppointmentType(models.Model):
    """A kind of visit. Its name never appears in a text unless a template says so."""

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="appointment_types"
    )
    name = models.CharField(_("name"), max_length=80)
    minutes = models.PositiveSmallIntegerField(
        _("length in minutes"),
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(600)],
    )
    hue = models.PositiveSmallIntegerField(_("colour"), choices=Hue, default=Hue.PINE)
    is_active = models.BooleanField(_("offered"), default=True)

    objects = PracticeQuerySet["AppointmentType"].as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("practice", "name", name="one_type_per_name")
        ]

    def __str__(self) -> str:
        return self.name


class SendingPolicyQuerySet(PracticeQuerySet["SendingPolicy"]):
    """Questions about sending policies."""

    def in_force(self, practice: Practice) -> "SendingPolicy":
        """The practice's policy; the defaults where it never set one."""
        return self.for_practices([practice])[practice.pk]

    def for_practices(
        self, practices: Iterable[Practice]
    ) -> dict[int, "SendingPolicy"]:
        """Each practice's policy, by the practice's id, in one query."""
        wanted = {practice.pk: practice for practice in practices}
        found = {
            policy.practice_id: policy for policy in self.filter(practice__in=wanted)
        }
        return {
            pk: found.get(pk) or SendingPolicy(practice=practice)
            for pk, practice in wanted.items()
        }


class SendingPolicy(models.Model):
    """When a practice's reminders may go out, and how many to one phone.

    The hours are wall-clock in the practice's zone, or in the patient's own. A reminder
    due outside them is moved, never dropped silently (`reminders.plan.due_at`). On
    which days the practice works matters to the rules that want a working day.
    """

    practice = models.OneToOneField(
        Practice, on_delete=models.CASCADE, related_name="sending_policy"
    )
    weekday_from = models.TimeField(_("Monday to Saturday from"), default=time(9))
    weekday_to = models.TimeField(_("Monday to Saturday until"), default=time(20))
    sunday_from = models.TimeField(_("Sunday from"), default=time(12))
    sunday_to = models.TimeField(_("Sunday until"), default=time(20))
    works_monday = models.BooleanField(_("works on Monday"), default=True)
    works_tuesday = models.BooleanField(_("works on Tuesday"), default=True)
    works_wednesday = models.BooleanField(_("works on Wednesday"), default=True)
    works_thursday = models.BooleanField(_("works on Thursday"), default=True)
    works_friday = models.BooleanField(_("works on Friday"), default=True)
    works_saturday = models.BooleanField(_("works on Saturday"), default=False)
    works_sunday = models.BooleanField(_("works on Sunday"), default=False)
    daily_cap = models.PositiveSmallIntegerField(
        _("reminders a day to one phone"), default=1
    )
    weekly_cap = models.PositiveSmallIntegerField(
        _("reminders a week to one phone"), default=3
    )

    objects = SendingPolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "sending policies"
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday_from__lte=F("weekday_to")),
                name="weekday_hours_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(sunday_from__lte=F("sunday_to")),
                name="sunday_hours_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(works_monday=True)
                | Q(works_tuesday=True)
                | Q(works_wednesday=True)
                | Q(works_thursday=True)
                | Q(works_friday=True)
                | Q(works_saturday=True)
                | Q(works_sunday=True),
                name="practice_works_on_some_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practice}: {self.weekday_from:%H:%M}–{self.weekday_to:%H:%M}"

    def clean(self) -> None:
        """Refuse hours and days that the plan cannot work with, in words."""
        try:
            _checked = self.window, self.working_days(())
        except ValueError as error:
            raise ValidationError(str(error)) from error

    @property
    def window(self) -> SendingWindow:
        """The hours as the plan wants them."""
        return SendingWindow(
            weekday_from=self.weekday_from,
            weekday_to=self.weekday_to,
            sunday_from=self.sunday_from,
            sunday_to=self.sunday_to,
        )

    def working_days(self, closed: Iterable[date]) -> WorkingDays:
        """The practice's working days as the plan wants them, less those closed."""
        works = (
            self.works_monday,
            self.works_tuesday,
            self.works_wednesday,
            self.works_thursday,
            self.works_friday,
            self.works_saturday,
            self.works_sunday,
        )
        return WorkingDays(
            weekdays=frozenset(day for day, on in enumerate(works, start=1) if on),
            closed=frozenset(closed),
        )


class ClosedDay(models.Model):
    """A date on which the practice is closed although its week says otherwise."""

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="closed_days"
    )
    day = models.DateField(_("date"))
    name = models.CharField(
        _("why"), max_length=80, blank=True, help_text=_("Such as Thanksgiving.")
    )

    objects = PracticeQuerySet["ClosedDay"].as_manager()

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint("practice", "day", name="one_closed_day_per_date")
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name}".strip()
