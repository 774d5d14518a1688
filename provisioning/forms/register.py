"""The first form: everything the app and the provider need, once."""

import zoneinfo
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from provisioning.forms.phone import PhoneField
from provisioning.forms.step import StepForm
from provisioning.models import User

# The zones most practices are in come first; the rest follow in order.
USUAL_ZONES = {
    "America/New_York": _("Eastern"),
    "America/Chicago": _("Central"),
    "America/Denver": _("Mountain"),
    "America/Phoenix": _("Arizona"),
    "America/Los_Angeles": _("Pacific"),
    "America/Anchorage": _("Alaska"),
    "Pacific/Honolulu": _("Hawaii"),
}

HAS_SIGN_IN = _("This address has a sign-in here already: sign in and go on.")


def zone_choices() -> list[tuple[str, Any]]:
    """Time zones: the usual ones by their everyday name, then all of them."""
    others = sorted(
        name
        for name in zoneinfo.available_timezones()
        if "/" in name
        and not name.startswith(("Etc/", "SystemV/", "posix/", "right/"))
        and name not in USUAL_ZONES
    )
    return [
        (gettext("United States"), list(USUAL_ZONES.items())),
        (gettext("Others"), [(name, name.replace("_", " ")) for name in others]),
    ]


class RegisterForm(StepForm):
    """Everything the app and the provider need, once.

    The person's own password is for this app alone; the provider gets another one
    that we make up. Somebody who is signed in already has chosen one.
    """

    # Registering always needs the picture (Connect API User Guide, captcha).
    needs_captcha = True
    wire_names: ClassVar[dict[str, str]] = {
        "fname": "first_name",
        "sname": "last_name",
        "company": "practice_name",
        "account_id": "account_type",
        "country_id": "country",
        "email_address": "email",
    }

    practice_name = forms.CharField(
        label=_("Practice name"),
        max_length=80,
        help_text=_("Patients see it in every text."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    practice_phone = PhoneField(
        label=_("Practice phone"), help_text=_("Where patients call you back.")
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    first_name = forms.CharField(
        label=_("Your first name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Your surname"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=64,
        help_text=_("You sign in with it, and the provider sends a link to it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    app_password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        help_text=_("For Frontdesk, at least 10 characters."),
        widget=forms.PasswordInput(
            attrs={"autocomplete": "new-password"}, render_value=True
        ),
    )
    mobile_number = PhoneField(
        label=_("Your mobile"),
        help_text=_("It gets a code, and later the first test text."),
    )
    country = forms.TypedChoiceField(label=_("Country"), coerce=int)
    account_type = forms.TypedChoiceField(label=_("Kind of account"), coerce=int)
    accept_terms = forms.BooleanField(
        label=_("I accept the provider's terms"),
        error_messages={"required": _("Please read and accept the terms.")},
    )
    create_anyway = forms.BooleanField(
        label=_("Open another account with this address"),
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(
        self,
        *args: Any,
        countries: list[tuple[int, str]],
        account_types: list[tuple[int, str]],
        user: User | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["country"].choices = countries  # type: ignore[attr-defined]
        self.fields["account_type"].choices = account_types  # type: ignore[attr-defined]
        self.user = user
        if user:
            del self.fields["app_password"]

    def forget_password(self, user: User) -> None:
        """From now on the form is that of somebody who is signed in."""
        self.user = user
        del self.fields["app_password"]

    def say_address_taken(self) -> None:
        """As `clean_email` does, where somebody else was quicker than the check."""
        self.add_error("email", ValidationError(HAS_SIGN_IN, code="has_sign_in"))

    def ask_to_create_anyway(self) -> None:
        """Offer a second account where the provider knows the address already."""
        self.fields["create_anyway"].widget = forms.CheckboxInput()

    def clean_email(self) -> str:
        """One sign-in an address; the way on for those who have one."""
        email = str(self.cleaned_data["email"]).lower()
        taken = User.objects.filter(email__iexact=email)
        if self.user:
            taken = taken.exclude(pk=self.user.pk)
        if taken.exists():
            raise ValidationError(HAS_SIGN_IN, code="has_sign_in")
        return email

    def clean_app_password(self) -> str:
        """Apply the password rules with the person's own names in mind."""
        password = str(self.cleaned_data["app_password"])
        person = User(
            email=self.data.get("email", ""),
            first_name=self.data.get("first_name", ""),
            last_name=self.data.get("last_name", ""),
        )
        validate_password(password, person)
        return password
