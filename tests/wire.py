"""The network, as the tests see it: two hosts in this process, and no others.

`http://sandbox.test/…` is the provider, played by `provisioning.sandbox`; what the
sandbox posts to `http://testserver/…` reaches our own webhooks. Both ways lead through
a real `requests` session, so that headers, encodings and time-outs are what they would
be; only the socket is missing. Every other host is refused loudly.

An exception in a view comes out of the call that caused it, as the test's own failure.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader, BytesIO, RawIOBase
from typing import Any
from urllib.parse import urlsplit

import urllib3
from django.db import connections
from django.http import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import get_urlconf, resolve, set_urlconf
from requests import ConnectionError, PreparedRequest, ReadTimeout, Response, Session
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.exceptions import ProtocolError

from provisioning.sandbox.behaviour import HANG_UP

SANDBOX = "http://sandbox.test/"
OURS = "http://testserver/"
SANDBOX_URLS = "provisioning.sandbox.urls"

# What answers a request: (method, path with query, body, content type, headers).
Answer = Callable[[str, str, bytes, str, dict[str, str]], HttpResponseBase]


class InProcess(HTTPAdapter):
    """Carries a request to a function in this process instead of to a socket."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        *args: object,
        **kwargs: object,
    ) -> Response:
        """Let the function answer, with the thread's URL set-up put back afterwards.

        Raises what `requests` would: ReadTimeout when the answer took longer than the
        time-out, ConnectionError when the sandbox hung up without one.
        """
        headers = {name: str(value) for name, value in request.headers.items()}
        before, began = get_urlconf(), time.monotonic()
        try:
            answer = self.answer(
                request.method or "GET",
                request.path_url,
                body_of(request),
                headers.pop("Content-Type", ""),
                headers,
            )
        finally:
            set_urlconf(before)
        if time.monotonic() - began > patience(timeout):
            raise ReadTimeout("Read timed out.", request=request)
        if answer.has_header(HANG_UP):
            raise ConnectionError(ProtocolError("Connection aborted."), request=request)
        return self.build_response(request, as_urllib3(answer))


class Refusal(BaseAdapter):
    """Refuses the host by name: no test reaches the outside."""

    def send(
        self, request: PreparedRequest, *args: object, **kwargs: object
    ) -> Response:
        """Fail the test, whatever the caller catches from `requests`."""
        host = urlsplit(request.url or "").netloc
        raise AssertionError(f"A test wanted to talk to {host}.")

    def close(self) -> None:
        """Hold nothing, so close nothing."""


def ask_sandbox(
    method: str, path: str, body: bytes, content_type: str, headers: dict[str, str]
) -> HttpResponseBase:
    """Answer as the provider: the sandbox's view for the path, without middleware."""
    refuse_open_transaction()
    request = RequestFactory().generic(
        method, path, body, content_type, headers=headers, SERVER_NAME="sandbox.test"
    )
    set_urlconf(SANDBOX_URLS)
    view, view_args, view_kwargs = resolve(request.path_info, urlconf=SANDBOX_URLS)
    answer: HttpResponseBase = view(request, *view_args, **view_kwargs)
    return answer


def ask_us(
    method: str, path: str, body: bytes, content_type: str, headers: dict[str, str]
) -> HttpResponseBase:
    """Answer as the project, middleware included, to a caller without a session."""
    answer: HttpResponseBase = Client().generic(
        method, path, body, content_type, headers=headers
    )
    return answer


def refuse_open_transaction() -> None:
    """Hold the house to its law: no transaction is open during an HTTP call.

    The transaction that pytest-django wraps around each test does not count; Django
    marks it as its own.
    """
    for connection in connections.all(initialized_only=True):
        blocks = getattr(connection, "atomic_blocks", [])
        assert all(getattr(block, "_from_testcase", False) for block in blocks), (
            "The provider was called while a transaction was open."
        )


ADAPTERS: dict[str, BaseAdapter] = {
    "http://": Refusal(),
    "https://": Refusal(),
    SANDBOX: InProcess(ask_sandbox),
    OURS: InProcess(ask_us),
}


@contextmanager
def on_the_wire(session: Session) -> Iterator[Session]:
    """Lead an existing session's requests into this process while the block runs."""
    before = session.adapters
    session.adapters = OrderedDict()
    for prefix, adapter in ADAPTERS.items():
        session.mount(prefix, adapter)
    try:
        yield session
    finally:
        session.adapters = before


def patience(timeout: Any) -> float:
    """Return the seconds that the caller waits for an answer: (connect, read) or one."""
    read = timeout[1] if isinstance(timeout, tuple) else timeout
    return math.inf if read is None else float(read)


def body_of(request: PreparedRequest) -> bytes:
    """Return the body as it would go over the wire."""
    body: Any = request.body or b""
    return body.encode() if isinstance(body, str) else bytes(body)


class Flow(RawIOBase):
    """A streamed answer as an open file: each read takes what it needs."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.chunks: Iterator[bytes] = iter(answer)
        self.rest = b""

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer from the chunk at hand; no bytes mean the end."""
        while not self.rest:
            try:
                self.rest = next(self.chunks)
            except StopIteration:
                return 0
        taken = self.rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self.rest = self.rest[len(taken) :]
        return len(taken)


def as_urllib3(answer: HttpResponseBase) -> urllib3.HTTPResponse:
    """Dress Django's answer as what a socket would have delivered.

    A streamed answer is made as it is read, as a socket would bring it: who stops
    reading a huge one never has it in memory.
    """
    body: BufferedReader | BytesIO
    if answer.streaming:
        body = BufferedReader(Flow(answer))
    else:
        body = BytesIO(answer.getvalue())
    return urllib3.HTTPResponse(
        body=body,
        headers=dict(answer.items()),
        status=answer.status_code,
        reason=answer.reason_phrase,
        preload_content=False,
    )
