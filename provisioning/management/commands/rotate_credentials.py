"""`manage.py rotate_credentials`: write every stored credential with the newest key."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from provisioning.models import ProviderAccount
from provisioning.models.fields import EncryptedTextField

ENCRYPTED = [
    field.name
    for field in ProviderAccount._meta.concrete_fields
    if isinstance(field, EncryptedTextField)
]


class Command(BaseCommand):
    """Encrypt again; the old key may then be removed from CREDENTIAL_KEYS."""

    help = "Encrypt all stored provider credentials with the first of CREDENTIAL_KEYS."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Go through the accounts one by one, so that no row is locked for long."""
        count = 0
        for account in ProviderAccount.objects.only("pk").iterator():
            with transaction.atomic():
                row = ProviderAccount.objects.select_for_update().get(pk=account.pk)
                row.save(update_fields=ENCRYPTED)
            count += 1
        self.stdout.write(f"{count} accounts encrypted with the newest key.")
