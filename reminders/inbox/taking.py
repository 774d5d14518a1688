"""Take a text in, once; find what was left; note that staff have dealt with it."""

from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, transaction

from provisioning.gateway import InboundText
from provisioning.models import Line, Practice, User
from reminders import consent
from reminders.models import Message, Phone

log = structlog.get_logger(__name__)

# A text that nobody has worked on by then was lost on the way to a worker.
PATIENCE = timedelta(seconds=5)


def take_in(practice: Practice, inbound: InboundText, now: datetime) -> Message | None:
    """Store a text; None for one that was stored before, since the provider repeats.

    It waits for staff from the start: whoever works on it takes that back.
    """
    phone = consent.phone_for(practice, inbound.sender)
    seen = Message.objects.of(practice).inbound()
    try:
        with transaction.atomic():
            text = Message.objects.create(
                practice=practice,
                phone=phone,
                line=Line.objects.filter(
                    account__practice=practice, number=inbound.to
                ).first(),
                direction=Message.Direction.IN,
                kind=Message.Kind.INBOUND,
                # PostgreSQL stores no NUL.
                body=inbound.text.replace("\0", ""),
                created_at=now,
                state=Message.State.RECEIVED,
                state_at=inbound.received_at,
                provider_id=inbound.provider_id,
                is_fragment=inbound.is_fragment,
                needs_staff=True,
            )
    except IntegrityError:
        if seen.filter(provider_id=inbound.provider_id).exists():
            return None
        raise
    # Whatever a receipt once said: it can text.
    Phone.objects.filter(pk=phone.pk).exclude(reach=Phone.Reach.MOBILE).update(
        reach=Phone.Reach.MOBILE
    )
    log.info("text taken in", message=text.pk, practice=practice.pk)
    return text


def overlooked(now: datetime, limit: int = 20) -> list[int]:
    """The ids of texts that nothing has worked on in time, oldest first."""
    waiting = Message.objects.unworked().filter(created_at__lte=now - PATIENCE)
    return list(waiting.values_list("pk", flat=True)[:limit])


def settle(message: Message, *, by: User, now: datetime) -> None:
    """Note that staff have dealt with a text; who did so first stays."""
    Message.objects.filter(pk=message.pk, handled_at=None).update(
        handled_at=now, handled_by=by
    )
