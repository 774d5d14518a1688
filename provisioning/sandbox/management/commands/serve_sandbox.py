"""Serves the sandbox site on the loopback address and delivers its callbacks."""

import logging
import signal
import threading
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections

from provisioning.sandbox import callbacks, clock
from provisioning.sandbox.behaviour import HANG_UP

log = logging.getLogger("provisioning.sandbox")

TICK_SECONDS = 0.2

HANDLER = "sandbox.request_handler"

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class RequestHandler(WSGIRequestHandler):
    """Lets the application reach its connection, to close it."""

    def get_environ(self) -> dict[str, Any]:
        """The WSGI environment, with this handler in it."""
        return {**super().get_environ(), HANDLER: self}


class Command(BaseCommand):
    """Runs until SIGINT or SIGTERM, then stops in order."""

    help = "Serve the sandbox provider."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """One option: where to listen."""
        parser.add_argument("--port", type=int, default=8001)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve requests and post callbacks, each in its own threads."""
        stopping = threading.Event()
        server = ThreadedWSGIServer(("127.0.0.1", options["port"]), RequestHandler)
        # A request that a rule keeps waiting must not keep the process alive.
        server.daemon_threads = True
        server.set_app(closing_on_hang_up(get_wsgi_application()))
        threads = [
            threading.Thread(target=server.serve_forever, name="http"),
            threading.Thread(target=deliver_until, args=[stopping], name="callbacks"),
        ]

        def stop(signum: int, frame: FrameType | None) -> None:
            stopping.set()

        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
        for thread in threads:
            thread.start()
        site = f"http://127.0.0.1:{server.server_port}"
        self.stdout.write(
            f"Sandbox provider on {site}/ - Connect API at "
            f"{site}/connect/{settings.SANDBOX_TOKEN}"
        )
        self.stdout.flush()
        stopping.wait()
        server.shutdown()
        server.server_close()
        for thread in threads:
            thread.join()


def deliver_until(stopping: threading.Event) -> None:
    """Post what is due, five times a second; a failed round is logged and repeated."""
    while not stopping.wait(TICK_SECONDS):
        try:
            callbacks.deliver_due(clock.now())
        except Exception:
            log.exception("delivering callbacks failed")
    connections.close_all()


def closing_on_hang_up(site: Wsgi) -> Wsgi:
    """Close the connection without an answer when a view asks for it."""

    def application(
        environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if any(name == HANG_UP for name, _ in headers):
                # The exception on which wsgiref stops and says nothing.
                environ[HANDLER].close_connection = True
                raise ConnectionAbortedError
            return start_response(status, headers, *rest)

        return site(environ, start)

    return application
