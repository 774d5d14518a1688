"""The browser, and the processes that it meets.

`site` is the project's live server with a sandbox of its own beside it; `worker` is a
Celery worker with beat on the same database. A test that wants texts to go out by
themselves asks for both.
"""

import copy
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit, urlunsplit

import pytest
import requests
from django.db import connection
from playwright.sync_api import BrowserContext, ConsoleMessage, Playwright, WebError
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser import chromium
from tests.browser.provider import Provider
from tests.servers import free_port

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TOKEN = "0123456789abcdef0123456789abcdef"
START_SECONDS = 30
REFUSAL = re.compile(r"status of (4\d\d|503)")


@dataclass(frozen=True)
class Site:
    """The addresses that a story needs, and the environment its processes share."""

    url: str
    sandbox_url: str
    environment: dict[str, str]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lives in this folder, and run it after everything else."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: HERE in item.path.parents)


@pytest.fixture(scope="session")
def browser_type_launch_args(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """Start the Chromium that this machine has, instead of Playwright's own."""
    # Playwright's loop runs in this thread from now on, which Django takes for async
    # code. Never undone: the last thing a run does is to drop the test database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    executable = chromium.find(playwright)
    if executable is None:
        give_up(chromium.MISSING)
    return chromium.launch_arguments(executable, tmp_path_factory.mktemp("chromium"))


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """Let stories name pages by their path: `page.goto("/patients/")`."""
    return live_server.url


@pytest.fixture(autouse=True)
def quiet_console(context: BrowserContext) -> Iterator[None]:
    """Fail a test whose pages complain: script errors, blocked styles, lost files.

    Refusals are left out: answers of 4xx, and 503 where the provider does not answer.
    They are part of many stories, and the browser reports each of them.
    """
    complaints: list[str] = []

    def hear_console(message: ConsoleMessage) -> None:
        if message.type == "error" and not REFUSAL.search(message.text):
            complaints.append(f"{message.text} ({message.location.get('url')})")

    def hear_error(error: WebError) -> None:
        complaints.append(str(error.error))

    context.on("console", hear_console)
    context.on("weberror", hear_error)
    yield
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def site(
    transactional_db: None,
    live_server: LiveServer,
    settings: Settings,
    tmp_path: Path,
) -> Iterator[Site]:
    """Serve the project and a sandbox, each pointed at the other."""
    if connection.vendor != "postgresql":
        give_up(
            "Browser tests share a PostgreSQL with a worker: run ./run test, or "
            "python -m tests.servers -- pytest tests/browser"
        )
    port = free_port()
    sandbox_url = f"http://127.0.0.1:{port}"
    addresses = {
        "BASE_URL": live_server.url,
        "CONNECT_URL": f"{sandbox_url}/connect/",
        "MESSAGING_URL": f"{sandbox_url}/xml/xml",
        "ONE_API_URL": f"{sandbox_url}/",
        "ONE_API_PORTAL": f"{sandbox_url}/portal/",
        "SANDBOX_URL": sandbox_url,
    }
    for name, value in addresses.items():
        setattr(settings, name, value)
    policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["form-action"].append(sandbox_url)
    settings.CONTENT_SECURITY_POLICY = policy
    environment = {
        **os.environ,
        **addresses,
        "CONNECT_TOKEN": TOKEN,
        "DATABASE_URL": url_of_test_database(),
        "DJANGO_SETTINGS_MODULE": "reminders.config.settings",
        "SANDBOX_TOKEN": TOKEN,
        "VAR_DIR": str(tmp_path / "var"),
    }
    data = tmp_path / "sandbox"
    command = ["provisioning.sandbox", "--port", str(port), "--data", str(data)]
    with running(command, environment, tmp_path / "sandbox.log") as process:
        wait_for_answer(sandbox_url, process, tmp_path / "sandbox.log")
        yield Site(live_server.url, sandbox_url, environment)


@pytest.fixture
def provider(site: Site) -> Provider:
    """The sandbox, to be asked and driven."""
    return Provider(site.sandbox_url)


@pytest.fixture
def worker(site: Site, tmp_path: Path) -> Iterator[None]:
    """Run a Celery worker with beat on the live server's database."""
    options = ["--beat", "--schedule", str(tmp_path / "beat"), "--purge"]
    options += ["--concurrency", "2", "--loglevel", "WARNING"]
    command = ["celery", "--app", "reminders.config", "worker", *options]
    with running(command, site.environment, tmp_path / "worker.log"):
        yield


@contextmanager
def running(
    command: list[str], environment: dict[str, str], log: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a module beside the test; end it politely, and for sure."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        # Pytest shows it when the test failed, and swallows it otherwise.
        print(f"--- {log.name}\n{log.read_text()}")


def wait_for_answer(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return once `url` answers anything; fail with the log if it never does."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            requests.get(url, timeout=5)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"{url} does not answer:\n{log.read_text()}")


def url_of_test_database() -> str:
    """Spell the test database for another process: the server's URL, its name."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


def give_up(reason: str) -> NoReturn:
    """Skip on somebody's machine; fail in CI, where it has to be there."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
