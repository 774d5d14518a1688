"""Texts of one practice leave in the order of their visits.

Not in a transaction; see 0006.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from reminders.migrations._without_locks import AddIndex, StopIndexing


# What was "visit within a day" and "everything else" is one class now.
VISIT, ELSE = 20, 30


def make_one_class(apps, schema_editor):
    # Only of what can still leave: it says who goes first, and nothing else.
    apps.get_model("reminders", "Message").objects.filter(
        priority=ELSE, state__in=["queued", "sending", "unknown"]
    ).update(priority=VISIT)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('provisioning', '0005_outages_and_free_lines'),
        ('reminders', '0006_questions_that_do_not_grow'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        StopIndexing(
            model_name='message',
            name='by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL),
        ),
        StopIndexing(
            model_name='message',
            name='handled_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        StopIndexing(
            model_name='message',
            name='in_reply_to',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replies', to='reminders.message'),
        ),
        StopIndexing(
            model_name='message',
            name='line',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='provisioning.line'),
        ),
        migrations.AlterField(
            model_name='message',
            name='priority',
            field=models.PositiveSmallIntegerField(choices=[(0, 'Opt-out and help answers'), (10, 'Answers and staff'), (20, 'Reminders, the next visit first')], default=20),
        ),
        AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state', 'queued')), fields=['practice', 'priority', 'useful_until', 'id'], name='messages_next'),
        ),
        AddIndex(
            model_name='message',
            index=models.Index(models.F('by'), condition=models.Q(('by', None), _negated=True), name='messages_by_user'),
        ),
        AddIndex(
            model_name='message',
            index=models.Index(models.F('handled_by'), condition=models.Q(('handled_by', None), _negated=True), name='messages_handled'),
        ),
        AddIndex(
            model_name='message',
            index=models.Index(models.F('in_reply_to'), condition=models.Q(('in_reply_to', None), _negated=True), name='messages_replies'),
        ),
        migrations.RemoveIndex(
            model_name='message',
            name='messages_due',
        ),
        migrations.RunPython(make_one_class, migrations.RunPython.noop),
    ]
