"""Which queue each task waits in.

Sending has one of its own: texts leave however long an import or a sign-up takes. A
worker without `-Q` takes from both.
"""

from kombu import Queue

OF_SENDING = (
    "reminders.tasks.send",
    "reminders.tasks.reconcile",
    "reminders.tasks.stand_in",
)


def named(default: str) -> tuple[list[Queue], dict[str, dict[str, str]]]:
    """The queues of an installation whose default one has this name, and the routes."""
    sending = f"{default}-sending"
    routes = {task: {"queue": sending} for task in OF_SENDING}
    return [Queue(default), Queue(sending)], routes
