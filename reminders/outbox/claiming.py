"""Claiming: one text for each free line, which the last look found fit to go.

The line is the lock and the pace: whoever locks it takes its next text and moves its
next free instant on by the parts that the text has. What could have changed since the
text was queued is read in the same transaction (`last_look`), so an opt-out or a
cancellation that was committed before the claim wins. PostgreSQL and SQLite run the
same statements: the one skips rows that are locked, the other lets one writer in at a
time. How many they are does not depend on how many texts are claimed.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from threading import Lock

from django.conf import settings
from django.db import transaction
from django.db.models import BigIntegerField, CharField, F, OuterRef, Subquery

from provisioning import gateway
from provisioning.models import Line
from provisioning.models.line import LineQuerySet
from reminders.models import Message
from reminders.models.many import by_key
from reminders.outbox.last_look import last_look
from reminders.outbox.lines import live_lines

# A US long number carries about one part a second. The pace is kept in beats of a
# twentieth of a second: who looks once in each beat finds every line on time.
PART = timedelta(seconds=1)
BEAT = timedelta(milliseconds=50)
# Practices that are named one by one.
NAMED = 1000
# Threads of one worker claim in turn. At the same time they would only get in each
# other's way: they share one interpreter, and look at the same lines.
_TURN = Lock()


def claim(now: datetime, limit: int = 50) -> list[Message]:
    """Take the next text of up to `limit` free lines; the caller delivers them.

    Each comes back in state sending, with its line, a lease, a fresh client id and the
    number of this attempt. Nothing is due on any free line when the list is empty. Of
    an interface of the provider's that fails, one text at a time finds out whether it
    still does.
    """
    lines = _lines_with_work(now)
    if lines is None:
        return []
    openings = gateway.openings(now)
    for interface in openings.trials:
        if trial := _claim(now, 1, lines.filter(account__interface=interface)):
            gateway.begin_trial(interface, now)
            return trial
    return _claim(now, limit, lines.exclude(account__interface__in=openings.closed))


def _lines_with_work(now: datetime) -> LineQuerySet | None:
    """The lines to look at; None when nothing is due anywhere, as most of the time.

    Few practices are named one by one: that costs nothing for all that have nothing to
    send. Where there are many, any line is likely to have something, and the claim takes
    them as they come. A database that has to guess how many texts are due cannot choose
    between the two.
    """
    due = Message.objects.due(now).order_by().values_list("practice", flat=True)
    practices = list(due.distinct()[:NAMED])
    lines = live_lines(now)
    if len(practices) < NAMED:
        lines = lines.filter(account__practice__among=practices)
    return lines if practices else None


def is_waiting(now: datetime) -> bool:
    """Whether a text is due and only waits for its line, which is busy with another."""
    due = Message.objects.due(now).order_by().values("practice")
    return live_lines(now).filter(free_at__gt=now, account__practice__in=due).exists()


def _claim(now: datetime, limit: int, lines: LineQuerySet) -> list[Message]:
    while True:
        with _TURN:
            looked_at, claimed = _claim_round(now, limit, lines)
        # Where all were withheld, what waits behind them has its turn at once.
        if claimed or not looked_at:
            return claimed


@transaction.atomic
def _claim_round(
    now: datetime, limit: int, lines: LineQuerySet
) -> tuple[int, list[Message]]:
    free = _free_lines(lines, now, limit)
    texts = _next_texts(free, now) if free else []
    going = last_look(texts, now)
    if going:
        for text in going:
            _prepare(text, free[text.pk], now)
        _take(going)
        occupy(going, now)
    return len(texts), going


def _free_lines(lines: LineQuerySet, now: datetime, limit: int) -> dict[int, Line]:
    """Lock lines that are free, longest first; by the text that each should carry."""
    due = Message.objects.due(now)
    free = (
        lines.filter(free_at__lte=now)
        .annotate(
            next_text=Subquery(
                due.filter(practice=OuterRef("account__practice")).values("pk")[:1]
            )
        )
        .filter(next_text__isnull=False)
        .with_credentials()
        .order_by("free_at", "pk")
        .select_for_update(skip_locked=True, of=("self",), no_key=True)[:limit]
    )
    # The annotation, which the model does not know.
    return {vars(line)["next_text"]: line for line in free}


def _next_texts(lines: Iterable[int], now: datetime) -> list[Message]:
    """Lock these texts. Looked at again: they may have been another worker's."""
    return list(
        Message.objects.due(now)
        .filter(pk__among=lines)
        .for_sending()
        .select_for_update(skip_locked=True, of=("self",), no_key=True)
    )


def _prepare(text: Message, line: Line, now: datetime) -> None:
    """Make the text ready to leave on the line."""
    text.line, text.state, text.state_at = line, Message.State.SENDING, now
    text.lease_until = now + timedelta(seconds=settings.SEND_LEASE_SECONDS)
    text.attempt += 1
    # Never used before: what the provider says about it is about this attempt.
    text.client_id = secrets.token_hex(16)


def _take(texts: list[Message]) -> None:
    """Write down what `_prepare` has made of them; all share their instants."""
    ids = {text.pk: text.client_id for text in texts}
    lines = {text.pk: text.line_id for text in texts}
    Message.objects.filter(pk__among=ids, state=Message.State.QUEUED).update(
        state=Message.State.SENDING,
        state_at=texts[0].state_at,
        lease_until=texts[0].lease_until,
        attempt=F("attempt") + 1,
        client_id=by_key("pk", ids, CharField()),
        line_id=by_key("pk", lines, BigIntegerField()),
    )


def occupy(texts: Iterable[Message], now: datetime) -> None:
    """Keep the texts' lines from sending again for as long as each has parts."""
    begun = now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % BEAT
    lines: dict[int, list[int]] = defaultdict(list)
    for text in texts:
        if text.line_id:
            lines[text.segments].append(text.line_id)
    for parts, ids in lines.items():
        Line.objects.filter(pk__among=ids).update(free_at=begun + PART * parts)
