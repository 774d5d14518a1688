"""A platform on loopback that answers as it is told, and a client that talks to it."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from provisioning.exchange.transport import Transport
from provisioning.oneapi.messaging import OneApi
from tests.provisioning.clickatell.provider import Log, Provider, listening, reply

KEY = "3fT9-key-of-the-integration=="


@pytest.fixture
def platform() -> Iterator[Provider]:
    with listening() as provider:
        yield provider


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def api(platform: Provider, log: Log) -> OneApi:
    return OneApi(f"{platform.url}/", KEY, Transport(log))


def with_status(status: int, body: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer of another HTTP status than 200."""
    return lambda handler: reply(handler, body, status)
