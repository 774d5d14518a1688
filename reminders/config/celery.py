"""The Celery application.

Tasks are hints: the database is the queue. Whatever the broker loses or repeats is
found again, or recognised as done, by the next tick.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reminders.config.settings")
# `manage.py check` has looked before anything starts; each worker need not read every
# page and form once more, and keep them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "true")

app = Celery("frontdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["provisioning", "reminders"])
