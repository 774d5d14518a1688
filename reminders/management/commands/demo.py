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

# What is where, in the application and at the provider.
OURS = (
    ("Desk", "/", "today's list"),
    ("Outbox", "/outbox/", "what will go and when, what will not and why; the switch"),
    ("Calls", "/calls/", "whom to phone, because no text reaches them"),
    ("Health", "/health/", "do texts go out, does word come back"),
    (
        "Account",
        "/setup/account/",
        "number, credit, sign-in, each call to the provider",
    ),
    ("People", "/setup/people/", "invite a colleague, or another owner"),
    ("Sign up", "/setup/start/", "in a private window: with a new account"),
    ("", "/setup/existing/", "with the account you have at the provider"),
    ("", "/setup/key/", "with an API key (make one in the Portal)"),
    ("Codes", "/setup/errors/", "every error code, and what to do about it"),
)
THEIRS = (
    ("Mailbox", "/mailbox/", "what the provider mails: links, new passwords"),
    ("Phones", "/phone/", "what owners and patients get, and answer"),
    ("Console", "/central/", "a customer's pages; Account has user name and password"),
    ("Portal", "/portal/", "the present-day platform: keys, numbers, money"),
    ("Switchboard", "/switchboard/", "make the provider fail"),
)


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
    for title, path, purpose in OURS:
        yield f"  {title:<13}{inside.web + path:<{WIDE}}{purpose}"
    mail = "invitations and notices to owners, a file each"
    yield f"  {'Our mail':<13}{_short(inside.mail):<{WIDE}}{mail}"
    yield ""
    for title, path, purpose in THEIRS:
        yield f"  {title:<13}{inside.sandbox + path:<{WIDE}}{purpose}"
    if is_new:
        here = f"{inside.sandbox}/phone/{first}/"
        yield f"  {'Watch':<13}{here:<{WIDE}}a text arrives in a minute"
    yield ""
    yield "  What is older than this start is made up: visits, texts, use of credit."
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
