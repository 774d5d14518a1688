"""A platform on loopback that answers as it is told, and a client that talks to it."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest

from provisioning.exchange.transport import Transport
from provisioning.oneapi.messaging import OneApi
from tests.provisioning.provider import Log, Provider, reply

KEY = "3fT9-key-of-the-integration=="


@pytest.fixture
def platform(provider: Provider) -> Provider:
    return provider


@pytest.fixture
def api(platform: Provider, log: Log) -> OneApi:
    return OneApi(f"{platform.url}/", KEY, Transport(log))


def with_status(status: int, body: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer of another HTTP status than 200."""
    return lambda handler: reply(handler, body, status)
