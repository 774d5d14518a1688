"""A provider on loopback that answers as it is told, and a wire log in a list."""

from collections.abc import Iterator

import pytest

from tests.provisioning.provider import Log, Provider, listening


@pytest.fixture
def provider() -> Iterator[Provider]:
    with listening() as provider:
        yield provider


@pytest.fixture
def log() -> Log:
    return Log()
