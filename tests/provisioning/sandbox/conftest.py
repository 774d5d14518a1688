"""Every test here sees the sandbox's own addresses."""

from collections.abc import Iterator

import pytest

from provisioning.sandbox import callbacks

from .customer import Receiver


@pytest.fixture(autouse=True)
def sandbox_urls(settings) -> None:
    """The sandbox's URLs, whatever project it is installed in."""
    settings.ROOT_URLCONF = "provisioning.sandbox.urls"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """The customer's web site, where callbacks arrive."""
    receiver = Receiver()
    callbacks.http.mount("http://app.test/", receiver)
    yield receiver
    callbacks.http.adapters.pop("http://app.test/", None)
