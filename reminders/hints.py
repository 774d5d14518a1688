"""Hints for the workers: there is something to do, in the database.

A broker that is down takes none, and nothing is lost by it: the beat brings every task
round again.
"""

from typing import Any

import structlog
from celery import Task
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def hint(task: "Task[Any, Any]", *ids: int) -> None:
    """Have a worker run the task soon, if the broker can be told so at once."""
    try:
        task.apply_async(ids, retry=False)
    except (OperationalError, OSError):
        log.warning("broker is down", task=task.name)
