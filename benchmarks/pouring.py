"""How rows come into large tables quickly: from a series, in haste, then made good."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

Model = type[models.Model]


def pour(model: Model, rows: str, **columns: str) -> None:
    """Insert what the SQL says; columns it does not name get the model's default."""
    expressions, values = [], []
    for field in model._meta.concrete_fields:
        expressions.append(columns.pop(str(field.column), "%s"))
        if expressions[-1] == "%s":
            given = None if field.null else field.get_default()
            values.append(field.get_db_prep_save(given, connection))
    if columns:
        raise ValueError(f"{model.__name__} has no {', '.join(columns)}.")
    names = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    _run(
        f'INSERT INTO "{model._meta.db_table}" ({names}) '
        f"SELECT {', '.join(expressions)} FROM {rows}",
        values,
    )


def _run(sql: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def in_haste(bulk: Sequence[Model], others: Sequence[Model]) -> Iterator[None]:
    """No indexes, no triggers and nothing durable until the block ends."""
    tables = [model._meta.db_table for model in bulk]
    indexes = _run(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary AND indexrelid "
        "NOT IN (SELECT conindid FROM pg_constraint WHERE contype IN ('u', 'x')) "
        "AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE contype = 'x' "
        "AND conindid = indexrelid)",
        [tables],
    )
    # The product's own time-outs are not meant for this.
    _run("SET statement_timeout = 0")
    for name, _definition in indexes:
        _run(f"DROP INDEX {name}")
    _be_durable(wait=False)
    _run("SET session_replication_role = replica")
    yield
    _run("SET session_replication_role = DEFAULT")
    for _name, definition in indexes:
        _run(definition)
    _run("VACUUM (ANALYZE)")
    for model in (*bulk, *others):
        _renumber(model)
    _be_durable(wait=True)
    _run("RESET statement_timeout")


def _be_durable(*, wait: bool) -> None:
    for setting in ("fsync", "full_page_writes"):
        _run(f"ALTER SYSTEM SET {setting} = {'on' if wait else 'off'}")
    _run("SELECT pg_reload_conf()")
    _run("CHECKPOINT")


def _renumber(model: Model) -> None:
    table = model._meta.db_table
    _run(
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) "
        f'FROM "{table}"'
    )
