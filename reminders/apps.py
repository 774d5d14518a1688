"""Registers the first floor with Django."""

from django.apps import AppConfig


class RemindersConfig(AppConfig):
    """Patients, appointments, and the texts about them."""

    name = "reminders"
    verbose_name = "Reminders"
