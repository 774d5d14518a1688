"""Outbox: what will go out, what will not and why, and what became of the rest."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reminders import agenda
from reminders.clock import now as clock_now
from reminders.models import Appointment, Message, Reminder
from reminders.models.reminder import ReminderQuerySet
from reminders.views.context import A_DAY
from reminders.views.door import DeskRequest, desk

A_WEEK = timedelta(days=7)
ROWS_SHOWN = 200

UNDER_WAY = (Message.State.QUEUED, Message.State.SENDING, Message.State.UNKNOWN)
LOST = (Message.State.UNDELIVERED, Message.State.FAILED, Message.State.WITHHELD)


class Fate(StrEnum):
    """What will become of a reminder, as things stand."""

    GOES = "goes"
    HELD = "held"  # due, and the account cannot send
    SILENT = "silent"  # the phone cannot or must not be texted


@dataclass(frozen=True)
class Line:
    """A planned reminder and its fate; `why` is a sentence where it will not go."""

    reminder: Reminder
    fate: Fate
    why: str = ""


@dataclass(frozen=True)
class Day:
    """The reminders that are due on one day of the practice."""

    date: date
    lines: list[Line]

    @property
    def silent(self) -> int:
        """How many of them will not go."""
        return sum(line.fate is Fate.SILENT for line in self.lines)


@require_safe
@desk
def index(request: DeskRequest) -> HttpResponse:
    """Show the next seven days of reminders and the last day of texts."""
    now = clock_now()
    account = request.practice.account
    usable = account.is_usable(now)
    reminders = Reminder.objects.of(request.practice)
    planned = _with_visits(reminders.planned().filter(due_at__lt=now + A_WEEK))
    lines = [_line(reminder, now, usable=usable) for reminder in planned]
    texts = _last_texts(request, now)
    context = {
        "now": now,
        "account": account,
        "usable": usable,
        "days": _by_day(lines),
        "lines_shown": len(lines),
        "skipped": _with_visits(
            reminders.filter(
                state=Reminder.State.SKIPPED,
                starts_at=F("appointment__starts_at"),
                appointment__state__in=Appointment.UPCOMING,
                starts_at__gt=now,
                starts_at__lt=now + A_WEEK,
            )
        ),
        "texts": texts,
        "lost": [text for text in texts if text.state in LOST],
        "numbers": {
            "goes": _count(lines, Fate.GOES),
            "held": _count(lines, Fate.HELD) + (0 if usable else _waiting(texts, now)),
            "silent": _count(lines, Fate.SILENT),
            "delivered": sum(t.state == Message.State.DELIVERED for t in texts),
            "lost": sum(text.state in LOST for text in texts),
        },
        "shown": ROWS_SHOWN,
    }
    return render(request, "reminders/outbox.html", context)


def _with_visits(reminders: ReminderQuerySet) -> ReminderQuerySet:
    """With what a row names, in order of time."""
    return reminders.select_related(
        "rule",
        "appointment__clinician",
        "appointment__patient__phone",
        "appointment__patient__guardian__phone",
    ).order_by("due_at", "starts_at", "pk")[:ROWS_SHOWN]


def _line(reminder: Reminder, now: datetime, *, usable: bool) -> Line:
    obstacle = agenda.obstacle(reminder.appointment.patient)
    if obstacle:
        return Line(reminder, Fate.SILENT, obstacle)
    due = reminder.due_at is not None and reminder.due_at <= now
    return Line(reminder, Fate.HELD if due and not usable else Fate.GOES)


def _by_day(lines: Iterable[Line]) -> list[Day]:
    """Lines in order of time, by the local day they are due on."""
    return [
        Day(day, list(group))
        for day, group in groupby(lines, key=lambda line: _local_day(line.reminder))
    ]


def _local_day(reminder: Reminder) -> date:
    # The database keeps it: a planned reminder has an instant.
    return timezone.localdate(reminder.due_at)


def _last_texts(request: DeskRequest, now: datetime) -> list[Message]:
    """Texts of the last day, and older ones that are still under way, newest first.

    Two questions, since each has an index of its own.
    """
    a_day_ago = now - A_DAY
    texts = (
        Message.objects.of(request.practice)
        .outbound()
        .select_related("phone", "by", "appointment__patient")
        .order_by("-created_at", "-pk")
    )
    fresh = texts.filter(created_at__gte=a_day_ago)[:ROWS_SHOWN]
    old = texts.filter(created_at__lt=a_day_ago, state__in=UNDER_WAY)[:ROWS_SHOWN]
    return [*fresh, *old][:ROWS_SHOWN]


def _count(lines: Iterable[Line], fate: Fate) -> int:
    return sum(line.fate is fate for line in lines)


def _waiting(texts: Iterable[Message], now: datetime) -> int:
    return sum(
        text.state == Message.State.QUEUED
        and text.send_after is not None
        and text.send_after <= now
        for text in texts
    )
