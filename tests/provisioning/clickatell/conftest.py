"""Clients that talk to a provider on loopback."""

import pytest

from provisioning.clickatell.connect import Connect
from provisioning.clickatell.messaging import Messaging
from provisioning.exchange.transport import Transport
from tests.provisioning.provider import Log, Provider

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def connect(provider: Provider, log: Log) -> Connect:
    return Connect(provider.url, TOKEN, Transport(log))


@pytest.fixture
def messaging(provider: Provider, log: Log) -> Messaging:
    return Messaging(f"{provider.url}/xml/xml", Transport(log))
