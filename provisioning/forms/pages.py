"""The short forms of the wizard: one question a page."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from provisioning.forms.phone import PhoneField
from provisioning.forms.step import StepForm
from provisioning.models import Line, ProviderAccount


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


class TestForm(StepForm):
    """Which mobile the live test texts: the account's, or that of whoever is here."""

    mobile_number = PhoneField(
        label=_("Text this mobile"),
        required=False,
        help_text=_("Yours, or a colleague's: whoever answers proves the number."),
    )

    def clean_mobile_number(self) -> str:
        """Left empty it is the account's own; the tested number cannot text itself."""
        typed = str(self.cleaned_data["mobile_number"])
        number = typed or (self.account.mobile_number if self.account else "")
        if not number:
            raise ValidationError(
                _("Type the mobile that we should text."), code="required"
            )
        if self.account and self.account.lines.live().filter(number=number):
            raise ValidationError(
                _("This is the number that is tested. Type a mobile."),
                code="tested_number",
            )
        return number


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


class ConnectionForm(StepForm):
    """The API ID of a connection that the account has: seven digits in all samples."""

    own_words: ClassVar[dict[str, Any]] = {
        "108": _(
            "The account has no connection with this API ID. Look again: it stands "
            "beside the connection on the provider's page."
        ),
    }

    api_id = forms.CharField(
        label=_("API ID"),
        max_length=32,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Type the API ID of the connection.")},
    )

    def clean_api_id(self) -> str:
        """Digits only; spaces are taken out, since people copy them along."""
        api_id = "".join(str(self.cleaned_data["api_id"]).split())
        if not (api_id.isascii() and api_id.isdecimal()):
            raise ValidationError(_("An API ID has only digits."), code="not_digits")
        return api_id


def clean_us_number(number: str, account: ProviderAccount | None) -> str:
    """Refuse what is not US or Canadian (+1), and what another practice sends from."""
    if not number.startswith("+1"):
        raise ValidationError(
            _("A US long number starts with +1."), code="not_a_us_number"
        )
    if Line.objects.in_use_elsewhere(number, account):
        raise ValidationError(
            _("Another practice here sends from this number. Check the digits."),
            code="in_use",
        )
    return number


class NumberForm(StepForm):
    """The US long number that the owner claimed on the provider's page."""

    number = PhoneField(
        label=_("Your number"),
        help_text=_("As the provider's page shows it, with the area code."),
    )

    def clean_number(self) -> str:
        """A US number that no other practice uses, and not the owner's mobile."""
        number = clean_us_number(self.cleaned_data["number"], self.account)
        if self.account and number == self.account.mobile_number:
            raise ValidationError(
                _("This is your own mobile. Type the number you claimed."),
                code="own_mobile",
            )
        return number
