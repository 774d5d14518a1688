"""The project's Celery application for a beat that is in more of a hurry.

What became of a text in doubt is asked every second instead of every five, so that
stories are short. Everything else is as it is.
"""

from reminders.config.celery import app

for task, entry in app.conf.beat_schedule.items():
    if task.endswith(".reconcile"):
        entry["schedule"] = 1.0
