"""A new version comes: workers are asked to end, and tables change under those at work."""

import io
import subprocess
import tarfile
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import connection
from django.db.migrations import AddIndex
from django.db.migrations.loader import MigrationLoader

from reminders.models import Message
from tests.faults import ledger, office
from tests.faults.cluster import looked_into
from tests.faults.processes import ROOT, Site, kill, until
from tests.faults.provider import Manner

# E33: what a service manager gives a worker to end.
GRACE_SECONDS = 10
MIGRATIONS = ("provisioning/migrations", "reminders/migrations")
# Tables that are large where the application has been used for years; before these
# migrations there was nobody who used it.
LARGE = {"appointment", "message", "patient", "phone", "reminder", "receipt"}
FIRST = {
    "provisioning": "0004_a_notices_mail_is_taken_for_a_while",
    "reminders": "0005_rules_that_spoke_stay",
}


def test_it_finishes_what_it_has_in_hand_when_it_is_asked_to_end(house):
    """E33: fifty texts are on their way, and are answered within the grace."""
    victim = house.victim(SEND_LEASE_SECONDS="60")
    house.provider.manner = Manner.HELD
    texts = office.queue(office.open_lines(50))
    until(lambda: len(house.provider.taken) == len(texts))
    victim.terminate()
    house.provider.go_on.set()
    assert victim.wait(GRACE_SECONDS) == 0
    assert office.are_sent(texts)
    assert house.provider.asked == []
    ledger.check(house.provider)


def test_it_asks_about_what_was_not_answered_within_the_grace(house):
    """E33: the worker waits for the answer, and is killed when the grace is over."""
    victim = house.victim()
    house.provider.manner = Manner.HELD
    texts = office.queue(office.open_lines(10))
    until(lambda: len(house.provider.taken) == len(texts))
    victim.terminate()
    until(lambda: "Warm shutdown" in victim.said())
    kill(victim)
    house.worker.thaw()
    until(lambda: office.are_sent(texts))
    assert set(house.provider.asked) == {
        each.client_id for each in house.provider.taken
    }
    ledger.check(house.provider)


def test_tables_change_under_the_version_before_and_both_send_each_text_once(
    house, tmp_path
):
    """E22, E34: the version before works on, then both do; nobody waits for a lock.

    The version before is the code as it was when the newest migration was not there.
    """
    older = older_code(tmp_path)
    house.worker.freeze()
    with another_database(house, tmp_path, "deployed") as site:
        texts = office.queue(office.open_lines(3), each=3)
        visitors = [text.phone_id for text in texts[:1]]
        assert site.migrate(*back_to(older)).wait() == 0
        connection.close()
        site.worker("--concurrency", "2", code=older)
        site.beat(hurried=True)
        until(lambda: house.provider.taken)
        with nobody_waits_a_second(house, "deployed", visitors):
            assert site.migrate().wait() == 0
        site.worker("--concurrency", "2", "--hostname", "newer@%h")
        until(lambda: office.are_sent(texts))
        assert set(Message.objects.values_list("attempt", flat=True)) == {1}
        ledger.check(house.provider)


def test_no_migration_stops_the_writing_to_a_large_table_to_build_an_index():
    """E34: with years of rows in it, that would take minutes."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    blocking = [
        f"{app}.{name}: {operation.index.name}"
        for (app, name), migration in loader.disk_migrations.items()
        if app in FIRST and name > FIRST[app]
        for operation in migration.operations
        if isinstance(operation, AddIndex)
        and operation.model_name_lower in LARGE
        and not isinstance(operation, AddIndexConcurrently)
    ]
    assert not blocking


# --- The version before -------------------------------------------------------------


def git(*words):
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=False)


def older_code(folder):
    """Unpack the code as it was before the newest migration came."""
    newest = git("log", "-1", "--diff-filter=A", "--format=%H", "--", *MIGRATIONS)
    packed = git("archive", f"{newest.stdout.decode().strip()}^")
    if packed.returncode:
        pytest.skip("Wants the history of the code, down to the newest migration.")
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder / "older", filter="data")
    return folder / "older"


def back_to(code):
    """What `migrate` has to take back for that code, as pairs of words."""
    wanted = []
    for folder in MIGRATIONS:
        names = [
            {path.stem for path in (at / folder).glob("0*.py")} for at in (code, ROOT)
        ]
        if names[0] != names[1]:
            wanted.append((Path(folder).parent.name, max(names[0])))
    assert wanted
    return wanted


@contextmanager
def another_database(house, folder, name):
    """Give an installation that works on another database of the same server."""
    with house.cluster.connect() as session:
        session.execute(f"CREATE DATABASE {name}")
    here = {**house.cluster.parameters, "NAME": name}
    house.cluster.copy_from(house.cluster.parameters, here)
    environment = {
        **house.site.environment,
        "BROKER_URL": house.broker.url.replace("/0", "/1"),
        "DATABASE_URL": f"{house.cluster.url.rpartition('/')[0]}/{name}",
    }
    site = Site(environment, folder)
    with looked_into(here):
        try:
            yield site
        finally:
            site.stop()
    with house.cluster.connect() as session:
        session.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def nobody_waits_a_second(house, name, phones):
    """Write single rows all the while; the server tells if one waits for too long."""
    over, waited = Event(), []

    def write():
        with house.cluster.connect(dbname=name) as session:
            session.execute("SET lock_timeout = '1s'")
            while not over.wait(0.01):
                for table in ("message", "phone", "reminder", "appointment"):
                    try:
                        session.execute(
                            f"UPDATE reminders_{table} SET id = id"  # noqa: S608
                            f" WHERE id = (SELECT min(id) FROM reminders_{table})"
                        )
                    except psycopg.errors.LockNotAvailable:
                        waited.append(table)

    writer = Thread(target=write)
    writer.start()
    yield
    over.set()
    writer.join()
    assert not waited
