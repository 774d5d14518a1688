"""Reminders that come due when they are told to; for `benchmarks/soak.py`."""

from benchmarks import crowd
from reminders.clock import now
from reminders.models import Message, Reminder, SendingPolicy

# Of ten visits one has a reminder planned, and a few of those are skipped.
VISITS_EACH = 10
IN_HAND = (Message.State.QUEUED, Message.State.SENDING, Message.State.UNKNOWN)


class Supply:
    """Visits enough for so many reminders, of patients who may hear of each."""

    def __init__(self, number: int) -> None:
        moment = now()
        crowd.found(moment)
        rows = VISITS_EACH * max(number, crowd.PRACTICES)
        crowd.grow(0, rows, moment)
        SendingPolicy.objects.bulk_create(
            SendingPolicy(practice_id=pk, daily_cap=1_000, weekly_cap=1_000)
            for pk in range(1, crowd.PRACTICES + 1)
        )
        planned = Reminder.objects.planned().order_by("pk")
        self.ids = list(planned.values_list("pk", flat=True))

    def come_due(self, number: int) -> None:
        """Have the next of them due at this moment."""
        batch, self.ids = self.ids[:number], self.ids[number:]
        Reminder.objects.filter(pk__in=batch).update(due_at=now())

    def unsettled(self) -> int:
        """How many are due and have not led to a text that was taken, or to a reason."""
        waiting = Reminder.objects.due(now()).count()
        return waiting + Message.objects.filter(state__in=IN_HAND).count()
