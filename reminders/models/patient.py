"""Patient, Phone and ConsentEvent. A phone is not a patient: families share one."""

from collections.abc import Iterable
from datetime import date
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from provisioning.models import Language, Practice
from provisioning.models.people import validate_time_zone
from reminders.models.tenant import PracticeQuerySet
from reminders.plan import SkipReason

# What nobody types to find a patient would make a query too large for the database.
MOST_WORDS, LONGEST_WORD = 8, 80


class PhoneQuerySet(PracticeQuerySet["Phone"]):
    """Questions about many phones."""

    def with_number(self, number: str) -> Self:
        """The phone with this E.164 number."""
        return self.filter(number=number)


class Phone(models.Model):
    """One row per number of a practice: opt-out, reach, consent, conversation.

    Consent and opt-out belong to the phone, not the patient, and outlive the patient.
    """

    class Reach(models.TextChoices):
        """Whether texts can arrive; learned from the provider's receipts."""

        UNKNOWN = "unknown", _("Not known yet")
        MOBILE = "mobile", _("Mobile")
        LANDLINE = "landline", _("Landline")
        UNREACHABLE = "unreachable", _("Out of service")

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="phones"
    )
    number = models.CharField(max_length=16, help_text="E.164")
    reach = models.CharField(
        max_length=12, choices=Reach.choices, default=Reach.UNKNOWN
    )
    consented_at = models.DateTimeField(null=True, blank=True)
    opted_out_at = models.DateTimeField(null=True, blank=True)
    # A sentence that reads like "stop texting me": nothing goes out until staff decide.
    paused_at = models.DateTimeField(null=True, blank=True)
    # Texts up to then are in the archive, and no longer here.
    archived_until = models.DateTimeField(null=True, blank=True)

    objects = PhoneQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("practice", "number", name="one_row_per_number")
        ]

    def __str__(self) -> str:
        return self.number

    def why_not(self) -> SkipReason | None:
        """Why this phone must not be sent a reminder now; None when it may."""
        if reason := self.why_not_at_all():
            return reason
        return None if self.consented_at else SkipReason.NO_CONSENT

    def why_not_at_all(self) -> SkipReason | None:
        """Why nobody may text this phone now; None when staff may write to it.

        Without consent on record staff may still answer, and write about a visit.
        """
        if self.opted_out_at:
            return SkipReason.OPTED_OUT
        if self.paused_at:
            return SkipReason.PATIENT_ASKED
        if self.reach == self.Reach.LANDLINE:
            return SkipReason.LANDLINE
        if self.reach == self.Reach.UNREACHABLE:
            return SkipReason.UNREACHABLE
        return None


class ConsentEvent(models.Model):
    """One change of consent or opt-out of a phone. Rows are only ever added."""

    class Kind(models.TextChoices):
        """What changed."""

        CONSENTED = "consented", _("Agreed to texts")
        WITHDRAWN = "withdrawn", _("Withdrew agreement")
        OPTED_OUT = "opted_out", _("Opted out")
        OPTED_IN = "opted_in", _("Opted in again")
        PAUSED = "paused", _("Paused: asked to stop in own words")
        RESUMED = "resumed", _("Resumed by staff")

    class Source(models.TextChoices):
        """How we learned of it."""

        TEXT = "text", _("By text")
        VERBAL = "verbal", _("In words")
        PAPER = "paper", _("On paper")
        WEB = "web", _("On a web form")
        PROVIDER = "provider", _("From the provider")
        IMPORT = "import", _("With an import")

    phone = models.ForeignKey(
        Phone, on_delete=models.PROTECT, related_name="consent_events"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    source = models.CharField(max_length=10, choices=Source.choices)
    wording = models.TextField(blank=True, help_text=_("What was said or shown."))
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True
    )

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.phone}: {self.get_kind_display()}"


def texts_go_to(phones: Iterable[Phone | int], *, patient: str = "") -> Q:
    """Match rows whose patient's texts go to one of these phones: a guardian's first.

    `patient` is the way from the row to the patient, with its last underscores. The
    same rule for one patient is `Patient.texts_go_to`. Two questions, put together:
    each has an index, which an "or" between them would have made useless.
    """
    own = Patient.objects.filter(guardian=None, phone__in=phones)
    wards = Patient.objects.filter(guardian__phone__in=phones)
    ids = own.order_by().values("pk").union(wards.order_by().values("pk"))
    return Q(**{f"{patient}pk__in": ids})


def phone_of(patient: str, field: str = "") -> Case:
    """The id of that phone, or a field of it, as part of a query; as in `texts_go_to`."""
    own, guardians = f"{patient}phone", f"{patient}guardian__phone"
    behind = f"__{field}" if field else ""
    return Case(
        When(**{f"{patient}guardian": None}, then=F(own + behind)),
        default=F(guardians + behind),
    )


class PatientQuerySet(PracticeQuerySet["Patient"]):
    """Questions about many patients."""

    def active(self) -> Self:
        """Patients who have not left the practice."""
        return self.filter(left_at=None)

    def on_phones(self, phones: Iterable[Phone]) -> Self:
        """The household: active patients whose texts go to one of these phones."""
        return self.active().filter(texts_go_to(phones))

    def search(self, words: str) -> Self:
        """Find by any part of the names, or by digits of the phone number.

        The first few words count. A NUL, which PostgreSQL cannot even compare with,
        is a blank.
        """
        found = self
        for long_word in words.replace("\0", " ").split()[:MOST_WORDS]:
            word = long_word[:LONGEST_WORD]
            digits = "".join(filter(str.isdigit, word))
            match = (
                Q(first_name__icontains=word)
                | Q(last_name__icontains=word)
                | Q(preferred_name__icontains=word)
            )
            if digits:
                match |= Q(phone__number__contains=digits)
            found = found.filter(match)
        return found


class Patient(models.Model):
    """A person who comes to the practice."""

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="patients"
    )
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("surname"), max_length=80)
    preferred_name = models.CharField(
        _("preferred name"),
        max_length=80,
        blank=True,
        help_text=_("How texts address the patient, where it is not the first name."),
    )
    date_of_birth = models.DateField(_("date of birth"), null=True, blank=True)
    language = models.CharField(
        _("language"),
        max_length=2,
        blank=True,
        choices=Language.choices,
        help_text=_("Empty: the practice's own."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("Where it is night for the patient. Empty: as at the practice."),
    )
    phone = models.ForeignKey(
        Phone,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="patients",
        verbose_name=_("mobile number"),
    )
    guardian = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="wards",
        verbose_name=_("guardian"),
        help_text=_("Receives the texts instead of the patient."),
    )
    external_id = models.CharField(_("id in another system"), max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = PatientQuerySet.as_manager()

    class Meta:
        ordering = ["last_name", "first_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "practice",
                "external_id",
                condition=~Q(external_id=""),
                name="one_patient_per_external_id",
            ),
            models.CheckConstraint(
                condition=Q(guardian=None) | ~Q(guardian=models.F("pk")),
                name="nobody_is_their_own_guardian",
            ),
        ]
        indexes = [
            models.Index("practice", "last_name", "first_name", name="patients_by_name")
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def called(self) -> str:
        """How texts address the patient."""
        return self.preferred_name or self.first_name

    @property
    def texts_go_to(self) -> Phone | None:
        """The phone that receives texts about this patient: a guardian's first."""
        return self.guardian.phone if self.guardian else self.phone

    @property
    def texts_zone(self) -> ZoneInfo | None:
        """Where it must not be night when texts go; None where it is the practice's.

        It goes by whose phone it is: a text wakes the guardian, wherever the child is.
        """
        name = (self.guardian or self).time_zone
        return ZoneInfo(name) if name else None

    def why_not(self) -> SkipReason | None:
        """Why no reminder can reach the patient by text; None when one can."""
        phone = self.texts_go_to
        return SkipReason.NO_MOBILE if phone is None else phone.why_not()

    @property
    def text_language(self) -> str:
        """Language of the texts about this patient: "en" or "es"."""
        return self.language or self.practice.default_language

    def age_on(self, day: date) -> int | None:
        """Age in whole years on that day; None where the birth date is not known."""
        born = self.date_of_birth
        if born is None:
            return None
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
