"""What django-allauth may do here: sign in and out, passwords, two-step login.

Signing up is the wizard's job, since a user without a practice makes no sense.
"""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Leaves sign-up to the wizard (`provisioning.wizard`)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: the wizard's first page creates user and practice together."""
        return False
