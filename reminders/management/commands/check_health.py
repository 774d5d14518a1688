"""`manage.py check_health`: is the installation well? For cron, timers and monitoring.

The exit code is 0 when all is well, 1 when something wants looking at, 2 when something
is in trouble, as monitoring plug-ins have it.
"""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from reminders import health
from reminders.clock import now
from reminders.health import installation
from reminders.health.verdict import Tone, Verdict, worst


class Command(BaseCommand):
    """Says how each part is, and with --mail does what workers do while they live."""

    help = "Says how the installation is; exit code 0 well, 1 look at it, 2 trouble."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the two options."""
        parser.add_argument(
            "--mail",
            action="store_true",
            help="also write to owners whose texts stand still, once for each time",
        )
        parser.add_argument(
            "--quiet", action="store_true", help="say nothing about what is well"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, say, write, and end with the code."""
        try:
            verdicts = installation.verdicts(now())
            if options["mail"]:
                health.watch(now(), from_outside=True)
                # The floor below writes the mails.
                call_command("tell_owners")
        except DatabaseError as error:
            raise CommandError("The database does not answer.", returncode=2) from error
        for verdict in verdicts:
            if not (options["quiet"] and verdict.tone is Tone.OK):
                self._say(verdict)
        if code := worst(verdicts).rank:
            raise SystemExit(code)

    def _say(self, verdict: Verdict) -> None:
        words = (verdict.words, verdict.meaning, verdict.todo)
        said = " ".join(str(each) for each in words if each)
        self.stdout.write(f"{verdict.tone:5}{verdict.title}: {said}")
