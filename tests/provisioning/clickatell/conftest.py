"""A provider on loopback, a wire log, and clients that talk to the one through the
other."""

from collections.abc import Iterator

import pytest

from provisioning.clickatell.connect import Connect
from provisioning.clickatell.messaging import Messaging
from provisioning.exchange.transport import Transport

from .provider import Log, Provider, listening

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with listening() as provider:
        yield provider


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def connect(provider: Provider, log: Log) -> Connect:
    return Connect(provider.url, TOKEN, Transport(log))


@pytest.fixture
def messaging(provider: Provider, log: Log) -> Messaging:
    return Messaging(f"{provider.url}/xml/xml", Transport(log))
