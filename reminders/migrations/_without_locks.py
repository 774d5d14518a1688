"""Indexes that come and go while texts are sent.

On PostgreSQL CONCURRENTLY: nobody waits for the table, however large it is. That cannot
run inside a transaction, so a migration that uses these has `atomic = False`. On SQLite
as Django does it.

An index that could not be finished (the process was killed, the disk full) stays
behind as invalid: docs/operations.md says how that is put right.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class AddIndex(AddIndexConcurrently):
    """AddIndex, without keeping anybody waiting."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        """Build it, concurrently where the database can."""
        states = (from_state, to_state)
        if _is_postgresql(schema_editor):
            _take_your_time(schema_editor)
            super().database_forwards(app_label, schema_editor, *states)
        else:
            migrations.AddIndex.database_forwards(
                self, app_label, schema_editor, *states
            )

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        """Drop it, concurrently where the database can."""
        states = (from_state, to_state)
        if _is_postgresql(schema_editor):
            _take_your_time(schema_editor)
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
        _take_your_time(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        for name in self._indexes(model, schema_editor.connection):
            schema_editor.execute(f"DROP INDEX {_how(schema_editor)} {_quoted(name)}")

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        """Build it again."""
        _take_your_time(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        column = model._meta.get_field(self.name).column
        table = model._meta.db_table
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


def _take_your_time(schema_editor):
    """Lift our own time-outs: it holds nobody up, and waits for who was there before."""
    if _is_postgresql(schema_editor):
        for timeout in ("statement_timeout", "lock_timeout"):
            schema_editor.execute(f"SET {timeout} = 0")
