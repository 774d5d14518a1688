"""The forms about people: invite somebody, change a role, join a practice."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from provisioning.forms.practice import PersonForm, own_password
from provisioning.models import Membership, Practice

WORKS_HERE = _("This person works here already.")
INVITED = _("This address is invited already. You can send the mail again.")


class InviteForm(forms.Form):
    """Whom to ask, by e-mail, and what they may do here."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=64,
        help_text=_(
            "They get a link that works for a week. They sign in with this address."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Membership.Role.choices,
        initial=Membership.Role.FRONT_DESK,
    )

    def __init__(self, *args: Any, practice: Practice, **options: Any) -> None:
        super().__init__(*args, **options)
        self.practice = practice

    def clean_email(self) -> str:
        """Refuse whoever is here, or on the way. Other practices' people are not told of."""
        email = str(self.cleaned_data["email"]).lower()
        if self.practice.memberships.filter(user__email__iexact=email).exists():
            raise ValidationError(WORKS_HERE, code="works_here")
        if self.practice.invitations.pending().filter(email__iexact=email).exists():
            raise ValidationError(INVITED, code="invited")
        return email

    def say_invited(self) -> None:
        """As `clean_email` does, where somebody else was quicker than the check."""
        self.add_error("email", ValidationError(INVITED, code="invited"))


class RoleForm(forms.Form):
    """What a person may do here."""

    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices)


class JoinForm(PersonForm):
    """Names and a password of one's own, as the sign-up asks for them."""

    app_password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        help_text=_("For Frontdesk, at least 10 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.email = email

    def clean_app_password(self) -> str:
        """Apply the password rules."""
        return own_password(self, self.email)
