"""Texts whose outcome is not known. Nothing is sent again before the provider answers.

sending, its lease over → unknown → asked about by client id →
    sent, delivered, failed …      the provider knows it
    queued, with a new client id   it never arrived, and the grace has passed
    failed, and somebody phones    it cannot be asked about, and no report came
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_noop

from provisioning import gateway
from reminders.models import Message
from reminders.outbox.calls import call_about
from reminders.outbox.reports import apply_report

log = structlog.get_logger(__name__)

State = Message.State

ASK_EVERY = timedelta(seconds=10)
# Where no question is possible a report still may come. It is not sent again: twice is
# worse than a phone call too many.
WAIT_FOR_REPORT = timedelta(hours=1)
NEVER_KNOWN = gettext_noop("It is not known whether this text arrived.")


def reconcile(now: datetime, limit: int = 20) -> int:
    """Ask the provider about texts in doubt; return how many were settled.

    No transaction may be open. Each is asked about once in a while, by whichever
    worker sets `asked_at` first; those asked about longest ago come first. A question
    that finds no answer ends the round, since each may take half a minute: a provider
    that is down must not keep every worker busy with asking.
    """
    Message.objects.lease_expired(now).update(state=State.UNKNOWN, state_at=now)
    settled = 0
    doubtful = (
        Message.objects.unknown()
        .filter(Q(asked_at=None) | Q(asked_at__lte=now - ASK_EVERY))
        # Nothing is answered until an owner has put the password right.
        .filter(line__account__credentials_refused_at=None)
        .select_related("practice", "line__account")
        .order_by(F("asked_at").asc(nulls_first=True), "pk")[:limit]
    )
    for text in doubtful:
        mine = Message.objects.unknown().filter(
            pk=text.pk, client_id=text.client_id, asked_at=text.asked_at
        )
        if not mine.update(asked_at=now):
            continue
        try:
            settled += _settle(text, now)
        except gateway.CannotAsk:
            settled += _give_up(text, now)
        except gateway.Unavailable:
            log.warning("provider could not be asked", message=text.pk)
            break
    return settled


def _settle(text: Message, now: datetime) -> bool:
    if text.line is None:
        raise ValueError("A text that was on its way has a line.")
    report = gateway.ask(text.line, text.client_id, now)
    if report is not None:
        apply_report(text.practice, report, now)
        return not Message.objects.unknown().filter(pk=text.pk).exists()
    return _send_anew(text, now)


def _send_anew(text: Message, now: datetime) -> bool:
    """Put a text that never arrived back into the queue; its next claim renames it.

    The grace counts from the end of the lease: until then a sender that was only slow
    may still have been on its way.
    """
    grace = timedelta(seconds=settings.NOT_FOUND_GRACE_SECONDS)
    if text.lease_until and now < text.lease_until + grace:
        return False
    anew = Message.objects.unknown().filter(pk=text.pk, client_id=text.client_id)
    log.info("text never arrived", message=text.pk, attempt=text.attempt)
    return bool(
        anew.update(state=State.QUEUED, state_at=now, send_after=now, lease_until=None)
    )


@transaction.atomic
def _give_up(text: Message, now: datetime) -> bool:
    """Have somebody phone about a text that no report came for; True when that is now.

    A report that comes later still moves it forward.
    """
    if now < text.state_at + WAIT_FOR_REPORT:
        return False
    doubtful = Message.objects.unknown().filter(pk=text.pk, client_id=text.client_id)
    if not doubtful.update(state=State.FAILED, state_at=now, reason=NEVER_KNOWN):
        return False
    call_about(text, NEVER_KNOWN, now)
    return True
