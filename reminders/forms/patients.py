"""A patient's card, and what is agreed about texts to a phone."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from provisioning.forms.phone import PhoneField
from provisioning.forms.zones import zone_choices, zone_name
from provisioning.models import Practice
from reminders.models import ConsentEvent, Patient, Phone

Kind = ConsentEvent.Kind
Source = ConsentEvent.Source

OLDEST = 130  # years

HOW = [
    (Source.VERBAL.value, _("In words, here or on the phone")),
    (Source.PAPER.value, _("On paper, signed")),
    (Source.WEB.value, _("On a web form")),
]

USUAL_WORDING = _(
    "May we text you about your visits? Message and data rates may apply. "
    "Reply STOP to end, HELP for help."
)


class PatientForm(forms.ModelForm[Patient]):
    """Name, birth date, language, number, time zone, guardian, agreement to texts.

    The number is cleaned to E.164; finding its Phone and recording the agreement is
    left to `reminders.register`, in one transaction with the patient.
    """

    number = PhoneField(
        label=_("Mobile number"),
        required=False,
        help_text=_("Families may share one. Leave it empty to be reminded by a call."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        help_text=_("Where the phone is: no text reaches it at night there."),
    )
    agreed = forms.ChoiceField(
        label=_("Agreed to texts"),
        choices=[("", _("Not yet: no reminders until then")), *HOW],
        required=False,
        widget=forms.RadioSelect,
    )
    wording = forms.CharField(
        label=_("What was said or shown"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        initial=USUAL_WORDING,
        help_text=_("Kept as proof, with the date and your name."),
    )

    class Meta:
        model = Patient
        fields = [
            "first_name",
            "last_name",
            "preferred_name",
            "date_of_birth",
            "language",
            "time_zone",
            "guardian",
        ]
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "off"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "off"}),
            "preferred_name": forms.TextInput(attrs={"autocomplete": "off"}),
            "date_of_birth": forms.DateInput(
                attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d"
            ),
        }
        help_texts = {"language": ""}
        error_messages = {
            "first_name": {"required": _("Type the first name.")},
            "last_name": {"required": _("Type the surname.")},
            "date_of_birth": {
                "invalid": _("Type the date as month/day/year, such as 3/25/1984.")
            },
            "guardian": {
                "invalid_choice": _("This guardian is not on your list any more.")
            },
        }

    def __init__(
        self,
        *args: Any,
        practice: Practice,
        today: date,
        initial: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Offer guardians of the practice; `today` bounds the birth date."""
        patient: Patient | None = kwargs.get("instance")
        phone = patient.phone if patient else None
        known = {"number": phone.number} if phone else {}
        kwargs["initial"] = {**known, **(initial or {})}
        super().__init__(*args, **kwargs)
        self.instance.practice = practice
        self.today = today
        guardian = cast("forms.ModelChoiceField[Patient]", self.fields["guardian"])
        guardian.queryset = (
            Patient.objects.of(practice)
            .active()
            .exclude(pk=self.instance.pk)
            .select_related("phone")
        )
        language = cast("forms.TypedChoiceField", self.fields["language"])
        own = _("The practice’s own (%s)") % practice.get_default_language_display()
        language.choices = [
            ("", own),
            *list(cast("Iterable[Any]", language.choices))[1:],
        ]
        zone = cast("forms.ChoiceField", self.fields["time_zone"])
        zone.choices = [
            ("", _("The practice’s own (%s)") % zone_name(practice.time_zone)),
            *zone_choices(self.instance.time_zone),
        ]
        if phone and phone.consented_at:
            agreed = cast("forms.ChoiceField", self.fields["agreed"])
            agreed.choices = [("", _("As it is on record")), *HOW]

    def clean_date_of_birth(self) -> date | None:
        """Refuse the unborn and those older than anybody."""
        born: date | None = self.cleaned_data["date_of_birth"]
        if born and born > self.today:
            raise forms.ValidationError(_("The birth date lies in the future."))
        if born and born.year < self.today.year - OLDEST:
            raise forms.ValidationError(_("Check the year of birth."))
        return born

    def clean(self) -> dict[str, Any]:
        """Agreement needs a number to belong to, and the words that were agreed to.

        Who is on the list already is not taken on again, as by a double click.
        """
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.instance.pk and not self.errors and self._is_known(cleaned):
            raise forms.ValidationError(
                _(
                    "A patient with this name, birth date and number is on your list "
                    "already. If it is somebody else, tell the two apart by birth date."
                )
            )
        if not cleaned.get("agreed"):
            return cleaned
        if not cleaned.get("number") and "number" not in self.errors:
            self.add_error(
                "agreed",
                _(
                    "Agreement belongs to a number. Type the number above, or record "
                    "it with the guardian whose phone it is."
                ),
            )
        if not cleaned.get("wording", "").strip():
            self.add_error("wording", _("Say what the patient agreed to."))
        return cleaned

    def _is_known(self, typed: dict[str, Any]) -> bool:
        return (
            Patient.objects.of(self.instance.practice)
            .active()
            .filter(
                first_name__iexact=typed["first_name"],
                last_name__iexact=typed["last_name"],
                date_of_birth=typed["date_of_birth"],
                phone__number=typed["number"] or None,
            )
            .exists()
        )


class ConsentForm(forms.Form):
    """One change of what is agreed about a phone, as staff heard or saw it."""

    kind = forms.ChoiceField(
        label=_("What happened"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happened.")},
    )
    source = forms.ChoiceField(
        label=_("How"),
        choices=HOW,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you learned of it.")},
    )
    wording = forms.CharField(
        label=_("What was said or shown"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept as proof, with the date and your name."),
        error_messages={"required": _("Write down what was said or shown.")},
    )

    def __init__(self, *args: Any, phone: Phone, **kwargs: Any) -> None:
        """Offer what can happen to this phone as it stands."""
        super().__init__(*args, **kwargs)
        kind = cast("forms.ChoiceField", self.fields["kind"])
        kind.choices = possible_kinds(phone)


def possible_kinds(phone: Phone) -> Sequence[tuple[str, Any]]:
    """The changes that staff may record; an opt-out by text is not theirs to lift."""
    if phone.opted_out_at:
        return []
    kinds: list[tuple[str, Any]] = []
    if phone.paused_at:
        kinds.append((Kind.RESUMED.value, _("They want our texts after all")))
    if not phone.consented_at:
        kinds.append((Kind.CONSENTED.value, _("They agreed to texts")))
    else:
        kinds.append((Kind.WITHDRAWN.value, _("They no longer agree to texts")))
    return [*kinds, (Kind.OPTED_OUT.value, _("They told us to stop texting"))]
