"""The broker: whether it can be reached, and how much waits there.

It only carries hints, so nothing is lost with it; but without it nobody is woken.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

# Whoever looks at a page waits no longer than this for a broker that is down.
SECONDS = 1.0
# Files of a folder that are counted at most.
MOST = 10_000


@dataclass(frozen=True)
class Broker:
    """How it is: tasks that wait, by queue; none is known of where it has no queues."""

    is_reachable: bool
    waiting: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Tasks that wait, in all queues."""
        return sum(self.waiting.values())


def look() -> Broker:
    """Ask the broker of the settings."""
    url = settings.CELERY_BROKER_URL
    if url.startswith("redis"):
        return _redis(url)
    if url.startswith("filesystem"):
        options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        return _folder(Path(str(options["data_folder_in"])))
    return Broker(is_reachable=True)


def queues() -> list[str]:
    """The names of all queues that tasks are sent to."""
    routes = getattr(settings, "CELERY_TASK_ROUTES", {})
    named = {route["queue"] for route in routes.values() if "queue" in route}
    return sorted({settings.CELERY_TASK_DEFAULT_QUEUE, *named})


def _redis(url: str) -> Broker:
    names = queues()
    try:
        with (
            Redis.from_url(
                url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS
            ) as client,
            client.pipeline(transaction=False) as asked,
        ):
            # Kombu keeps each queue as a list of that name.
            for name in names:
                asked.llen(name)
            return Broker(True, dict(zip(names, asked.execute(), strict=True)))
    except RedisError:
        return Broker(is_reachable=False)


def _folder(folder: Path) -> Broker:
    """Of the folder: a file for each task, named `<id>.<queue>.msg`."""
    waiting = dict.fromkeys(queues(), 0)
    try:
        with os.scandir(folder) as files:
            for _number, file in zip(range(MOST), files, strict=False):
                queue = file.name.removesuffix(".msg").rpartition(".")[2]
                if queue in waiting:
                    waiting[queue] += 1
    except OSError:
        return Broker(is_reachable=False)
    return Broker(is_reachable=os.access(folder, os.W_OK), waiting=waiting)
