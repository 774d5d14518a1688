"""The clock. Only doors (views, tasks, webhooks, commands) and the wire log call `now`.

Everything below them takes the moment as an argument, so that it can be tested and
explained without waiting.
"""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return timezone.now()
