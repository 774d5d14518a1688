"""A server on loopback that answers as it is told, and remembers what it heard."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

from provisioning.exchange.transport import WireCall

RECORDED = Path(__file__).parents[1] / "recorded"

# Either the document to answer with, or something that takes over the connection.
Behaviour = bytes | Callable[[BaseHTTPRequestHandler], None]


def recorded(name: str) -> bytes:
    """A document from tests/recorded, without the newline at its end."""
    return (RECORDED / name).read_bytes().rstrip(b"\n")


@dataclass(frozen=True, slots=True)
class Heard:
    """One request: where to, how, and what was in it."""

    path: str
    headers: dict[str, str]
    body: bytes
    method: str = "POST"

    @property
    def field(self) -> tuple[str, str]:
        """The name and the value of the form field."""
        ((name, value),) = parse_qsl(self.body.decode("ascii"), strict_parsing=True)
        return name, value


@dataclass
class Provider:
    """What the next answers are, and what was asked."""

    url: str
    answers: deque[Behaviour] = field(default_factory=deque)
    heard: list[Heard] = field(default_factory=list)

    def answers_with(self, *answers: Behaviour) -> None:
        """Queue answers, one a request."""
        self.answers.extend(answers)

    @property
    def document(self) -> str:
        """The document of the last request."""
        return self.heard[-1].field[1]


@dataclass
class Log:
    """A wire log in a list: (event, outcome at that moment, call)."""

    events: list[tuple[str, str]] = field(default_factory=list)
    calls: list[WireCall] = field(default_factory=list)

    def started(self, call: WireCall) -> None:
        """Remember that the call began."""
        self.events.append(("started", call.outcome))
        self.calls.append(call)

    def ended(self, call: WireCall) -> None:
        """Remember how the call ended."""
        self.events.append(("ended", call.outcome))


@contextmanager
def listening(
    wrap: Callable[[ThreadingHTTPServer], str] = lambda server: "http",
) -> Iterator[Provider]:
    """Run a provider; ``wrap`` may put TLS around its socket and names the scheme."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", "0"))
            body = self.rfile.read(size)
            provider.heard.append(
                Heard(self.path, dict(self.headers), body, self.command)
            )
            answer = provider.answers.popleft()
            if isinstance(answer, bytes):
                reply(self, answer)
            else:
                self.close_connection = True
                answer(self)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: object) -> None:
            """Clients here hang up in the middle; that is what is being tested."""

    with Server(("127.0.0.1", 0), Handler) as server:
        scheme = wrap(server)
        provider = Provider(f"{scheme}://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.005,))
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()


def reply(
    handler: BaseHTTPRequestHandler,
    body: bytes,
    status: int = 200,
    **headers: str,
) -> None:
    """Answer as a web server does; underscores in header names become hyphens."""
    handler.send_response(status)
    handler.send_header("Content-Type", "text/xml")
    for name, value in {"Content_Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)
