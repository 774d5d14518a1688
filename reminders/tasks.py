"""What workers do. Tasks carry ids and may be lost or doubled: the database decides.

`tick` and `reconcile` come every few seconds from the beat, from any number of workers
at a time; see the settings. Nothing future-dated ever goes to the broker.
"""

from datetime import timedelta

from celery import shared_task
from django.conf import settings

from reminders import health, inbox, outbox
from reminders.clock import now
from reminders.models import Heartbeat

# A tick stops taking new rounds after this, since the next one comes in a second.
TURN = timedelta(milliseconds=800)

Part = Heartbeat.Part


@shared_task
def tick() -> None:
    """Queue what is due, send what lines can carry, and pick up overlooked texts."""
    end = now() + TURN
    health.beat_arrived(tick.request, now())
    outbox.fill(now())
    health.beat(Part.FILL, now())
    # A packet at a time: what is claimed must be on its way while its lease lasts,
    # and each packet may take the provider half a minute.
    while now() < end and (texts := outbox.claim(now(), settings.PACKET_SIZE)):
        outbox.deliver(texts, now())
    health.beat(Part.SEND, now())
    for message_id in inbox.overlooked(now()):
        work_on_text.delay(message_id)


@shared_task
def reconcile() -> None:
    """Ask the provider about texts whose outcome is not known."""
    outbox.reconcile(now())
    health.beat(Part.RECONCILE, now())


@shared_task
def watch_health() -> None:
    """Notice what stands still; every queue has its own watcher."""
    health.watch(now())


@shared_task
def work_on_text(message_id: int) -> None:
    """Understand a patient's text and act on it."""
    inbox.work_on(message_id, now())
