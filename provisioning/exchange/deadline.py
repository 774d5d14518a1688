"""A total time limit for one HTTP exchange, kept at the socket.

The time-outs of HTTP libraries start anew with every byte that arrives, so an answer
that drips keeps a worker for ever, already in its headers. Here every single read
from the socket gets no more time than the whole exchange has left.
"""

import http.client
import io
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_ENDS: ContextVar[float] = ContextVar("ends", default=float("inf"))


@contextmanager
def ends_at(moment: float) -> Iterator[None]:
    """Let answers that begin in this block be read until ``moment`` (monotonic)."""
    token = _ENDS.set(moment)
    try:
        yield
    finally:
        _ENDS.reset(token)


class _TimedReader(io.RawIOBase):
    """Reads from a socket as long as the exchange has time left."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock
        self._patience = sock.gettimeout() or float("inf")
        self._ends = _ENDS.get()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        left = min(self._patience, self._ends - time.monotonic())
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(None if left == float("inf") else left)
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_TimedReader(self.fp.detach(), sock))


class _Connection(HTTPConnection):
    response_class = _TimedResponse


class _SecureConnection(HTTPSConnection):
    response_class = _TimedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


POOLS: dict[str, Any] = {"http": _Pool, "https": _SecurePool}
