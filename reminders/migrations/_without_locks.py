"""Indexes that come and go while texts are sent.

On PostgreSQL CONCURRENTLY: nobody waits for the table, however large it is. That cannot
run inside a transaction, so a migration that uses these has `atomic = False`. On SQLite
as Django does it.

What was interrupted is run again: an index that is there is not built twice, and one
that could not be finished (the process was killed, the disk full) is built anew.
"""

from contextlib import contextmanager

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class AddIndex(AddIndexConcurrently):
    """AddIndex, without keeping anybody waiting."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        """Build it, concurrently where the database can."""
        states = (from_state, to_state)
        if _is_postgresql(schema_editor):
            with _unhurried(schema_editor):
                if not _is_built(schema_editor, self.index.name):
                    super().database_forwards(app_label, schema_editor, *states)
        else:
            migrations.AddIndex.database_forwards(
                self, app_label, schema_editor, *states
            )

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        """Drop it, concurrently where the database can."""
        states = (from_state, to_state)
        if _is_postgresql(schema_editor):
            with _unhurried(schema_editor):
                super().database_backwards(app_label, schema_editor, *states)
        else:
            migrations.AddIndex.database_backwards(
                self, app_label, schema_editor, *states
            )


class StopIndexing(migrations.AlterField):
    """AlterField to `db_index=False`, and nothing else about the field changes.

    Only the index goes: Django would make a SQLite table anew, and an appointment's
    triggers would be lost with the old one.
    """

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        """Drop the index of this one column."""
        model = to_state.apps.get_model(app_label, self.model_name)
        with _unhurried(schema_editor):
            for name in self._indexes(model, schema_editor.connection):
                schema_editor.execute(
                    f"DROP INDEX {_how(schema_editor)} {_quoted(name)}"
                )

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        """Build it again."""
        model = to_state.apps.get_model(app_label, self.model_name)
        column = model._meta.get_field(self.name).column
        table = model._meta.db_table
        with _unhurried(schema_editor):
            schema_editor.execute(
                f"CREATE INDEX {_how(schema_editor)} {_quoted(f'{table}_{column}')} "
                f"ON {_quoted(table)} ({_quoted(column)})"
            )

    def _indexes(self, model, connection):
        column = model._meta.get_field(self.name).column
        ours = {index.name for index in model._meta.indexes}
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(
                cursor, model._meta.db_table
            )
        return [
            name
            for name, each in found.items()
            if each["index"] and not each["unique"] and each["columns"] == [column]
            and name not in ours
        ]


def _is_postgresql(schema_editor):
    return schema_editor.connection.vendor == "postgresql"


def _how(schema_editor):
    return "CONCURRENTLY" if _is_postgresql(schema_editor) else ""


def _quoted(name):
    return f'"{name}"'


@contextmanager
def _unhurried(schema_editor):
    """Lift our own time-outs: it holds nobody up, and waits for who was there before."""
    timeouts = ("statement_timeout", "lock_timeout")
    if not _is_postgresql(schema_editor):
        timeouts = ()
    for timeout in timeouts:
        schema_editor.execute(f"SET {timeout} = 0")
    try:
        yield
    finally:
        for timeout in timeouts:
            schema_editor.execute(f"RESET {timeout}")


def _is_built(schema_editor, name):
    """Whether the index is there for good; one that is only half there is dropped."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [name]
        )
        found = cursor.fetchone()
    if found and not found[0]:
        schema_editor.execute(f"DROP INDEX CONCURRENTLY {_quoted(name)}")
    return bool(found and found[0])
