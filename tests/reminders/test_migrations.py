"""Migrations of large tables: nobody waits, and what was interrupted is run again."""

import pytest
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from reminders.migrations._without_locks import AddIndex, StopIndexing
from reminders.models import Appointment

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "receipts_for_a_test"
INDEX = models.Index("received_at", name=NAME)


@pytest.fixture
def state():
    """The models as all migrations leave them."""
    loader = MigrationLoader(connection)
    return loader.project_state(loader.graph.leaf_nodes("reminders"))


@pytest.fixture
def add(state):
    """Build the index, as a migration does; it is gone afterwards."""
    operation = AddIndex("receipt", INDEX)

    def add():
        with connection.schema_editor(atomic=False) as editor:
            operation.database_forwards("reminders", editor, state, state)

    yield add
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {NAME}")


def indexes(table):
    with connection.cursor() as cursor:
        return connection.introspection.get_constraints(cursor, table)


def only_postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("Only PostgreSQL builds an index while others write.")


def test_it_builds_an_index_on_either_database(add):
    add()
    assert NAME in indexes("reminders_receipt")


def test_it_leaves_one_that_is_there(add):
    only_postgresql()
    add()
    add()
    assert NAME in indexes("reminders_receipt")


def test_it_builds_anew_what_was_left_half_built(add):
    only_postgresql()
    add()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass(%s)",
            [NAME],
        )
    add()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [NAME]
        )
        assert cursor.fetchone() == (True,)


def test_it_stops_indexing_a_column_and_keeps_everything_else(state):
    field = Appointment._meta.get_field("practice")
    operation = StopIndexing("appointment", "practice", field)
    with connection.schema_editor(atomic=False) as editor:
        operation.database_backwards("reminders", editor, state, state)
    before = indexes("reminders_appointment")
    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("reminders", editor, state, state)
    after = indexes("reminders_appointment")
    assert set(before) - set(after) == {"reminders_appointment_practice_id"}
    assert "appointments_by_start" in after
