"""A process notes what it has just done: a row for each kind of work, once a second."""

import os
import secrets
import socket
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from reminders.models import Heartbeat

A_SECOND = timedelta(seconds=1)
# The header with which Celery's beat marks what it sends.
FROM_BEAT = "celery_beat_task"

# When this process last wrote each of its rows.
_written: dict[tuple[str, str], datetime] = {}


def beat(part: Heartbeat.Part, now: datetime) -> None:
    """Note that this process has done this work just now.

    Only what ended well is noted, so call it behind the work.
    """
    process = _name_of(os.getpid())
    before = _written.get((part, process))
    # A clock that was set back does not keep a process silent.
    if before and before <= now < before + A_SECOND:
        return
    Heartbeat.objects.beat(part, process, now)
    _written[part, process] = now


def beat_arrived(request: Any, now: datetime) -> None:
    """Note that a task which beat had sent has arrived; `request` is the task's own."""
    if request.get(FROM_BEAT) or _headers(request).get(FROM_BEAT):
        beat(Heartbeat.Part.BEAT, now)


def _headers(request: Any) -> Mapping[str, Any]:
    return request.get("headers") or {}


@cache
def _name_of(pid: int) -> str:
    """A name for this process; another after a fork, and after every start."""
    return f"{socket.gethostname()[:80]}:{pid}:{secrets.token_hex(4)}"
