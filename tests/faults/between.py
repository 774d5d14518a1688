"""A wire between two of ours that can be cut at the very instant that matters.

It hands on bytes and knows nothing of what they mean. What it is told to do, it does
when the other side has just answered and nobody has heard the answer yet: the instant
at which a row says that something happened, and the process that did it does not know.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread

CHUNK = 65536


class Between:
    """Listens at `port` and hands on to `target`, and back."""

    def __init__(self, target: int) -> None:
        self.target = target
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self._ends: list[socket.socket] = []
        self._lock = Lock()
        self._when: Callable[[], object] | None = None
        self._do: Callable[[], object] = lambda: None
        self._lose = True
        self.sprung = Event()

    def spring(
        self,
        when: Callable[[], object],
        do: Callable[[], object],
        *,
        lose: bool = True,
    ) -> None:
        """Once `when` is so after an answer, do that before the answer is heard.

        An answer that is to be lost ends the connection that it was for. Both are
        called in a thread of the wire.
        """
        self.sprung.clear()
        self._do, self._lose = do, lose
        self._when = when

    def serve(self) -> None:
        """Take connections until the door is shut."""
        with suppress(OSError):
            while True:
                near, _address = self._door.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self.target))
                except OSError:
                    near.close()
                    continue
                self._ends += [near, far]
                Thread(target=self._ask, args=[near, far], daemon=True).start()
                Thread(target=self._answer, args=[far, near], daemon=True).start()

    def close(self) -> None:
        """Cut everything."""
        self._door.close()
        for end in self._ends:
            _shut(end)

    def _ask(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while data := near.recv(CHUNK):
                far.sendall(data)
        _shut(far)

    def _answer(self, far: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while data := far.recv(CHUNK):
                if self._is_the_moment() and self._lose:
                    break
                near.sendall(data)
        _shut(near)
        _shut(far)

    def _is_the_moment(self) -> bool:
        with self._lock:
            if self._when is None or not self._when():
                return False
            self._when = None
            self._do()
            self.sprung.set()
            return True


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def between(target: int) -> Iterator[Between]:
    """Give a wire to that port of this machine until the block ends."""
    wire = Between(target)
    thread = Thread(target=wire.serve, daemon=True)
    thread.start()
    try:
        yield wire
    finally:
        wire.close()
