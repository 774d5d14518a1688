"""The sandbox's clock. Only its doors (views, the delivery thread) read it."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current instant, timezone-aware, in UTC."""
    return datetime.now(UTC)
