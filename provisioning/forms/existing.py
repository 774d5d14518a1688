"""An account the owner has at the provider already: its user name and password."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from provisioning.forms.practice import PracticeForm

_NOT_TOGETHER = _(
    "The provider does not accept this user name with this password. Type both as on "
    "the provider's own sign-in page."
)


class ExistingForm(PracticeForm):
    """The practice's half, and how the owner signs in at the provider.

    The password is never shown again, also not on the form that comes back.
    """

    # The provider has several codes for one thing (Connect API User Guide, errors).
    own_words: ClassVar[dict[str, Any]] = {
        "404": _NOT_TOGETHER,
        "440": _NOT_TOGETHER,
        "431": _("The provider does not know this user name. Correct it."),
        "432": _NOT_TOGETHER,
        "004": _(
            "The provider has been given a wrong password twice, so it wants a picture "
            "read as well. Check the password, and type the characters of the picture."
        ),
    }
    wire_names: ClassVar[dict[str, str]] = {"user": "username"}

    # Limits: Connect API User Guide, register (user 128, password 32).
    username = forms.CharField(
        label=_("User name at the provider"),
        max_length=128,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "section-provider username",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )
    password = forms.CharField(
        label=_("Password at the provider"),
        max_length=32,
        strip=False,
        help_text=_("Kept encrypted, and never shown again."),
        widget=forms.PasswordInput(
            attrs={"autocomplete": "section-provider current-password"}
        ),
    )
