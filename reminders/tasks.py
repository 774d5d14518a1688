"""What workers do. Tasks carry ids and may be lost or doubled: the database decides.

`tick`, `send` and `reconcile` come every few seconds from the beat, from any number of
workers at a time; see `reminders.config.beat`. Nothing future-dated ever goes to the
broker, and all go by the database's clock.
"""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.core.management import call_command

from reminders import archive, health, inbox, outbox, schedule
from reminders.clock import database_now as now
from reminders.hints import hint
from reminders.models import Heartbeat, Message

# A task takes no new rounds after this, since the beat brings the next one by then.
TURN = timedelta(seconds=1)
# Claiming takes as long for many as for few. What is claimed leaves while its lease
# lasts, or goes back.
PACKETS_AT_A_TIME = 4
# What was claimed so long ago and has not left is looked at anew.
LONGEST_WAIT = timedelta(seconds=10)
ARCHIVE_TURN = timedelta(seconds=30)

Part = Heartbeat.Part


def _turn() -> Iterator[datetime]:
    """The present instant, again and again until the turn is over."""
    moment = now()
    end = moment + TURN
    while moment < end:
        yield moment
        moment = now()


@shared_task
def tick() -> None:
    """Queue what is due, and pick up texts from patients that were overlooked."""
    health.beat_arrived(tick.request, now())
    outbox.give_up(now())
    for moment in _turn():
        if not outbox.fill(moment):
            break
    health.beat(Part.FILL, now())
    for message_id in inbox.overlooked(now()):
        hint(work_on_text, message_id)


@shared_task
def send() -> None:
    """Send what lines can carry now, and have another sender help as long as some can.

    Where lines are busy, it looks again in each beat of their pace: rounds in between
    would find few that are free. Who finds nothing twice is not needed.
    """
    limit = settings.PACKET_SIZE * PACKETS_AT_A_TIME
    alone = found = True
    for moment in _turn():
        texts = outbox.claim(moment, limit)
        if not texts and not (found and outbox.is_waiting(moment)):
            break
        if texts and alone:
            hint(send)
            alone = False
        _deliver(texts, moment)
        found = bool(texts)
        if len(texts) < limit:
            wait_for_beat(moment)
    health.beat(Part.SEND, now())


def _deliver(texts: list[Message], claimed_at: datetime) -> None:
    """Send packet after packet; what cannot leave soon, or at all, goes back.

    Whatever stops it: a packet that came to nothing, a slow provider, or an exception.
    """
    waiting = outbox.packets(texts)
    try:
        while waiting and (moment := now()) < claimed_at + LONGEST_WAIT:
            if not outbox.deliver(waiting.pop(0), moment):
                break
    finally:
        if waiting:
            outbox.put_back([text for packet in waiting for text in packet], now())


def wait_for_beat(moment: datetime) -> None:
    """Let the beat of this moment pass; nothing is held meanwhile."""
    passed = (now() - moment).total_seconds()
    time.sleep(max(0.0, outbox.BEAT.total_seconds() - passed))


@shared_task
def reconcile() -> None:
    """Ask the provider about texts whose outcome is not known."""
    outbox.reconcile(now())
    health.beat(Part.RECONCILE, now())


@shared_task
def watch_health() -> None:
    """Notice what stands still."""
    health.watch(now())


@shared_task
def stand_in() -> None:
    """Notice the same from the queue of sending, and mail if the other's workers are gone."""
    health.watch(now())
    if health.is_silent(Part.FILL, now()):
        # The floor below writes the mails.
        call_command("tell_owners")


@shared_task
def archive_old() -> None:
    """Move what is past its time out of the tables, for a while; the rest next time."""
    end = now() + ARCHIVE_TURN
    archive.move(now(), lambda: now() < end)


@shared_task
def work_on_text(message_id: int) -> None:
    """Understand a patient's text and act on it."""
    inbox.work_on(message_id, now())


@shared_task
def keep_plan() -> None:
    """Plan anew what was planned by zone data, hours or rules that hold no more."""
    schedule.replan_everywhere(now=now())
