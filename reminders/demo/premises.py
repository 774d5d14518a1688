"""What one run has to itself: a folder, keys, ports, and the settings made of them.

The processes of a run learn everything from the environment, as in production. So a
command that runs them first starts itself over with that environment (`enter`).
"""

import fcntl
import json
import os
import re
import secrets
import shutil
import socket
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn, Self

import environ
from cryptography.fernet import Fernet
from django.conf import settings
from django.db.utils import ConnectionHandler

HOST = "127.0.0.1"
PORTS_TRIED = 100

# Names the folder whose environment is in force; set by `enter`.
ENTERED = "FRONTDESK_PREMISES"
# A database that `on_servers` made, and the server it is to be removed from again.
SCRATCH = "FRONTDESK_SCRATCH_DATABASE"
SERVER = "FRONTDESK_SCRATCH_SERVER"

KEYS = "keys.json"
LOCK = "lock"
# The last thing that is written: without it the folder was left half furnished.
FURNISHED = "furnished"


class Occupied(Exception):
    """The folder, or a port that it depends on, is in use; the text says by what."""


@dataclass(frozen=True, slots=True)
class Premises:
    """A folder, and what is kept in it between two runs."""

    folder: Path
    port: int
    sandbox_port: int
    secret_key: str
    credential_key: str
    token: str

    @classmethod
    def at(cls, folder: Path, port: int) -> Self:
        """The premises in this folder; made, near `port`, where there are none."""
        kept = folder / KEYS
        if kept.exists():
            return cls(folder=folder, **json.loads(kept.read_text()))
        folder.mkdir(parents=True, exist_ok=True)
        web = free_port(port)
        made = cls(
            folder=folder,
            port=web,
            sandbox_port=free_port(web + 1),
            secret_key=secrets.token_urlsafe(50),
            credential_key=Fernet.generate_key().decode(),
            token=secrets.token_hex(16),
        )
        made._keep(kept)
        return made

    @classmethod
    def entered(cls) -> Self | None:
        """The premises this process runs in; None before `enter`."""
        folder = os.environ.get(ENTERED)
        return cls.at(Path(folder), 0) if folder else None

    def _keep(self, path: Path) -> None:
        """Write the keys where nobody else may read them."""
        facts = {k: v for k, v in asdict(self).items() if k != "folder"}
        with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            json.dump(facts, file, indent=2)

    @property
    def web(self) -> str:
        """Our own address."""
        return f"http://{HOST}:{self.port}"

    @property
    def sandbox(self) -> str:
        """The provider's address."""
        return f"http://{HOST}:{self.sandbox_port}"

    @property
    def root(self) -> Path:
        """The project: where its processes are started."""
        return Path(settings.BASE_DIR)

    @property
    def logs(self) -> Path:
        """Where the processes say what they do."""
        return self.folder / "log"

    @property
    def mail(self) -> Path:
        """Where our own mail goes; the provider's is in the sandbox."""
        return self.folder / "mail"

    def environment(self) -> dict[str, str]:
        """The environment of everything that runs here: the embedded defaults."""
        return {
            ENTERED: str(self.folder),
            "VAR_DIR": str(self.folder),
            "DEBUG": "false",
            "SECRET_KEY": self.secret_key,
            "CREDENTIAL_KEYS": self.credential_key,
            "BASE_URL": self.web,
            "ALLOWED_HOSTS": f"{HOST},localhost",
            "CSRF_TRUSTED_ORIGINS": self.web,
            "CONNECT_URL": f"{self.sandbox}/connect/",
            "CONNECT_TOKEN": self.token,
            "MESSAGING_URL": f"{self.sandbox}/xml/xml",
            "ONE_API_URL": f"{self.sandbox}/",
            "ONE_API_PORTAL": f"{self.sandbox}/portal/",
            "SANDBOX_URL": self.sandbox,
            "SANDBOX_TOKEN": self.token,
            "DATABASE_URL": f"sqlite:///{self.folder / 'frontdesk.sqlite3'}",
            "BROKER_URL": "filesystem://",
            "CACHE_URL": "locmemcache://",
            # A file for each mail, for people to read.
            "EMAIL_URL": f"filemail:///{self.mail}",
            # What the command itself prints is for people.
            "LOG_LEVEL": "WARNING",
            # Nobody waits for `collectstatic` to try something.
            "STATIC_COLLECTED": "false",
        }

    def make_ready(self) -> None:
        """Empty what only the last run needed: its logs, and tasks nobody took."""
        # Tasks are hints; the database says what is to be done.
        for name in ("broker", "broker-control", "log"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
            (self.folder / name).mkdir()
        self.mail.mkdir(exist_ok=True)
        # WhiteNoise asks for it, although the sources are served.
        (self.folder / "static").mkdir(exist_ok=True)

    def commands(self) -> dict[str, list[str]]:
        """What runs here, by the name of its log."""
        module = [sys.executable, "-m"]
        celery = [*module, "celery", "--quiet", "-A", "reminders.config.celery"]
        sandbox = ["--port", str(self.sandbox_port), "--data"]
        return {
            "sandbox": [
                *[*module, "provisioning.sandbox"],
                *[*sandbox, str(self.folder / "sandbox")],
            ],
            "web": [
                *[*module, "gunicorn", "reminders.config.wsgi"],
                *["--bind", f"{HOST}:{self.port}", "--graceful-timeout", "5"],
                *["--worker-class", "gthread", "--workers", "1", "--threads", "8"],
                "--no-control-socket",
            ],
            "worker": [
                *[*celery, "worker", "--pool", "threads", "--concurrency", "4"],
                *["--without-gossip", "--without-mingle", "--without-heartbeat"],
            ],
            "beat": [*celery, "beat", "--pidfile", ""],
        }

    def signs_of_life(self) -> dict[str, str]:
        """An address for each process that has one, which answers once it is up."""
        return {
            "sandbox": f"{self.sandbox}/switchboard/state.json",
            "web": f"{self.web}/account/login/",
        }

    def check_ports(self) -> None:
        """Raise Occupied when somebody else has taken a port of ours meanwhile."""
        for port in (self.port, self.sandbox_port):
            if not is_free(port):
                raise Occupied(
                    f"Port {port} is in use, and the addresses that the provider "
                    "knows here lead to it. Free it, or start afresh with --fresh."
                )

    def check_asked_for(self, port: int | None) -> None:
        """Raise Occupied when somebody wants premises that stand to be elsewhere."""
        if port not in (None, self.port):
            raise Occupied(
                f"The demo stands on port {self.port}, and the provider knows it "
                "there. Leave --port out, or start afresh with --fresh."
            )


def enter(environment: Mapping[str, str]) -> NoReturn:
    """Start this very command over with this added to its environment."""
    command = [sys.executable, *sys.orig_argv[1:]]
    os.execve(sys.executable, command, {**os.environ, **environment})  # noqa: S606


def lock(folder: Path) -> None:
    """Hold the folder for as long as this process lives, through `enter` as well.

    Raises Occupied when another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    held = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Occupied(f"Somebody is at work in {folder} already.") from None
    os.set_inheritable(held, True)


def clear(folder: Path) -> None:
    """Remove everything in the folder but its lock."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != LOCK:
            path.unlink()


def is_furnished(folder: Path) -> bool:
    """Whether everything that belongs into the folder got there."""
    return (folder / FURNISHED).exists()


def note_furnished(folder: Path) -> None:
    """Everything is there now."""
    (folder / FURNISHED).touch()


# --- Ports --------------------------------------------------------------------------


def free_port(near: int) -> int:
    """The first port from `near` on that nobody listens on. Raises Occupied."""
    for port in range(near, min(near + PORTS_TRIED, 65536)):
        if is_free(port):
            return port
    raise Occupied(f"No port from {near} on is free.")


def is_free(port: int) -> bool:
    """Whether a server could listen on this port."""
    with closing(socket.socket()) as probe:
        # As servers do: connections that were closed a moment ago do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


# --- A database of its own on somebody's server ---------------------------------------


def on_servers(premises: Premises, given: Mapping[str, str]) -> dict[str, str]:
    """The settings that replace the embedded ones where servers are given.

    Nothing that is there is touched: PostgreSQL gets a database, the broker a queue
    of this run's own. An SQLite file in `given` is somebody's, and left alone.
    """
    chosen: dict[str, str] = {}
    name = f"frontdesk_journey_{premises.token[:12]}"
    server = given.get("DATABASE_URL", "")
    if server.startswith(("postgres", "psql")):
        on_server(server, f'CREATE DATABASE "{name}"')
        on_it = another_database(server, name)
        chosen |= {SERVER: server, SCRATCH: name, "DATABASE_URL": on_it}
    if given.get("BROKER_URL", "").startswith("redis"):
        chosen |= {"BROKER_URL": given["BROKER_URL"], "TASK_QUEUE": name}
    if given.get("CACHE_URL", "").startswith("redis"):
        chosen["CACHE_URL"] = given["CACHE_URL"]
    return chosen


def drop_scratch_database() -> None:
    """Remove the database that `on_servers` made, if it made one."""
    if SCRATCH in os.environ:
        name = os.environ[SCRATCH]
        on_server(os.environ[SERVER], f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def another_database(url: str, name: str) -> str:
    """The same server's URL with another database: postgres://…/name?options."""
    return re.sub(r"^([a-z]+://[^/?]*)(/[^?]*)?", rf"\1/{name}", url)


def on_server(url: str, statement: str) -> None:
    """Run one statement outside any transaction, in the database that `url` names."""
    handler = ConnectionHandler({"default": environ.Env.db_url_config(url)})
    with closing(handler["default"]) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
