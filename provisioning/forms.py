"""One form a page of the wizard; limits are the provider's, with their source.

Source of the limits: Connect API User Guide, parameter tables of each call.
"""

import zoneinfo
from base64 import b64encode
from typing import Any, ClassVar, cast

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from provisioning.clickatell.errors import ProviderError, Unknown
from provisioning.clickatell.types import Captcha, CaptchaAnswer
from provisioning.models import ProviderAccount, User
from provisioning.numbers import read_number

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


class PhoneField(forms.CharField):
    """A phone number in any usual form; cleans to E.164."""

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
        )
        super().__init__(max_length=30, **options)

    def clean(self, value: Any) -> str:
        """Return E.164; raises ValidationError in words."""
        typed = super().clean(value)
        return read_number(typed) if typed else typed


class CaptchaInput(forms.TextInput):
    """The provider's picture, a button for another one, and the box for its code."""

    template_name = "provisioning/_captcha.html"

    def __init__(self, captcha: Captcha | None = None) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false"})
        self.captcha = captcha

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        """Return the picture's id along with what was read in it."""
        return data.get("captcha_id", ""), data.get(name, "")

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add the picture, which travels inside the page (data:)."""
        context = super().get_context(name, value[1] if value else "", attrs)
        if self.captcha:
            image = b64encode(self.captcha.image).decode()
            context["captcha"] = self.captcha
            context["picture"] = f"data:image/png;base64,{image}"
        return context


class CaptchaField(forms.Field):
    """Cleans to a CaptchaAnswer, or None where nothing was typed."""

    def clean(self, value: tuple[str, str]) -> CaptchaAnswer | None:
        """Codes have at most 6 characters (Connect API User Guide, captcha)."""
        captcha_id, code = value[0][:64], "".join(value[1].split())
        if not code:
            if self.required:
                raise ValidationError(
                    _("Type the characters of the picture."), code="required"
                )
            return None
        if len(code) > 6:
            raise ValidationError(
                _("The picture has at most 6 characters."), code="too_long"
            )
        return CaptchaAnswer(captcha_id, code)


class StepForm(forms.Form):
    """A form whose call the provider may answer with a wish for a picture code.

    `captcha` is the picture to show when it did; the field exists only then, or when
    an answer to one is posted.
    """

    # Wire names of fields to ours, where they differ (errors land on the right one).
    wire_names: ClassVar[dict[str, str]] = {}
    needs_captcha = False

    def __init__(
        self,
        *args: Any,
        account: ProviderAccount | None = None,
        captcha: Captcha | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.account = account
        if captcha or "captcha_id" in self.data:
            self.show_captcha(captcha)

    def show_captcha(self, captcha: Captcha | None, *, typed: str = "") -> None:
        """Show this picture; what was typed in the other fields stays."""
        self.fields["captcha_code"] = CaptchaField(
            label=_("Characters in the picture"),
            required=self.needs_captcha,
            widget=CaptchaInput(captcha),
        )
        if captcha and self.is_bound:
            self.data = {
                **{name: self.data[name] for name in self.data},
                "captcha_id": captcha.id,
                "captcha_code": typed,
            }
        # Django keeps the field as it was first asked for, with the old picture.
        self.__dict__["_bound_fields_cache"].pop("captcha_code", None)

    @property
    def answer(self) -> CaptchaAnswer | None:
        """What was read in the picture, if one was shown."""
        return cast("CaptchaAnswer | None", self.cleaned_data.get("captcha_code"))

    def add_provider_error(self, error: ProviderError) -> None:
        """Put each of the provider's problems on the field it belongs to."""
        for problem in error.problems:
            field = self.wire_names.get(problem.field, problem.field)
            words = f"{gettext(problem.sentence)} {gettext(problem.remedy)}".strip()
            if isinstance(error, Unknown):
                words = f"{words} [{problem.code} {problem.label}]"
            self.add_error(field if field in self.fields else None, words)


class EmailForm(StepForm):
    """Where the activation mail goes; resend_email_activation takes 64 characters."""

    email_address = forms.EmailField(
        label=_("E-mail address"),
        max_length=64,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class MobileForm(StepForm):
    """Which mobile the activation code is texted to; another one replaces it."""

    mobile_number = PhoneField(label=_("Mobile number"))


class CodeForm(StepForm):
    """The code from the text: letters and digits, at most 11."""

    wire_names: ClassVar[dict[str, str]] = {"sms_activation_code": "code"}

    code = forms.CharField(
        label=_("Code from the text"),
        max_length=11,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "text",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": _("Type the code from the text message.")},
    )

    def clean_code(self) -> str:
        """Take spaces out: people copy them along."""
        code = "".join(str(self.cleaned_data["code"]).split())
        if not code.isalnum():
            raise ValidationError(
                _("The code has only letters and digits."), code="not_alphanumeric"
            )
        return code


class NumberForm(StepForm):
    """The US long number that the owner claimed on the provider's page."""

    number = PhoneField(
        label=_("Your number"),
        help_text=_("As the provider's page shows it, with the area code."),
    )

    def clean_number(self) -> str:
        """Only US and Canadian numbers: ten digits after +1."""
        number = str(self.cleaned_data["number"])
        if not number.startswith("+1"):
            raise ValidationError(
                _("A US long number starts with +1."), code="not_a_us_number"
            )
        if self.account and number == self.account.mobile_number:
            raise ValidationError(
                _("This is your own mobile. Type the number you claimed."),
                code="own_mobile",
            )
        return number


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

    def ask_to_create_anyway(self) -> None:
        """Offer a second account where the provider knows the address already."""
        self.fields["create_anyway"].widget = forms.CheckboxInput()

    def clean_email(self) -> str:
        """One sign-in an address; the way on for those who have one."""
        email = str(self.cleaned_data["email"]).lower()
        taken = User.objects.filter(email=email)
        if self.user:
            taken = taken.exclude(pk=self.user.pk)
        if taken.exists():
            raise ValidationError(
                _("This address has a sign-in here already: sign in and go on."),
                code="has_sign_in",
            )
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
