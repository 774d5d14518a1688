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
from django.db.models import F, Max
from django.db.models.functions import Coalesce, Greatest

from reminders.archive import files
from reminders.archive.shelves import SHELVES, Shelf
from reminders.models import Message, Phone

log = structlog.get_logger(__name__)

BATCH = 500


def move(now: datetime, more: Callable[[], bool], batch: int = BATCH) -> int:
    """Move what is past its time, while `more` says so; return how many rows.

    Rows are looked through by id, from the lowest. Those that stay although they are
    old are passed by; the first batch in which nothing is old ends a table.
    """
    moved = 0
    for shelf in SHELVES:
        cutoff = shelf.oldest_kept(now)
        after: int | None = 0
        while cutoff and after is not None and more():
            count, after = _move_batch(shelf, cutoff, after, batch)
            moved += count
    if moved:
        log.info("archived", rows=moved)
    return moved


def _move_batch(
    shelf: Shelf, cutoff: datetime, after: int, batch: int
) -> tuple[int, int | None]:
    """Move one batch: how many rows, and after which id the next one begins."""
    looked_at = list(
        shelf.rows(after).values_list("pk", shelf.moment, named=False)[:batch]
    )
    old = [pk for pk, moment in looked_at if moment < cutoff]
    if not old:
        return 0, None
    with transaction.atomic():
        rows = list(
            shelf.model._default_manager.filter(shelf.going, pk__in=old)
            .annotate(of_practice=F(shelf.practice), moment=F(shelf.moment))
            .order_by("pk")
            .select_for_update(skip_locked=True, of=("self",))
        )
        for path, some in _by_file(shelf, rows).items():
            files.append(path, serializers.serialize("jsonl", some))
        if shelf.model is Message:
            _note_on_phones([row.pk for row in rows])
        shelf.model._default_manager.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows), looked_at[-1][0]


def _by_file(shelf: Shelf, rows: Sequence[Any]) -> dict[Path, list[Any]]:
    found: dict[Path, list[Any]] = defaultdict(list)
    for row in rows:
        name = f"{shelf.name}-{row.moment:%Y-%m}{files.ENDING}"
        found[settings.KEEP.folder / str(row.of_practice) / name].append(row)
    return found


def _note_on_phones(texts: Sequence[int]) -> None:
    """Have the conversation say up to when its texts are in the archive."""
    last = Message.objects.filter(pk__in=texts).order_by().values("phone")
    for phone, moment in last.annotate(moment=Max("created_at")).values_list(
        "phone", "moment"
    ):
        known = Coalesce("archived_until", moment)
        Phone.objects.filter(pk=phone).update(archived_until=Greatest(known, moment))
