"""Processes that claim the same texts as quickly as they can, and send nothing.

    python -m tests.faults.claimer INSTANT BATCH…

One process for each BATCH. Each goes through the seconds after INSTANT, claims what is
to be had in that second, and prints a line of JSON for each text, until none is left.
"""

import json
import os
import sys
from datetime import datetime, timedelta
from itertools import count

import django

django.setup()

from django.db import connection  # noqa: E402

from reminders import outbox  # noqa: E402
from reminders.models import Message  # noqa: E402


def claim_all(begun: datetime, batch: int) -> None:
    """Claim until nobody can any more."""
    for second in count():
        if not Message.objects.filter(state=Message.State.QUEUED).exists():
            return
        now = begun + timedelta(seconds=second)
        while texts := outbox.claim(now, batch):
            for text in texts:
                told = {
                    "text": text.pk,
                    "line": text.line_id,
                    "client_id": text.client_id,
                    "attempt": text.attempt,
                    "second": second,
                }
                # In one piece, since all of them write to the same place.
                os.write(1, f"{json.dumps(told)}\n".encode())


def main(instant: str, *batches: str) -> None:
    """Let one process for each batch loose, and wait for them all."""
    children = []
    for batch in batches:
        child = os.fork()
        if not child:
            claim_all(datetime.fromisoformat(instant), int(batch))
            connection.close()
            os._exit(0)
        children.append(child)
    sys.exit(any(os.waitpid(child, 0)[1] for child in children))


if __name__ == "__main__":
    main(*sys.argv[1:])
