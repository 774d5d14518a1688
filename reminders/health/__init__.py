"""Is all well? Heartbeats and other signs, judged in words; who is told, and how.

- `heart`: a process notes what it has just done
- `lag`: what could leave and has not, and since when
- `reports`: whether anything comes back: delivery reports, answers, refused callbacks
- `engine`: whether the engine is at work, by its heartbeats (pure)
- `practice`: what owners and managers see of their practice
- `installation`: what operators see of the installation: broker, database, disk, workers
- `broker`: whether it can be reached, and what waits there
- `readiness`: whether this web process can do its work
- `watching`: notices to owners, opened and closed
- `figures`: the same for Prometheus

All questions go through an index or end after a fixed number of rows.
"""

from reminders.health.engine import ESSENTIAL, Engine, judge
from reminders.health.heart import beat, beat_arrived
from reminders.health.watching import is_silent, watch

__all__ = ["ESSENTIAL", "Engine", "beat", "beat_arrived", "is_silent", "judge", "watch"]
