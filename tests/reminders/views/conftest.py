"""The desk's clock stands still at `make.NOW`, Monday 2 March 2026, 10:00 in New York."""

import pytest

from reminders.views import (
    appointments,
    calls,
    context,
    conversations,
    health,
    holding,
    inbox,
    outbox,
    patients,
    pause,
    schedule,
    today,
)
from tests import make

DOORS = (
    appointments,
    calls,
    context,
    conversations,
    health,
    holding,
    inbox,
    outbox,
    patients,
    pause,
    schedule,
    today,
)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock that the doors of the desk read."""
    for door in DOORS:
        monkeypatch.setattr(door, "clock_now", lambda: make.NOW)


@pytest.fixture(autouse=True)
def engine(db: None) -> None:
    """Let the sending engine be at work."""
    make.make_heartbeats()
