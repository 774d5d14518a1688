"""How the provider answers, once it has taken a packet, or without having done so.

A manner gets the handler of the request and the document that a well provider would
answer with; what it writes is all that the client sees. The client may be gone by then.
"""

import gzip
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import TYPE_CHECKING, ClassVar

from lxml import etree

if TYPE_CHECKING:
    from tests.faults.provider.books import Provider

# Long enough for every story, so that a test that fails does not hang.
LONGEST_HOLD = 60
PIECE = 65_536
A_GIGABYTE = 1 << 30

Replies = list[etree._Element]


class Handler(BaseHTTPRequestHandler):
    """What a manner works with."""

    provider: "Provider"
    packet: etree._Element


@dataclass(frozen=True)
class Manner:
    """One way to answer; `takes`: whether the packet is worked on before that."""

    name: str
    answer: Callable[[Handler, bytes], None] = field(repr=False)
    takes: bool = True

    AT_ONCE: ClassVar["Manner"]
    # When it is told to go on.
    HELD: ClassVar["Manner"]
    # The connection ends without a word.
    NEVER: ClassVar["Manner"]

    def __str__(self) -> str:
        return self.name


def reply(
    handler: Handler, body: bytes, status: int = 200, **headers: str | int
) -> None:
    """Answer as a web server does; underscores in header names become hyphens."""
    handler.send_response(status)
    for name, value in {"Content_Type": "text/xml", **headers}.items():
        handler.send_header(name.replace("_", "-"), str(value))
    handler.end_headers()
    handler.wfile.write(body)


def _at_once(handler: Handler, document: bytes) -> None:
    # With its length, after which a connection may be kept.
    reply(handler, document, Content_Length=len(document))


def _held(handler: Handler, document: bytes) -> None:
    handler.provider.go_on.wait(LONGEST_HOLD)
    reply(handler, document)


Manner.AT_ONCE = Manner("at once", _at_once)
Manner.HELD = Manner("when told to go on", _held)
Manner.NEVER = Manner("never", lambda _handler, _document: None)


# --- A server that is not well ------------------------------------------------------


def failing(*statuses: int, retry_after: int = 1, takes: bool = False) -> Manner:
    """Answer with these statuses in turn, and ask for a pause."""
    turns = count()

    def answer(handler: Handler, document: bytes) -> None:
        status = statuses[next(turns) % len(statuses)]
        reply(handler, b"<html>Sorry</html>", status, Retry_After=retry_after)

    return Manner(f"fails with {statuses}", answer, takes)


def redirecting(url: str, status: int = 302, *, takes: bool = False) -> Manner:
    """Send the client elsewhere."""

    def answer(handler: Handler, document: bytes) -> None:
        reply(handler, b"", status, Location=url)

    return Manner(f"redirects with {status}", answer, takes)


# --- Answers that are none ----------------------------------------------------------


def saying(name: str, body: bytes, content_type: str = "text/xml") -> Manner:
    """Take the packet, and say this instead of what became of it."""
    return Manner(
        name, lambda handler, _document: reply(handler, body, Content_Type=content_type)
    )


def _cut(handler: Handler, document: bytes) -> None:
    reply(handler, document[: -len(document) // 2])


def _broken_off(handler: Handler, document: bytes) -> None:
    reply(handler, document[: -len(document) // 2], Content_Length=len(document))


LOGIN_PAGE = saying(
    "a login page", b"<!DOCTYPE html><html><form>Password?</form></html>", "text/html"
)
EMPTY = saying("nothing", b"")
GARBAGE = saying("garbage", bytes(range(256)))
# It says one thing and is another, down to the last character.
WRONG_CHARSET = Manner(
    "another charset",
    lambda handler, document: reply(
        handler,
        b'<?xml version="1.0" encoding="UTF-8"?>' + document.decode().encode("utf-16"),
    ),
)
TRUNCATED = Manner("a truncated document", _cut)
BROKEN_OFF = Manner("a connection that breaks off", _broken_off)


def _echoing(handler: Handler, document: bytes) -> None:
    asked = handler.packet
    root = etree.Element("clickAPI")
    for command in asked:
        echo = etree.SubElement(etree.SubElement(root, "sendMsgResp"), "echo")
        echo.text = etree.tostring(command).decode()
    reply(handler, etree.tostring(root))


# It repeats what it was asked, with the password in it.
ECHOING = Manner("an echo", _echoing)


# --- Answers without an end ---------------------------------------------------------


def _dripping(handler: Handler, document: bytes) -> None:
    reply(handler, b"", Content_Length=len(document))
    for place in range(len(document)):
        handler.wfile.write(document[place : place + 1])
        time.sleep(1)


def _dripping_headers(handler: Handler, document: bytes) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n")
    for place in range(LONGEST_HOLD):
        handler.wfile.write(b"X-Header-%d: 1\r\n" % place)
        time.sleep(1)


def _endless(handler: Handler, document: bytes) -> None:
    reply(handler, b"<clickAPI>")
    while True:
        handler.wfile.write(b" " * PIECE)


def _huge(handler: Handler, document: bytes) -> None:
    reply(handler, document, Content_Length=A_GIGABYTE)
    for _piece in range(A_GIGABYTE // PIECE):
        handler.wfile.write(b" " * PIECE)


def _zipped(handler: Handler, document: bytes) -> None:
    # A gigabyte of blanks, in pieces that a reader of gzip joins.
    pieces = gzip.compress(b" " * (A_GIGABYTE // 128)) * 128
    reply(handler, pieces, Content_Encoding="gzip", Content_Length=len(pieces))


DRIPPING = Manner("a byte a second", _dripping)
DRIPPING_HEADERS = Manner("a header a second", _dripping_headers)
ENDLESS = Manner("without an end", _endless)
HUGE = Manner("a gigabyte", _huge)
ZIPPED = Manner("a gzip bomb", _zipped)


# --- Answers that mean harm ---------------------------------------------------------


def reading_file(path: str) -> Manner:
    """Have the reader put a file of its machine into the answer."""
    return _with_type(f'<!ENTITY own SYSTEM "file://{path}">', "reads a file")


def reading_url(url: str) -> Manner:
    """Have the reader fetch an entity from somewhere."""
    return _with_type(f'<!ENTITY own SYSTEM "{url}">', "reads an address")


def with_types_of(url: str) -> Manner:
    """Have the reader fetch the document type from somewhere."""
    return saying("an external document type", document_of_type(f'SYSTEM "{url}"'))


def _with_type(declaration: str, name: str) -> Manner:
    return saying(name, document_of_type(f"[{declaration}]", "&own;"))


def document_of_type(declared: str, value: str = "0" * 32) -> bytes:
    """Write an answer that would be one, if its type were not declared so."""
    return (
        f"<!DOCTYPE clickAPI {declared}><clickAPI><sendMsgResp>"
        f"<apiMsgId>{value}</apiMsgId></sendMsgResp></clickAPI>"
    ).encode()


def _laughing() -> bytes:
    lines = [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12)]
    return document_of_type(f'[<!ENTITY l0 "ha">{"".join(lines)}]', "&l11;")


LAUGHING = saying("a billion laughs", _laughing())


# --- Answers about other texts ------------------------------------------------------


def rearranged(change: Callable[[Replies], Replies]) -> Manner:
    """Answer with what `change` makes of the replies to the texts of the packet."""

    def answer(handler: Handler, document: bytes) -> None:
        root = etree.fromstring(document)
        root[:] = change(list(root))
        reply(handler, etree.tostring(root))

    return Manner("rearranged", answer)


def copy_of(reply: etree._Element, **values: str) -> etree._Element:
    """The same reply once more, with other values."""
    copy = deepcopy(reply)
    for name, value in values.items():
        copy.find(name).text = value  # type: ignore[union-attr]  # it has them all
    return copy
