"""The forms of the account page: the threshold, and the provider's password."""

from decimal import Decimal
from typing import ClassVar, cast

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from provisioning.clickatell.types import CaptchaAnswer
from provisioning.forms.step import StepForm


class ThresholdForm(StepForm):
    """At which balance the owners are told; nothing is sent to the provider."""

    low_balance = forms.DecimalField(
        label=_("Tell us when this much is left"),
        min_value=Decimal(0),
        max_digits=9,
        decimal_places=3,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


class PasswordForm(StepForm):
    """The password now valid at the provider: 6 to 32 characters.

    Those that the provider makes have letters and digits; which others it takes on its
    own pages is not documented, so only blanks are refused. Never shown again.
    """

    password = forms.CharField(
        label=_("Password at the provider"),
        min_length=6,
        max_length=32,
        strip=True,
        validators=[
            RegexValidator(r"^\S*$", _("A password at the provider has no blanks."))
        ],
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class ForgotForm(StepForm):
    """Who gets the new password; the picture is always wanted (forgot_password)."""

    needs_captcha = True
    wire_names: ClassVar[dict[str, str]] = {"user": "email_address"}

    email_address = forms.EmailField(
        label=_("E-mail address at the provider"),
        help_text=_(
            "The one the account was opened with. The new password goes there."
        ),
        max_length=64,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    @property
    def picture(self) -> CaptchaAnswer:
        """What was read in the picture."""
        return cast("CaptchaAnswer", self.cleaned_data["captcha_code"])
