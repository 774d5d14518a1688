"""The database refuses two visits of one clinician that share time.

This is the one migration with SQL of its own, since no constraint of Django's says it
on both databases:

- PostgreSQL: an exclusion constraint over the clinician and the span of time. It
  wants the extension btree_gist, which the owner of a database may install.
- SQLite: triggers that abort with 'clinician is taken'. Writers are one at a time
  there, so a trigger that looks at the table is as good as a constraint.

Cancelled visits and no-shows take no time, and what was double-booked on purpose may
share it. Both kinds of refusal reach Python as IntegrityError.

CAUTION: Django changes a SQLite table by making a new one, which loses the triggers.
A later migration that alters Appointment must end with this file's RunPython again;
`tests/reminders/test_models.py` notices when it does not.
"""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

STANDING = "'booked', 'confirmed', 'arrived', 'completed'"

POSTGRESQL = f"""
    ALTER TABLE reminders_appointment ADD CONSTRAINT clinician_is_in_one_place
    EXCLUDE USING gist (clinician_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
    WHERE (state IN ({STANDING}) AND NOT double_booked)
"""
POSTGRESQL_BACK = """
    ALTER TABLE reminders_appointment DROP CONSTRAINT clinician_is_in_one_place
"""

SQLITE = """
    CREATE TRIGGER {name} BEFORE {event} ON reminders_appointment
    WHEN NEW.state IN ({standing}) AND NOT NEW.double_booked
    BEGIN
        SELECT RAISE(ABORT, 'clinician is taken') WHERE EXISTS (
            SELECT 1 FROM reminders_appointment AS other
            WHERE other.clinician_id = NEW.clinician_id
            AND other.id IS NOT NEW.id
            AND other.state IN ({standing}) AND NOT other.double_booked
            AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at
        );
    END
"""
TRIGGERS = {
    "clinician_is_taken_on_insert": "INSERT",
    "clinician_is_taken_on_update": (
        "UPDATE OF clinician_id, starts_at, ends_at, state, double_booked"
    ),
}


def refuse_overlaps(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    elif schema_editor.connection.vendor == "sqlite":
        for name, event in TRIGGERS.items():
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
            schema_editor.execute(
                SQLITE.format(name=name, event=event, standing=STANDING)
            )


def allow_overlaps(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_BACK)
    elif schema_editor.connection.vendor == "sqlite":
        for name in TRIGGERS:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("reminders", "0001_initial")]

    operations = [
        BtreeGistExtension(),
        migrations.RunPython(refuse_overlaps, allow_overlaps),
    ]
