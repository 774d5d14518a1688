"""`manage.py replan`: plan upcoming visits anew, as after an update of zone data."""

from typing import Any

from django.core.management.base import BaseCommand

from reminders import schedule
from reminders.clock import now


class Command(BaseCommand):
    """What `reminders.tasks.keep_plan` does every day, now."""

    help = (
        "Compute anew when each planned reminder is due, in all practices, and move "
        "those that differ. For new zone data, and rows that were changed by hand."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Plan anew, and say how much that changed."""
        moved = schedule.replan_everywhere(now=now())
        self.stdout.write(f"{moved} reminders are new, moved or dropped.")
