"""Each test begins in a process that has not written any heartbeat yet."""

import pytest

from reminders.health import heart


@pytest.fixture(autouse=True)
def new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what this process has written."""
    monkeypatch.setattr(heart, "_written", {})
