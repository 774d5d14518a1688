"""`manage.py read_archive FILE…`: print what was moved to the archive, as JSON Lines."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reminders.archive import files


class Command(BaseCommand):
    """Print rows in the form that `loaddata` takes."""

    help = "Print the rows of archive files, in the form that `loaddata` takes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the files."""
        parser.add_argument("files", nargs="+", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print all that can be read, then say what could not."""
        unreadable = 0
        for path in options["files"]:
            contents = files.read(path)
            unreadable += contents.unreadable
            for row in contents.rows:
                self.stdout.write(row)
        if unreadable:
            raise CommandError(f"{unreadable} batches could not be read.")
