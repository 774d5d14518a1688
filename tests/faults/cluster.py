"""A PostgreSQL that may be harmed: restarted in the middle, killed, out of space.

The suite's own server stays as it is. This one is made once for a module of stories,
with our tables in it, and emptied between them.
"""

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from django.core.management.color import no_style
from django.db import connection

from tests import servers

# What the migrations put there, and Django wants to find.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}
NAME = "frontdesk"


class Cluster:
    """A server of its own, and who may do what to it."""

    def __init__(self, folder: Path) -> None:
        self.user = servers.unprivileged_user()
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "log"
        self.port = servers.free_port()
        self.password = secrets.token_hex(16)
        self.programs = servers.readable_by(
            self.user, servers.postgres_programs(), folder
        )

    def make(self) -> None:
        """Create it, empty."""
        secret = self.folder / "password"
        secret.write_text(self.password)
        if self.user:
            for path in (self.folder, secret):
                shutil.chown(path, self.user)
        servers.run_as(
            self.user,
            [self.programs / "initdb", "--pgdata", self.data, "--username", NAME],
            ["--auth", "scram-sha-256", "--pwfile", secret, "--encoding", "UTF8"],
            ["--no-locale", "--no-sync"],
        )

    def copy_from(
        self, other: dict[str, Any], into: dict[str, Any] | None = None
    ) -> None:
        """Take over the tables of another database, which the migrations have made."""
        dumped = self._client("pg_dump", other, "--no-owner")
        self._client("psql", into or self.parameters, "--quiet", words=dumped)

    def _client(
        self, program: str, at: dict[str, Any], *options: str, words: str = ""
    ) -> str:
        where = ["-h", at["HOST"], "-p", str(at["PORT"]), "-U", at["USER"]]
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [str(self.programs / program), *where, *options, at["NAME"]],
            input=words,
            env={**os.environ, "PGPASSWORD": at["PASSWORD"]},
            capture_output=True,
            text=True,
            check=True,
            **servers.identity(self.user),
        )
        return done.stdout

    def start(self) -> None:
        """Start it, and return once it answers."""
        options = f"-p {self.port} -k '' -c listen_addresses=127.0.0.1 -c fsync=off"
        self._control("start", "-l", str(self.log), "-o", options)

    def restart_at_once(self) -> None:
        """Stop it without a word to anybody, and start it again."""
        self._control("restart", "-m", "immediate", "-l", str(self.log))

    def stop_at_once(self) -> None:
        """Stop it without a word to anybody."""
        self._control("stop", "-m", "immediate")

    def die(self) -> None:
        """Lose the process that all others are children of, and then those."""
        first = self.pid
        os.kill(first, signal.SIGKILL)
        with suppress(OSError):
            # The others notice, and leave; before that no new one may start.
            while self._alive(first) or self._has_orphans():
                time.sleep(0.02)

    @property
    def pid(self) -> int:
        """The process that all others are children of."""
        return int((self.data / "postmaster.pid").read_text().splitlines()[0])

    @property
    def url(self) -> str:
        """Where it is and who we are, as a setting spells it."""
        return f"postgres://{NAME}:{self.password}@127.0.0.1:{self.port}/{NAME}"

    @property
    def parameters(self) -> dict[str, Any]:
        """Where it is and who we are, as Django spells it."""
        return {
            "HOST": "127.0.0.1",
            "PORT": self.port,
            "USER": NAME,
            "PASSWORD": self.password,
            "NAME": NAME,
        }

    def connect(self, **options: Any) -> psycopg.Connection[Any]:
        """Open a session of the test's own beside Django's."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=NAME,
            password=self.password,
            dbname=options.pop("dbname", NAME),
            autocommit=options.pop("autocommit", True),
            **options,
        )

    def _control(self, action: str, *options: str) -> None:
        program = self.programs / "pg_ctl"
        servers.run_as(self.user, [program, action, "-w", "-D", self.data, *options])

    def _alive(self, pid: int) -> bool:
        return Path(f"/proc/{pid}/cmdline").exists()

    def _has_orphans(self) -> bool:
        """Whether anybody is left who writes into its folder."""
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if process.joinpath("cwd").resolve() == self.data:
                    return True
        return False


@contextmanager
def with_our_tables() -> Iterator[Cluster]:
    """Give a running cluster with the tables of the test's; wants database access."""
    with servers.scratch_folder() as folder:
        cluster = Cluster(folder)
        cluster.make()
        cluster.start()
        try:
            with cluster.connect(dbname="postgres") as session:
                session.execute(f"CREATE DATABASE {NAME}")
            cluster.copy_from(connection.settings_dict)
            yield cluster
        finally:
            with suppress(RuntimeError):
                cluster.stop_at_once()


@contextmanager
def looked_into(parameters: dict[str, Any]) -> Iterator[None]:
    """Lead the test's own models to this database until the block ends."""
    connection.close()
    before = dict(connection.settings_dict)
    connection.settings_dict.update(parameters)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def empty() -> None:
    """Forget every row of ours in the database that is looked into."""
    tables = set(connection.introspection.django_table_names(only_existing=True))
    flush = connection.ops.sql_flush(no_style(), sorted(tables - KEPT))
    connection.ops.execute_sql_flush(flush)
