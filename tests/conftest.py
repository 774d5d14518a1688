"""What every test stands on: the wire in this process, and no way to the outside."""

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from provisioning.exchange.transport import Transport
from provisioning.sandbox import callbacks
from tests import wire

# Tests marked so talk to real processes over loopback.
ON_REAL_HTTP = ("browser", "faults", "real_http")


# The sandbox is a site of its own, which never runs on anything but SQLite.
SANDBOX_TESTS = Path(__file__).parent / "provisioning" / "sandbox"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what a database answers: it is told on PostgreSQL as well, all else once."""
    for item in items:
        asked = {"db", "transactional_db"}.intersection(
            getattr(item, "fixturenames", ())
        )
        marked = item.get_closest_marker("django_db")
        if (asked or marked) and SANDBOX_TESTS not in item.path.parents:
            item.add_marker("database")


@pytest.fixture(autouse=True)
def network(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Lead our client to the sandbox and the sandbox to us, in this process.

    Whatever else either of them wants to talk to is refused by name.
    """
    if any(request.node.get_closest_marker(name) for name in ON_REAL_HTTP):
        yield
        return
    monkeypatch.setattr(Transport, "adapters", wire.ADAPTERS)
    with ExitStack() as stack:
        stack.enter_context(wire.on_the_wire(callbacks.http))
        yield


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Forget the counts of earlier tests: sign-in limits live in the cache."""
    cache.clear()


@pytest.fixture(autouse=True, scope="session")
def no_way_out() -> Iterator[None]:
    """Fail any connection that would leave this machine.

    The wire stops `requests`; this stops everything else that Python's sockets carry,
    so that a new dependency that phones home is noticed. Patched by hand because it is
    ten lines: it must know loopback and nothing more.
    """
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            refuse_outside(address[0])
        connect(self, address)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        refuse_outside(host)
        return look_up(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


def refuse_outside(host: str | bytes | None) -> None:
    """Raise AssertionError unless the host is this machine."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return
    try:
        inside = ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        inside = False
    assert inside, f"A test wanted to connect to {name}."
