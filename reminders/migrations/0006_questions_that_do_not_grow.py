"""What is asked every second, and on every page, does not grow with what lies behind.

Indexes of the few rows that are not settled come; those that a larger one begins with
go, since every state of every text writes to each. The tables that change most are
cleaned up sooner than PostgreSQL would by itself: at ten million rows its default
waits for two million dead ones.

Not in a transaction, so that nobody waits for it: when it is interrupted, run it again.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from reminders.migrations._without_locks import AddIndex, StopIndexing

SOONER = {
    "autovacuum_vacuum_scale_factor": 0.01,
    "autovacuum_vacuum_insert_scale_factor": 0.02,
    "autovacuum_analyze_scale_factor": 0.01,
}
TABLES = (
    "reminders_message",
    "reminders_reminder",
    "reminders_receipt",
    "reminders_appointment",
)


def clean_up_sooner(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        values = ", ".join(f"{name} = {value}" for name, value in SOONER.items())
        for table in TABLES:
            schema_editor.execute(f"ALTER TABLE {table} SET ({values})")


def clean_up_as_ever(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"ALTER TABLE {table} RESET ({', '.join(SOONER)})")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("provisioning", "0005_outages_and_free_lines"),
        ("reminders", "0005_rules_that_spoke_stay"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndex(
            model_name='calllistentry',
            index=models.Index(models.F('practice'), condition=models.Q(('done_at', None)), name='calls_open'),
        ),
        AddIndex(
            model_name='message',
            index=models.Index(models.F('useful_until'), condition=models.Q(('state', 'queued'), ('useful_until__isnull', False), models.Q(('kind__in', ['reminder', 'booking']), _negated=True)), name='messages_outdated'),
        ),
        AddIndex(
            model_name='message',
            index=models.Index(models.F('practice'), models.F('created_at'), condition=models.Q(('state__in', ['queued', 'sending', 'unknown'])), name='messages_under_way'),
        ),
        AddIndex(
            model_name='message',
            index=models.Index(models.F('practice'), models.F('state_at'), condition=models.Q(('direction', 'out'), ('state__in', ['undelivered', 'failed'])), name='messages_failed'),
        ),
        AddIndex(
            model_name='reminder',
            index=models.Index(models.F('practice'), models.F('due_at'), condition=models.Q(('state', 'planned')), name='reminders_planned'),
        ),
        AddIndex(
            model_name='reminder',
            index=models.Index(models.F('practice'), models.F('starts_at'), condition=models.Q(('state', 'skipped')), name='reminders_skipped'),
        ),
        StopIndexing(
            model_name='appointment',
            name='clinician',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='reminders.clinician'),
        ),
        StopIndexing(
            model_name='appointment',
            name='patient',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='reminders.patient'),
        ),
        StopIndexing(
            model_name='appointment',
            name='practice',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='appointments', to='provisioning.practice'),
        ),
        StopIndexing(
            model_name='message',
            name='phone',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='reminders.phone'),
        ),
        StopIndexing(
            model_name='message',
            name='practice',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='provisioning.practice'),
        ),
        StopIndexing(
            model_name='receipt',
            name='practice',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='receipts', to='provisioning.practice'),
        ),
        StopIndexing(
            model_name='reminder',
            name='appointment',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='reminders.appointment'),
        ),
        StopIndexing(
            model_name='reminder',
            name='practice',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='provisioning.practice'),
        ),
        migrations.RunPython(clean_up_sooner, clean_up_as_ever),
        # Last, since it alone cannot be done twice.
        migrations.AddField(
            model_name="phone",
            name="archived_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
