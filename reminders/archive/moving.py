"""Rows move from the tables to the archive: written, fsynced, then deleted.

In batches, each a short transaction that locks what it moves and passes by what is
locked, so that nobody waits long and several workers may do this at a time.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core import serializers
from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from reminders.archive import files
from reminders.archive.shelves import SHELVES, Shelf
from reminders.models import Message, Phone

log = structlog.get_logger(__name__)

BATCH = 500
# Rows are looked through so many at a time, and then taken practice by practice: a file
# for each is the dear part.
LOOK = 20_000


def move(
    now: datetime, more: Callable[[], bool], batch: int = BATCH, look: int = LOOK
) -> int:
    """Move what is past its time, while `more` says so; return how many rows."""
    moved = 0
    for shelf in SHELVES:
        if cutoff := shelf.oldest_kept(now):
            moved += _clear(shelf, cutoff, more, batch, look)
    if moved:
        log.info("archived", rows=moved)
    return moved


def _clear(
    shelf: Shelf, cutoff: datetime, more: Callable[[], bool], batch: int, look: int
) -> int:
    """Look through the rows by id, from the lowest, and move what is old and may go.

    What stays although it is old is passed by; where nothing is old, it ends.
    """
    moved, after = 0, 0
    while more():
        fields = (shelf.practice, "pk", shelf.moment)
        looked_at = list(shelf.rows(after).values_list(*fields)[:look])
        old = sorted(key[:2] for key in looked_at if key[2] < cutoff)
        if not old:
            break
        for start in range(0, len(old), batch):
            if not more():
                return moved
            moved += _move(shelf, [pk for _of, pk in old[start : start + batch]])
        after = looked_at[-1][1]
    return moved


@transaction.atomic
def _move(shelf: Shelf, ids: Sequence[int]) -> int:
    rows = list(
        shelf.model._default_manager.filter(shelf.going, pk__in=ids)
        .annotate(of_practice=F(shelf.practice), moment=F(shelf.moment))
        .order_by("pk")
        .select_for_update(skip_locked=True, of=("self",))
    )
    for path, some in _by_file(shelf, rows).items():
        files.append(path, serializers.serialize("jsonl", some))
    moved = [row.pk for row in rows]
    if shelf.model is Message:
        _note_on_phones(moved)
    shelf.model._default_manager.filter(pk__in=moved).delete()
    return len(rows)


def _by_file(shelf: Shelf, rows: Sequence[Any]) -> dict[Path, list[Any]]:
    found: dict[Path, list[Any]] = defaultdict(list)
    for row in rows:
        name = f"{shelf.name}-{row.moment:%Y-%m}{files.ENDING}"
        found[settings.KEEP.folder / str(row.of_practice) / name].append(row)
    return found


def _note_on_phones(texts: Sequence[int]) -> None:
    """Have the conversation say up to when its texts are in the archive."""
    moved = Message.objects.filter(pk__in=texts)
    of_phone = moved.filter(phone=OuterRef("pk")).order_by("-created_at")
    last = Subquery(of_phone.values("created_at")[:1])
    Phone.objects.filter(pk__in=moved.values("phone")).update(
        archived_until=Greatest(Coalesce("archived_until", last), last)
    )
