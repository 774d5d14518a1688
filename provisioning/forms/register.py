"""A new account at the provider: the practice's half and what registering needs."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from provisioning.forms.phone import PhoneField
from provisioning.forms.practice import PracticeForm


class RegisterForm(PracticeForm):
    """Everything the app and the provider need, once.

    The provider gets a user name and a password that we make up.
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
    own_words: ClassVar[dict[str, Any]] = {
        "105": _("The provider has an account with this address already."),
        "439": _(
            "The user name that Frontdesk made up for you at the provider is taken. It "
            "has made up another: read the new picture and send the form again."
        ),
    }

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
        label=_("Open another account with this address all the same"),
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(
        self,
        *args: Any,
        countries: list[tuple[int, str]],
        account_types: list[tuple[int, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["country"].choices = countries  # type: ignore[attr-defined]
        self.fields["account_type"].choices = account_types  # type: ignore[attr-defined]
        if self.asks_about_practice:
            self.fields["email"].help_text = _(
                "You sign in with it, and the provider sends a link to it."
            )

    def ask_to_create_anyway(self) -> None:
        """Offer a second account where the provider knows the address already."""
        self.fields["create_anyway"].widget = forms.CheckboxInput()

    @property
    def offers_another(self) -> bool:
        """Whether `ask_to_create_anyway` has been called."""
        return isinstance(self.fields["create_anyway"].widget, forms.CheckboxInput)
