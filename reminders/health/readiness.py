"""Whether this web process can do its work: database, migrations, cache."""

import secrets
import time
from functools import cache as remembered

import structlog
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

log = structlog.get_logger(__name__)

KEPT = 10  # seconds


def missing() -> list[str]:
    """Name what is missing; nothing where all is there."""
    try:
        database_seconds()
        found = ["migrations"] if pending_migrations() else []
    except DatabaseError:
        # Nothing in the answer says where the database is; our own log may.
        log.warning("database is down", exc_info=True)
        found = ["database"]
    return found if _cache_remembers() else [*found, "cache"]


def database_seconds() -> float:
    """How long the database takes to answer the smallest question there is."""
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return time.perf_counter() - began


def pending_migrations() -> int:
    """How many migrations of this code the database lacks."""
    try:
        return _none_pending()
    except _Pending as pending:
        return pending.number


class _Pending(Exception):
    """Some are; not remembered, so that the next question finds them applied."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


@remembered
def _none_pending() -> int:
    """Return 0, and that for ever: code and its migrations do not change in a process."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        raise _Pending(len(plan))
    return 0


def _cache_remembers() -> bool:
    key, value = f"readiness:{secrets.token_hex(8)}", secrets.token_hex(8)
    try:
        cache.set(key, value, KEPT)
        return bool(cache.get(key) == value)
    # Each backend has a family of errors of its own.
    except Exception:
        log.warning("cache is down", exc_info=True)
        return False
