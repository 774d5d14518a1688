"""The beat's scheduler: Celery's own, which keeps time whatever its clock does.

Two things are different. A clock that is set back stops it for no longer than a moment:
Celery would wait until the clock has caught up. And a queue that nobody empties is not
filled: Celery's way, a task that expires, compares the beat's clock with the worker's,
and where those differ every task is thrown away.
"""

from typing import Any

import structlog
from celery.beat import PersistentScheduler, ScheduleEntry

log = structlog.get_logger(__name__)

# Seconds. What comes next is at most as far off as the shortest interval.
SET_BACK = 60
# Tasks that wait already: nobody works on them, or they take longer than they should. Of
# what comes every second fewer are enough, so that it leaves room for the rest; and what
# comes rarely has a place however many wait.
FEW, ENOUGH = 10, 30
OFTEN, RARELY = 1, 600


class SteadyScheduler(PersistentScheduler):
    """Brings every task round, and no more of them than are worked on."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Start what is due; return how many seconds to sleep."""
        if self._is_far_off():
            self._begin_anew()
        seconds: float = super().tick(*args, **kwargs)
        return seconds

    def _is_far_off(self) -> bool:
        """Whether what comes next is further off than anything should be."""
        ours: Any = self  # its stubs do not tell of the heap
        if not ours._heap:
            return False
        first = ours._heap[0]
        return bool(first.time - ours._when(first.entry, 0) > SET_BACK)

    def _begin_anew(self) -> None:
        log.warning("the beat's clock was set back")
        for entry in self.schedule.values():
            now = entry.default_now()
            entry.last_run_at = min(entry.last_run_at or now, now)
        self._heap = None

    def apply_async(
        self, entry: ScheduleEntry, producer: Any = None, *args: Any, **kwargs: Any
    ) -> Any:
        """Send a task to the workers, unless so many wait that it would do no good."""
        if self._is_crowded(entry, producer or self.producer):
            log.warning("nobody empties the queue", task=entry.task)
            return None
        return super().apply_async(entry, producer, *args, **kwargs)

    def _is_crowded(self, entry: ScheduleEntry, producer: Any) -> bool:
        schedule: Any = entry.schedule
        seconds = schedule.run_every.total_seconds()
        if seconds >= RARELY:
            return False
        return self._waiting(entry, producer) >= (FEW if seconds <= OFTEN else ENOUGH)

    def _waiting(self, entry: ScheduleEntry, producer: Any) -> int:
        queue = self.app.amqp.router.route({}, entry.task or "")["queue"]
        declared = queue(producer.channel).queue_declare()
        count: int = declared.message_count
        return count
