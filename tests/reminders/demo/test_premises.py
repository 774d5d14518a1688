"""What a run has to itself: folder, keys, ports, environment."""

import socket
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from reminders.demo import premises
from reminders.demo.premises import Occupied, Premises

# Where the tests look for free ports.
NEAR = 28600


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with closing(socket.socket()) as listener:
        listener.bind((premises.HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_it_keeps_its_keys_from_others(tmp_path: Path) -> None:
    made = Premises.at(tmp_path, NEAR)

    keys = tmp_path / premises.KEYS
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert Fernet(made.credential_key).encrypt(b"a password")
    assert len(made.secret_key) >= 50
    assert len(made.token) == 32


def test_it_finds_everything_where_it_was(tmp_path: Path) -> None:
    assert Premises.at(tmp_path, NEAR) == Premises.at(tmp_path, NEAR + 50)


def test_it_goes_on_to_the_next_free_port(tmp_path: Path, taken: int) -> None:
    made = Premises.at(tmp_path, taken)

    assert taken < made.port < made.sandbox_port


def test_it_refuses_when_a_port_is_taken_that_the_provider_knows(
    tmp_path: Path, taken: int
) -> None:
    made = Premises(tmp_path, taken, NEAR, "", "", "")

    with pytest.raises(Occupied, match=f"Port {taken} is in use"):
        made.check_ports()


def test_it_stays_where_the_provider_knows_it(tmp_path: Path) -> None:
    made = Premises.at(tmp_path, NEAR)

    made.check_asked_for(None)
    made.check_asked_for(made.port)
    with pytest.raises(Occupied, match="--fresh"):
        made.check_asked_for(made.port + 1)


def test_it_lets_one_process_at_a_time_in(tmp_path: Path) -> None:
    premises.lock(tmp_path)

    with pytest.raises(Occupied, match="already"):
        premises.lock(tmp_path)


def test_it_clears_everything_but_the_lock(tmp_path: Path) -> None:
    premises.lock(tmp_path)
    Premises.at(tmp_path, NEAR).make_ready()
    premises.note_furnished(tmp_path)

    premises.clear(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == [premises.LOCK]
    assert not premises.is_furnished(tmp_path)


def test_it_gives_every_process_the_embedded_defaults(tmp_path: Path) -> None:
    made = Premises.at(tmp_path, NEAR)

    environment = made.environment()

    assert environment["DATABASE_URL"] == f"sqlite:///{tmp_path}/frontdesk.sqlite3"
    assert environment["BROKER_URL"] == "filesystem://"
    assert environment["DEBUG"] == "false"
    assert environment["BASE_URL"] == made.web
    assert environment["SANDBOX_URL"] == made.sandbox
    assert environment["CONNECT_TOKEN"] == environment["SANDBOX_TOKEN"] == made.token


def test_it_makes_a_database_and_a_queue_of_its_own_on_given_servers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[str, str]] = []
    monkeypatch.setattr(premises, "on_server", lambda *args: said.append(args))
    made = Premises.at(tmp_path, NEAR)
    given = {
        "DATABASE_URL": "postgres://me:secret@db.test:5432/live?sslmode=require",
        "BROKER_URL": "redis://broker.test/0",
        "CACHE_URL": "rediscache://broker.test/1",
    }

    chosen = premises.on_servers(made, given)
    for name in (premises.SERVER, premises.SCRATCH):
        monkeypatch.setenv(name, chosen[name])
    premises.drop_scratch_database()

    name = chosen["TASK_QUEUE"]
    url = f"postgres://me:secret@db.test:5432/{name}?sslmode=require"
    assert chosen["DATABASE_URL"] == url
    assert chosen["BROKER_URL"] == given["BROKER_URL"]
    assert chosen["CACHE_URL"] == given["CACHE_URL"]
    assert said == [
        (given["DATABASE_URL"], f'CREATE DATABASE "{name}"'),
        (given["DATABASE_URL"], f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'),
    ]


def test_it_leaves_somebodys_sqlite_file_alone(tmp_path: Path) -> None:
    made = Premises.at(tmp_path, NEAR)
    given = {"DATABASE_URL": "sqlite:///live.sqlite3", "BROKER_URL": "memory://"}

    assert premises.on_servers(made, given) == {}


def test_it_drops_no_database_that_it_did_not_make(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(premises, "on_server", lambda *args: pytest.fail("dropped"))

    premises.drop_scratch_database()
