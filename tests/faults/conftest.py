"""An installation to do harm to: processes, a broker, the provider, a line.

On PostgreSQL with Redis, which `./run test` brings along in its second pass. A story
that is marked `real_http` is told in the first pass as well, where the very same
processes run on an SQLite file and a folder as the broker.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker

from provisioning.models import Line
from reminders import clock
from tests import make
from tests.faults import ledger
from tests.faults.cluster import looked_into
from tests.faults.house import House, open_house
from tests.faults.lasting import Installation, Lasting
from tests.faults.processes import Broker, Site, kill, url_of_test_database
from tests.faults.provider import Provider, open_for_business

HERE = Path(__file__).parent
# The database that the environment names, read before a test database takes its place.
NOT_FOR_TESTS = connection.settings_dict["NAME"]
# Characters of a log that tell enough about the last story.
LAST_WORDS = 10000
# Leases and locks are even shorter where nothing but PostgreSQL and Redis is harmed.
HASTE = {"LOCK_TIMEOUT": "1", "SEND_LEASE_SECONDS": "1", "STATIC_COLLECTED": "false"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let stories be told more than once."""
    parser.addoption(
        "--loops",
        type=int,
        default=1,
        help="tell each fault story that is marked `soak` so often",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tell a story of the soak as often as was asked for."""
    loops = metafunc.config.getoption("loops", 1)
    if loops > 1 and metafunc.definition.get_closest_marker("soak"):
        metafunc.fixturenames.append("loop")
        metafunc.parametrize("loop", range(loops))


@pytest.fixture
def chance() -> Random:
    """What picks the instants; where a story failed, its seed says which they were."""
    seed = secrets.randbits(32)
    print(f"The seed of chance: {seed}")
    return Random(seed)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Mark what lives in this folder and needs both servers, and leave out the rest."""
    embedded = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    elsewhere = []
    for item in items:
        if HERE in item.path.parents and not item.get_closest_marker("real_http"):
            item.add_marker(pytest.mark.faults)
        if {"house", "installation"}.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.database)
        if item.get_closest_marker("embedded") and not embedded:
            elsewhere.append(item)
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in elsewhere]


@pytest.fixture
def provider() -> Iterator[Provider]:
    """The provider, which takes every text and answers at once."""
    with open_for_business() as provider:
        yield provider


@pytest.fixture
def environment(
    transactional_db: None, provider: Provider, tmp_path: Path
) -> dict[str, str]:
    """What all processes share; leases are short, so that stories are."""
    return shared(provider, tmp_path, url_of_test_database())


def shared(provider: Provider, folder: Path, database: str) -> dict[str, str]:
    """The environment of an installation that keeps its files in the folder."""
    (folder / "var").mkdir()
    return {
        **os.environ,
        "BROKER_URL": "filesystem://",
        "CACHE_URL": "locmemcache://",
        "CONNECT_URL": provider.url,
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "reminders.config.settings",
        "MESSAGING_URL": provider.url,
        "NOT_FOUND_GRACE_SECONDS": "0",
        "SEND_LEASE_SECONDS": "2",
        "VAR_DIR": str(folder / "var"),
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


# --- For stories that kill nothing of ours --------------------------------------------


@pytest.fixture(scope="package")
def our_tables(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The test database, made here if no test of this run asks for it as usual."""
    with django_db_blocker.unblock():
        made = connection.settings_dict["NAME"] != NOT_FOR_TESTS
        own = [] if made else setup_databases(0, interactive=False)
    yield
    with django_db_blocker.unblock():
        teardown_databases(own, verbosity=0)


@pytest.fixture(scope="package")
def house_of_the_run(
    our_tables: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    """The installation that is harmed, and whose processes outlive it."""
    folder = tmp_path_factory.mktemp("house")
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        provider = stack.enter_context(open_for_business())
        environment = shared(provider, folder, "") | HASTE
        yield stack.enter_context(open_house(environment, folder, provider))


@pytest.fixture
def house(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[House]:
    """The same, with nothing in it; the test looks into its database."""
    if connection.vendor != "postgresql":
        pytest.skip("Wants PostgreSQL and Redis: ./run test")
    house: House = request.getfixturevalue("house_of_the_run")
    with django_db_blocker.unblock(), looked_into(house.cluster.parameters):
        house.wake()
        yield house
        house.rest()
    # Pytest shows it when the test failed, and swallows it otherwise.
    for process in house.site.processes.values():
        print(process.said()[-LAST_WORDS:])


@pytest.fixture(scope="package")
def lasting(
    our_tables: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Lasting]:
    """What outlives a story; nothing of it runs yet."""
    lasting = Lasting(lambda: tmp_path_factory.mktemp("lasting"))
    yield lasting
    with django_db_blocker.unblock():
        lasting.down()


@pytest.fixture(autouse=True)
def nobody_else(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> None:
    """Have nothing of that run while another story empties the database."""
    if "transactional_db" in request.fixturenames:
        with django_db_blocker.unblock():
            request.getfixturevalue("lasting").down()


@pytest.fixture
def installation(
    request: pytest.FixtureRequest,
    lasting: Lasting,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Installation]:
    """The installation that goes on, with a provider that knows nothing of before."""
    if connection.vendor != "postgresql":
        pytest.skip("Wants PostgreSQL and Redis: ./run test")
    failed_before = request.session.testsfailed
    with django_db_blocker.unblock():
        installation = lasting.up()
        installation.begin_anew()
        yield installation
        if request.session.testsfailed > failed_before:
            lasting.down()
        else:
            _check(lasting, installation)


def _check(lasting: Lasting, installation: Installation) -> None:
    """Compare the notes here, so that no story forgets it."""
    try:
        ledger.check(installation.provider)
    except BaseException:
        lasting.down()
        raise
