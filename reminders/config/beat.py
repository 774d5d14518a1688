"""What beat starts, and how often.

Plain intervals in UTC, in seconds: wall-clock rules live in reminders.plan. Each task
finds its work in the database, so one that is missed, or comes twice, changes nothing.
"""

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    task: {"task": task, "schedule": seconds}
    for task, seconds in (
        ("reminders.tasks.tick", 1.0),
        ("reminders.tasks.send", 1.0),
        ("reminders.tasks.reconcile", 5.0),
        ("reminders.tasks.watch_health", 30.0),
        ("reminders.tasks.stand_in", 30.0),
        ("provisioning.tasks.watch_accounts", 3.0),
        ("provisioning.tasks.ward_off_lock", 5.0),
        ("provisioning.tasks.refresh_balances", 600.0),
        ("provisioning.tasks.tell_owners", 60.0),
        ("reminders.tasks.archive_old", 3600.0),
        ("provisioning.tasks.prune_wire_log", 86400.0),
        ("provisioning.tasks.clean_up", 86400.0),
        ("reminders.tasks.keep_plan", 86400.0),
    )
}
