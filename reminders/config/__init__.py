"""The wiring: settings, addresses, Celery, WSGI. It names everything; nobody imports it."""

from reminders.config.celery import app as celery_app

__all__ = ["celery_app"]
