"""What the house itself asks of somebody who begins: the practice and the person."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from provisioning.forms.phone import PhoneField
from provisioning.forms.step import StepForm
from provisioning.forms.zones import zone_choices
from provisioning.models import ProviderAccount, User

HAS_SIGN_IN = _("This address has a sign-in here already: sign in and go on.")


def own_password(form: StepForm, email: str) -> str:
    """The password somebody chose for this app, held to the rules with their own names
    and address in mind.
    """
    password = str(form.cleaned_data["app_password"])
    person = User(
        email=email,
        first_name=form.data.get("first_name", ""),
        last_name=form.data.get("last_name", ""),
    )
    validate_password(password, person)
    return password


class PersonForm(StepForm):
    """What somebody who is new here is called."""

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


class PracticeForm(PersonForm):
    """The half that every way into the set-up shares; each adds what it needs.

    The person's own password is for this app alone. What is known is not asked again:
    somebody who is signed in has chosen a password, and a practice that people work in
    has a name, a phone and an owner.
    """

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
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=64,
        help_text=_("You sign in with it."),
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

    KNOWN_OF_A_PRACTICE = (
        "practice_name",
        "practice_phone",
        "time_zone",
        "first_name",
        "last_name",
        "email",
    )
    # As they stand on the page: the practice before the person.
    field_order = (*KNOWN_OF_A_PRACTICE, "app_password")

    def __init__(
        self,
        *args: Any,
        user: User | None = None,
        account: ProviderAccount | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, account=account, **options)
        self.user = user
        if user:
            del self.fields["app_password"]
        if account and account.is_registered:
            for name in self.KNOWN_OF_A_PRACTICE:
                del self.fields[name]

    @property
    def asks_about_practice(self) -> bool:
        """Whether the half about practice and person is shown at all."""
        return "practice_name" in self.fields

    def forget_password(self, user: User) -> None:
        """From now on the form is that of somebody who is signed in."""
        self.user = user
        del self.fields["app_password"]

    def say_address_taken(self) -> None:
        """As `clean_email` does, where somebody else was quicker than the check."""
        self.add_error("email", ValidationError(HAS_SIGN_IN, code="has_sign_in"))

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
        """Apply the password rules."""
        return own_password(self, self.data.get("email", ""))
