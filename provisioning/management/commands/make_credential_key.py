"""`manage.py make_credential_key`: print a new key for CREDENTIAL_KEYS."""

from typing import Any

from cryptography.fernet import Fernet
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Print a new Fernet key."""

    help = "Print a new key for CREDENTIAL_KEYS; put it in front of the old ones."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print it."""
        self.stdout.write(Fernet.generate_key().decode())
