"""An account on the provider's present-day platform: its API key and its number."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from provisioning.forms.pages import clean_us_number
from provisioning.forms.phone import PhoneField
from provisioning.forms.practice import PracticeForm
from provisioning.forms.step import StepForm

NO_KEY = _(
    "An API key is one word of letters, digits and signs, as the portal shows it."
)


class ApiKeyField(forms.CharField):
    """A key as it goes into a header: printable ASCII without blanks."""

    default_validators = [RegexValidator(r"^[!-~]+$", NO_KEY)]

    def __init__(self) -> None:
        super().__init__(
            label=_("API key"),
            max_length=128,
            help_text=_("Kept encrypted, and never shown again."),
            widget=forms.PasswordInput(
                attrs={"autocomplete": "off", "spellcheck": "false"}
            ),
        )


class KeyForm(PracticeForm):
    """The practice's half, the key of the integration, its number, the owner's mobile."""

    wire_names: ClassVar[dict[str, str]] = {"from": "number"}

    mobile_number = PhoneField(
        label=_("Your mobile"), help_text=_("It gets the first test text.")
    )
    api_key = ApiKeyField()
    number = PhoneField(
        label=_("Two-way number"),
        help_text=_("The number of the integration, as the portal shows it."),
    )

    def clean_number(self) -> str:
        """A US number that no other practice uses."""
        return clean_us_number(self.cleaned_data["number"], self.account)

    def clean(self) -> dict[str, Any]:
        """The mobile that is texted is another phone than the one that texts."""
        cleaned = super().clean()
        number = cleaned.get("number")
        if number and number == cleaned.get("mobile_number"):
            self.add_error(
                "number",
                ValidationError(
                    _("This is your own mobile. Type the integration's number."),
                    code="own_mobile",
                ),
            )
        return cleaned


class NewKeyForm(StepForm):
    """The key that is valid now."""

    api_key = ApiKeyField()
