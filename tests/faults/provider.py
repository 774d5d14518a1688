"""The provider, played by threads of the test: it writes down what it takes, then answers.

It knows `sendMsg` and `queryMsg` of the XML messaging API (XML API Specification V2.4.9)
and nothing else. What a fault test asks is how often a text was taken, so that is noted
before anything can go wrong with the answer.
"""

import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from urllib.parse import parse_qs

from lxml import etree

Command = dict[str, str]

# Long enough for every story, so that a test that fails does not hang.
LONGEST_HOLD = 60


class Manner(Enum):
    """How the provider answers a packet of texts, once it has taken them."""

    AT_ONCE = "at once"
    HELD = "when it is told to go on"
    NEVER = "not at all: the connection ends without a word"


@dataclass(frozen=True)
class Taken:
    """A text that the provider has accepted; `at` in seconds of a steady clock."""

    client_id: str
    message_id: str
    sender: str
    to: str
    text: str
    at: float


@dataclass
class Provider:
    """What the provider has been told, and how it behaves from now on."""

    url: str
    manner: Manner = Manner.AT_ONCE
    taken: list[Taken] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    go_on: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)

    def perform(self, name: str, command: Command) -> Command:
        """Do what one command wants, and return the fields of its answer."""
        if name == "sendMsg":
            return self._take(command)
        if name == "queryMsg":
            return self._tell(command)
        return {"fault": "101, Invalid or missing parameters"}

    def _take(self, command: Command) -> Command:
        text = Taken(
            client_id=command["cliMsgId"],
            message_id=secrets.token_hex(16),
            sender=command["from"],
            to=command["to"],
            text=command["text"],
            at=time.monotonic(),
        )
        with self._lock:
            self.taken.append(text)
        return {"apiMsgId": text.message_id}

    def _tell(self, command: Command) -> Command:
        client_id = command["cliMsgId"]
        with self._lock:
            self.asked.append(client_id)
            known = [text for text in self.taken if text.client_id == client_id]
        if not known:
            return {"fault": "104, Unknown client message ID"}
        return {"apiMsgId": known[-1].message_id, "status": "003"}


class _Desk(BaseHTTPRequestHandler):
    """Reads a packet, lets the provider work on it, and answers in its manner."""

    provider: Provider

    def do_POST(self) -> None:
        """Answer one packet; nobody may be left there to hear it."""
        length = int(self.headers["Content-Length"])
        form = parse_qs(self.rfile.read(length).decode())
        packet = etree.fromstring(form["data"][0])
        manner = self.provider.manner
        answer = _answered(self.provider, packet)
        if any(command.tag == "sendMsg" for command in packet):
            if manner is Manner.NEVER:
                return
            if manner is Manner.HELD:
                self.provider.go_on.wait(LONGEST_HOLD)
        with suppress(ConnectionError):
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.end_headers()
            self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the test says what went wrong."""


def _answered(provider: Provider, packet: etree._Element) -> bytes:
    answer = etree.Element("clickAPI")
    for command in packet:
        asked = {child.tag: child.text or "" for child in command}
        reply = etree.SubElement(answer, f"{command.tag}Resp")
        told = provider.perform(command.tag, asked)
        if "sequence_no" in asked:
            told["sequence_no"] = asked["sequence_no"]
        for name, value in told.items():
            etree.SubElement(reply, name).text = value
    return etree.tostring(answer)


@contextmanager
def open_for_business() -> Iterator[Provider]:
    """Serve the provider on a port of its own until the block ends."""

    class Desk(_Desk):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    Desk.provider = Provider(f"http://127.0.0.1:{server.server_port}/xml/xml")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield Desk.provider
    finally:
        Desk.provider.go_on.set()
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def nobody_home() -> Iterator[str]:
    """Give an address where a connection opens and nothing is ever read."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        yield f"http://127.0.0.1:{deaf.getsockname()[1]}/xml/xml"
