"""An installation to do harm to: processes, a broker, the provider, a line.

On PostgreSQL with Redis, which `./run test` brings along in its second pass. A story
that is marked `real_http` is told in the first pass as well, where the very same
processes run on an SQLite file and a folder as the broker.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from provisioning.models import Line
from reminders import clock
from tests import make
from tests.faults.lasting import Lasting, installation, lasting  # noqa: F401
from tests.faults.processes import Broker, Site, kill, url_of_test_database
from tests.faults.provider import Provider, open_for_business

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lives in this folder and needs both servers."""
    for item in items:
        if HERE in item.path.parents and not item.get_closest_marker("real_http"):
            item.add_marker(pytest.mark.faults)
        if "installation" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.database)


@pytest.fixture
def provider() -> Iterator[Provider]:
    """The provider, which takes every text and answers at once."""
    with open_for_business() as provider:
        yield provider


@pytest.fixture
def environment(
    transactional_db: None, lasting: Lasting, provider: Provider, tmp_path: Path
) -> dict[str, str]:
    """What all processes share; leases are short, so that stories are."""
    lasting.down()
    (tmp_path / "var").mkdir()
    return {
        **os.environ,
        "BROKER_URL": "filesystem://",
        "CACHE_URL": "locmemcache://",
        "CONNECT_URL": provider.url,
        "DATABASE_URL": url_of_test_database(),
        "DJANGO_SETTINGS_MODULE": "reminders.config.settings",
        "MESSAGING_URL": provider.url,
        "NOT_FOUND_GRACE_SECONDS": "0",
        "SEND_LEASE_SECONDS": "2",
        "VAR_DIR": str(tmp_path / "var"),
    }


@pytest.fixture
def broker(environment: dict[str, str], tmp_path: Path) -> Iterator[Broker]:
    """A Redis that only this test's processes know."""
    broker = Broker(tmp_path)
    environment["BROKER_URL"] = broker.url
    yield broker
    broker.thaw()
    kill(broker.process)


@pytest.fixture
def site(
    request: pytest.FixtureRequest, environment: dict[str, str], tmp_path: Path
) -> Iterator[Site]:
    """The installation, of which nothing runs yet."""
    if connection.vendor == "postgresql":
        request.getfixturevalue("broker")
    elif request.node.get_closest_marker("faults"):
        pytest.skip("Wants PostgreSQL and Redis: ./run test")
    site = Site(environment, tmp_path)
    yield site
    site.stop()


@pytest.fixture
def line(transactional_db: None) -> Line:
    """A practice's number, free to send from now on."""
    now = clock.now()
    account = make.make_account(make.make_practice(), now=now)
    return make.make_line(account, now=now)
