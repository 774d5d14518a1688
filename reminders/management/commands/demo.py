"""`manage.py demo`: the whole application beside the provider's sandbox, to try it.

Nothing leaves this computer. Everything is kept in one folder, `VAR_DIR/demo`.
"""

import sys
import webbrowser
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from reminders.clock import now
from reminders.demo import cast, history, premises, signup
from reminders.demo.browser import Browser, NotOnThePage
from reminders.demo.outside import Outside
from reminders.demo.premises import Occupied, Premises
from reminders.demo.scene import NotAsItShould, Scene
from reminders.demo.supervisor import Died, Leave, Supervisor

PORT = 8000
# The column of addresses.
WIDE = 43

# What runs, and what it is there for.
PROCESSES = {
    "web": "the application",
    "sandbox": "the SMS provider, played by us",
    "worker": "sends texts and works on answers",
    "beat": "wakes the worker every second",
}


class Command(BaseCommand):
    """Starts web, worker, beat and sandbox, and stops them at Ctrl-C."""

    help = "Try Frontdesk with a demo practice, on this computer alone."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where, from scratch or not, with a browser or without."""
        parser.add_argument("--port", type=int, help=f"of the application ({PORT})")
        parser.add_argument(
            "--fresh", action="store_true", help="forget the last demo and start anew"
        )
        parser.add_argument(
            "--no-open", action="store_true", help="do not open a browser"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make or find the premises, start over inside them, and run until told."""
        inside = Premises.entered()
        if inside is None:
            self._enter(options["port"], fresh=options["fresh"])
        try:
            with Supervisor(inside.logs, inside.root) as running:
                try:
                    self._run(inside, running, opens=not options["no_open"])
                except Leave:
                    self._say("\nStopping …")
                    raise
        except Leave:
            self._say("Stopped. The demo is kept: start it again at any time.")
        except Died as died:
            self.stderr.write("\n".join(died.last_lines))
            raise CommandError(f"{died} Everything else was stopped.") from None
        except (NotAsItShould, NotOnThePage) as wrong:
            raise CommandError(
                f"The demo practice could not be made. {wrong}"
            ) from None

    def _enter(self, port: int | None, *, fresh: bool) -> NoReturn:
        folder = Path(settings.VAR_DIR) / "demo"
        try:
            premises.lock(folder)
            if fresh or not premises.is_furnished(folder):
                premises.clear(folder)
            found = Premises.at(folder, port or PORT)
            found.check_ports()
            if premises.is_furnished(folder):
                found.check_asked_for(port)
        except Occupied as occupied:
            raise CommandError(str(occupied)) from None
        premises.enter(found.environment())

    def _run(self, inside: Premises, running: Supervisor, *, opens: bool) -> NoReturn:
        self._say(f"Frontdesk demo, kept in {_short(inside.folder)}\n")
        inside.make_ready()
        running.start("sandbox", inside.commands()["sandbox"])
        call_command("migrate", verbosity=0)
        running.start("web", inside.commands()["web"])
        browser = Browser()
        for name, address in inside.signs_of_life().items():
            running.until(partial(browser.answers, address), name)
        is_new = not premises.is_furnished(inside.folder)
        if is_new:
            self._make_practice(inside)
        # Not before: they would send the texts of that past.
        running.start("worker", inside.commands()["worker"])
        running.start("beat", inside.commands()["beat"])
        connection.close()
        for line in (*_processes(inside, running), *_ways_in(inside, is_new=is_new)):
            self._say(line)
        if opens and sys.stdout.isatty():
            _open(inside.web)
        running.watch()

    def _make_practice(self, inside: Premises) -> None:
        """Sign the demo practice up over the wire, and give it a past; only once."""
        self._say("  Signing a practice up and giving it a past, only this once …")
        scene = Scene(
            web=inside.web,
            outside=Outside(Browser(), inside.sandbox),
            browser=Browser(),
            owner=cast.OWNER,
        )
        signup.walk(scene)
        history.make(now())
        premises.note_furnished(inside.folder)
        self._say("")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _processes(inside: Premises, running: Supervisor) -> Iterator[str]:
    addresses = {"web": inside.web, "sandbox": inside.sandbox}
    for name, purpose in PROCESSES.items():
        where = addresses.get(name, f"process {running.processes[name].pid}")
        yield f"  {name:<13}{where:<{WIDE}}{purpose}"
    yield f"  {'logs':<13}{_short(inside.logs)}"


def _ways_in(inside: Premises, *, is_new: bool) -> Iterator[str]:
    owner = cast.OWNER
    yield ""
    yield f"  {'Sign in':<13}{owner.email:<{WIDE}}password {owner.password}"
    for colleague in cast.COLLEAGUES:
        role = colleague.role.label.lower()
        yield f"  {'':<13}{colleague.email:<{WIDE}}{role}, the same password"
    yield ""
    first = cast.NEWCOMERS[0].phone.removeprefix("+")
    pages = [
        ("Desk", inside.web, "/", "today's list"),
        ("Set-up", inside.web, "/setup/start/", "sign up anew, in a private window"),
        ("Mailbox", inside.sandbox, "/mailbox/", "what the provider mails"),
        ("Phones", inside.sandbox, "/phone/", "what patients get, and answer"),
        ("Switchboard", inside.sandbox, "/switchboard/", "make the provider fail"),
    ]
    if is_new:
        here = f"/phone/{first}/"
        pages.append(("Watch", inside.sandbox, here, "a text arrives in a minute"))
    for title, site, path, purpose in pages:
        yield f"  {title:<13}{site + path:<{WIDE}}{purpose}"
    yield ""
    yield "  Stop with Ctrl-C."


def _short(path: Path) -> str:
    """A path as one would type it from here."""
    return (
        str(path.relative_to(Path.cwd()))
        if path.is_relative_to(Path.cwd())
        else str(path)
    )


def _open(address: str) -> None:
    """Open the browser, unless all there is would take this terminal over."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    if type(browser) is not webbrowser.GenericBrowser:
        browser.open(address)
