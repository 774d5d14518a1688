"""What beat starts, and how often.

Plain intervals in UTC: wall-clock rules live in reminders.plan. A task that could not
start in time is dropped, since the next one does the same work.
"""

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    task: {"task": task, "schedule": seconds, "options": {"expires": expires}}
    for task, seconds, expires in (
        ("reminders.tasks.tick", 1.0, 5),
        ("reminders.tasks.send", 1.0, 5),
        ("reminders.tasks.reconcile", 5.0, 10),
        ("provisioning.tasks.watch_accounts", 3.0, 6),
        ("provisioning.tasks.ward_off_lock", 5.0, 10),
        ("provisioning.tasks.refresh_balances", 600.0, 600),
        ("provisioning.tasks.tell_owners", 60.0, 60),
        ("reminders.tasks.archive_old", 3600.0, 3600),
        ("provisioning.tasks.prune_wire_log", 86400.0, 3600),
        ("provisioning.tasks.clean_up", 86400.0, 3600),
    )
}
