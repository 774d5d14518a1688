"""`manage.py rotate_archive`: write the whole archive with the newest key."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from reminders.archive import files


class Command(BaseCommand):
    """Encrypt again; the old key may then be removed from CREDENTIAL_KEYS."""

    help = "Encrypt the archive's files with the first of CREDENTIAL_KEYS."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Go through the files one by one; each is replaced when it is complete."""
        found = sorted(settings.KEEP.folder.rglob(f"*{files.ENDING}"))
        batches = sum(files.rotate(path) for path in found)
        self.stdout.write(
            f"{len(found)} files ({batches} batches) encrypted with the newest key."
        )
