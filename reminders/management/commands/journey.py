"""`manage.py journey`: the whole story without a screen, on real processes.

Registers a practice at the sandbox, sets its account up, books a visit and lets a
patient confirm it by text, all over HTTP. Ends with a failure at the first thing that
is not as it should be.
"""

import os
import shutil
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from reminders.clock import now
from reminders.demo import journey, premises
from reminders.demo.browser import Browser
from reminders.demo.outside import Outside
from reminders.demo.premises import Premises
from reminders.demo.scene import NotAsItShould, Scene
from reminders.demo.supervisor import Died, Leave, Supervisor

FIRST_PORT = 8100
# Nobody takes a slip back here, and the story need not wait for that.
QUICK = {"UNDO_GRACE_SECONDS": "1"}


class Command(BaseCommand):
    """Runs on the embedded defaults, or on the servers that the environment names."""

    help = "Walk from registration to a confirmed visit, on processes of its own."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """One option: whether the folder stays."""
        parser.add_argument(
            "--keep", action="store_true", help="leave the folder with logs and data"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make premises, start over inside them, then tell the story."""
        inside = Premises.entered()
        if inside is None:
            folder = Path(tempfile.mkdtemp(prefix="frontdesk-journey-"))
            new = Premises.at(folder, FIRST_PORT)
            servers = premises.on_servers(new, os.environ)
            premises.enter({**new.environment(), **QUICK, **servers})
        try:
            self._run(inside)
        finally:
            connection.close()
            premises.drop_scratch_database()
            if options["keep"]:
                self.stdout.write(f"Kept: {inside.folder}")
            else:
                shutil.rmtree(inside.folder)

    def _run(self, inside: Premises) -> None:
        began = time.monotonic()
        try:
            with Supervisor(inside.logs, inside.root) as running:
                self._start(inside, running)
                try:
                    self._tell(inside)
                except NotAsItShould:
                    running.check()  # a process that died is the better reason
                    raise
        except Leave:
            raise CommandError("Stopped before the end.") from None
        except Died as died:
            self.stderr.write("\n".join(died.last_lines))
            raise CommandError(str(died)) from None
        except NotAsItShould as wrong:
            raise CommandError(str(wrong)) from None
        self.stdout.write(
            f"\nAll as it should be, in {time.monotonic() - began:.0f} s."
        )

    def _start(self, inside: Premises, running: Supervisor) -> None:
        inside.make_ready()
        call_command("migrate", verbosity=0)
        browser = Browser()
        for name, command in inside.commands().items():
            running.start(name, command)
        for name, address in inside.signs_of_life().items():
            running.until(partial(browser.answers, address), name)

    def _tell(self, inside: Premises) -> None:
        owner = journey.owner_by_day(now())
        self.stdout.write(
            f"From registration to reply, on {connection.display_name} and "
            f"a {settings.CELERY_BROKER_URL.partition(':')[0]} broker; "
            f"the practice is in {owner.time_zone}.\n\n"
        )
        scene = Scene(
            web=inside.web,
            outside=Outside(Browser(), inside.sandbox),
            browser=Browser(),
            owner=owner,
        )
        for line in journey.tell(scene, journey.Wire.from_here()):
            self.stdout.write(line)
            self.stdout.flush()
