"""The provider's server, which can shut, open again, and prove who it is."""

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

from lxml import etree

from tests.faults.provider.books import Provider
from tests.faults.provider.manners import Handler, Manner, reply


class _Desk(Handler, BaseHTTPRequestHandler):
    """Reads a packet, lets the provider work on it, and answers in its manner."""

    def do_POST(self) -> None:
        """Answer one packet; nobody may be left there to hear it."""
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if self.path == "/v1/message":
            self._answer_one_api(body)
            return
        form = parse_qs(body.decode())
        if "data" not in form:
            self._stray()
            return
        # Strictly: a packet that is not well-formed is answered with silence.
        self.packet = packet = etree.fromstring(form["data"][0])
        provider = self.provider
        provider.hear(packet)
        manner = provider.manner_for(packet)
        document = provider.answered(packet) if manner.takes else b""
        provider.peers.add(self.client_address[1])
        if manner is not Manner.AT_ONCE:
            self.close_connection = True
        with suppress(OSError):
            manner.answer(self, document)

    def _answer_one_api(self, body: bytes) -> None:
        taken = self.provider.take_by_one_api(json.loads(body)["messages"])
        accepted = [{**each, "accepted": True, "error": None} for each in taken]
        document = json.dumps({"messages": accepted, "error": None}).encode()
        with suppress(OSError):
            reply(self, document, 202, Content_Type="application/json")

    def do_GET(self) -> None:
        """Note a client that followed a redirect or an address in a document."""
        self._stray()

    def _stray(self) -> None:
        self.provider.strays.append(f"{self.command} {self.path}\n{self.headers}")
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the test says what went wrong."""


class _Server(ThreadingHTTPServer):
    # One that writes without an end is not waited for.
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients here hang up in the middle; that is what is being tested."""


class Business:
    """The provider at an address of its own, which it keeps while it is shut."""

    def __init__(
        self, certificate: Path | None = None, *, keeps_connections: bool = False
    ) -> None:
        self._certificate = certificate
        self._protocol = "HTTP/1.1" if keeps_connections else "HTTP/1.0"
        self._server = self._serving(0)
        self.port: int = self._server.server_port
        self._placeholder: socket.socket | None = None
        self.provider = self.begin_anew()

    def begin_anew(self) -> Provider:
        """Forget everything: another story begins."""
        scheme = "https" if self._certificate else "http"
        self.provider = Provider(f"{scheme}://127.0.0.1:{self.port}/xml/xml")
        self._desk.provider = self.provider
        return self.provider

    def _serving(self, port: int) -> _Server:
        class Desk(_Desk):
            pass

        self._desk: type[Handler] = Desk
        Desk.protocol_version = self._protocol
        server = _Server(("127.0.0.1", port), Desk)
        if self._certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(self._certificate)
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.02}
        )
        self._thread.start()
        return server

    def shut(self) -> None:
        """Refuse every connection from now on."""
        self._stop()
        # Nobody else gets the address meanwhile: bound, and not listened at.
        self._placeholder = socket.socket()
        self._placeholder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._placeholder.bind(("127.0.0.1", self.port))

    def open(self) -> None:
        """Answer again."""
        if self._placeholder:
            self._placeholder.close()
            self._placeholder = None
            self._server = self._serving(self.port)
            self._desk.provider = self.provider

    def close(self) -> None:
        """Close for good."""
        self.provider.go_on.set()
        if self._placeholder:
            self._placeholder.close()
        else:
            self._stop()

    def _stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@contextmanager
def open_for_business(
    certificate: Path | None = None, *, keeps_connections: bool = False
) -> Iterator[Provider]:
    """Serve the provider on a port of its own until the block ends.

    With a `certificate`, a file with its key in it, over TLS.
    """
    business = Business(certificate, keeps_connections=keeps_connections)
    try:
        yield business.provider
    finally:
        business.close()


@contextmanager
def nobody_home() -> Iterator[str]:
    """Give an address where a connection opens and nothing is ever read."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        yield f"http://127.0.0.1:{deaf.getsockname()[1]}/xml/xml"
