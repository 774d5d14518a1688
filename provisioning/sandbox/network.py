"""The mobile network, played by us: texts reach handsets, people answer them.

Endings of the reserved ``555-01xx`` numbers with a special fate (invented):
``0199`` is a landline, ``0198`` is on the block list, ``0197`` is not covered.
"""

import re
import secrets
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from . import parts
from .countries import COUNTRIES
from .models import (
    CallbackJob,
    Handset,
    Integration,
    Number,
    PlatformStop,
    Stop,
    Switches,
    Text,
)
from .models.numbers import BLOCKED_ENDING, LANDLINE_ENDING, UNCOVERED_ENDING

# The provider's own sender, for texts without a rented number.
GATEWAY_NUMBER = "12025550190"

# Statuses pushed for each value of ``callback`` (HTTP API Specification V2.5.3).
_ERRORS = frozenset({"005", "007", "009", "010", "012"})
PUSHED = {
    0: frozenset[str](),
    1: frozenset({"003"}),
    2: frozenset({"004"}) | _ERRORS,
    3: frozenset({"003", "004"}) | _ERRORS,
    4: _ERRORS,
    5: frozenset({"003"}) | _ERRORS,
    6: frozenset({"004"}) | _ERRORS,
    7: frozenset({"003", "004"}) | _ERRORS,
}

STOP_WORDS = frozenset({"STOP", "END", "CANCEL", "UNSUBSCRIBE", "QUIT"})
SUBSCRIBE_WORDS = frozenset({"START", "SUBSCRIBE", "UNSTOP"})
STOP_EVERYTHING = frozenset({"STOP ALL", "STOP STOP"})

NOTICE = "You will get no more messages from this number."


def is_blocked(digits: str) -> bool:
    """On the provider's block list."""
    return digits.endswith(BLOCKED_ENDING)


def is_covered(digits: str) -> bool:
    """Whether any network we deliver to has this number."""
    known = any(digits.startswith(prefix) for _, _, prefix in COUNTRIES)
    return known and not digits.endswith(UNCOVERED_ENDING)


def launch(text: Text, now: datetime, *, delay_minutes: int = 0) -> Text:
    """Store an accepted text and set it on its way to the handset.

    The row is there, with its message id, before the customer is answered.
    """
    text.direction = Text.Direction.TO_HANDSET
    text.accepted_at = now
    if delay_minutes:
        text.status = Text.Status.SCHEDULED
        text.progress_at = now + timedelta(minutes=delay_minutes)
    else:
        text.progress_at = _arrival(now)
    text.save()
    if not delay_minutes:
        _push(text, Text.Status.GATEWAY, now)
    return text


def send_service_text(recipient: str, body: str, now: datetime) -> None:
    """A text from the provider itself, such as an activation code."""
    launch(Text(sender=GATEWAY_NUMBER, recipient=recipient, text=body), now)


def advance(now: datetime) -> None:
    """Bring texts to the status they have by now, and notices on their way."""
    for text in Text.objects.moving(now):
        with transaction.atomic():
            _step(text, now)
    for stop in Stop.objects.unconfirmed(now).select_related("account"):
        with transaction.atomic():
            _send_notice(stop, now)


def answer(handset: str, to: str, body: str, now: datetime) -> Text:
    """The owner of a handset writes a text to a number; the customer is told.

    Texts to numbers nobody has claimed, or that are suspended, go nowhere.
    """
    number = (
        Number.objects.filter(digits=to, is_suspended=False)
        .select_related("account", "connection")
        .first()
    )
    integration = Integration.objects.filter(digits=to, is_suspended=False).first()
    pieces = parts.split(body, unicode=not parts.fits_gsm(body))
    with transaction.atomic():
        text = Text.objects.create(
            direction=Text.Direction.FROM_HANDSET,
            account=number.account if number else None,
            connection=number.connection if number else None,
            integration=integration,
            sender=handset,
            recipient=to,
            text=body,
            parts=len(pieces),
            status=(
                Text.Status.RECEIVED if number or integration else Text.Status.ERROR
            ),
            accepted_at=now,
            progress_at=now,
        )
        if number:
            _heed_stop_words(number, handset, body, now)
            _queue_inbound(text, pieces, now)
        if integration:
            _heed_commands(integration, handset, body, now)
            # A long text is handed on whole (INFERRED).
            _queue_inbound(text, [body], now)
    return text


def _arrival(now: datetime) -> datetime:
    return now + timedelta(seconds=Switches.objects.current().receipt_seconds)


def _step(text: Text, now: datetime) -> None:
    """One step of one text: on its way, arrived, failed or expired."""
    if text.status == Text.Status.SCHEDULED:
        _move(text, Text.Status.GATEWAY, now, progress_at=_arrival(now))
    elif text.recipient.endswith(LANDLINE_ENDING):
        _move(text, Text.Status.ERROR, now)
    elif not Handset.objects.is_off(text.recipient):
        _move(text, Text.Status.RECEIVED, now, delivered_at=now)
    elif text.accepted_at + timedelta(minutes=text.validity_minutes) <= now:
        _expire(text, now)


def _expire(text: Text, now: datetime) -> None:
    """The phone was off for too long; such a text costs nothing."""
    payer = text.account or text.integration
    if _move(text, Text.Status.EXPIRED, now, charge=0) and payer:
        payer.receive(text.charge)


def _move(
    text: Text, status: Text.Status, now: datetime, **changes: datetime | int
) -> bool:
    """Change the status once, whoever else is at it, and push it if wanted."""
    moved = Text.objects.filter(pk=text.pk, status=text.status).update(
        status=status, **changes
    )
    if moved:
        _push(text, status, now)
    return bool(moved)


def _push(text: Text, status: Text.Status, now: datetime) -> None:
    """Queue a receipt when the customer asked for this status and has an address."""
    if _is_wanted(text, status):
        CallbackJob.objects.create(
            kind=CallbackJob.Kind.RECEIPT,
            text=text,
            message_id=text.message_id,
            status=status,
            event_at=now,
            due_at=now,
        )


def _is_wanted(text: Text, status: Text.Status) -> bool:
    """The platform tells of every status, the old APIs of those that were asked for."""
    if text.integration:
        return bool(text.integration.status_url)
    connection = text.connection
    if connection is None or not connection.callback_url:
        return False
    return status in PUSHED[text.callback]


def _queue_inbound(text: Text, pieces: list[str], now: datetime) -> None:
    """One job a part; the last two digits of ``udh`` are the part's number."""
    reference = secrets.randbelow(256)
    for place, piece in enumerate(pieces, start=1):
        udh = f"050003{reference:02X}{len(pieces):02X}{place:02X}"
        CallbackJob.objects.create(
            kind=CallbackJob.Kind.INBOUND,
            text=text,
            part=piece,
            udh=udh if len(pieces) > 1 else "",
            event_at=now,
            due_at=now,
        )


def _heed_stop_words(number: Number, handset: str, body: str, now: datetime) -> None:
    """Stop words put up a stop; a text without any of them takes it down.

    Whether a word counts anywhere in a text is not documented. INFERRED: it counts
    when it is all there is, and STOP and UNSUBSCRIBE also as the first word.
    """
    words = re.findall(r"\w+", body.upper())
    phrase = " ".join(words)
    opening = words[0] if words else ""
    if phrase in STOP_WORDS | STOP_EVERYTHING or opening in {"STOP", "UNSUBSCRIBE"}:
        Stop.objects.update_or_create(
            number=number.digits,
            handset=handset,
            defaults={
                "account": number.account,
                "whole_account": phrase in STOP_EVERYTHING,
                "stopped_at": now,
                "confirmed_at": None,
                "notice_at": None,
            },
        )
    elif not STOP_WORDS.intersection(words):
        Stop.objects.filter(account=number.account, handset=handset).delete()


def _heed_commands(
    integration: Integration, handset: str, body: str, now: datetime
) -> None:
    """STOP and SUBSCRIBE commands of a US integration: the word alone (INFERRED)."""
    phrase = " ".join(re.findall(r"\w+", body.upper()))
    if phrase in STOP_WORDS | STOP_EVERYTHING:
        PlatformStop.objects.update_or_create(
            integration=integration,
            handset=handset,
            defaults={"stopped_at": now, "confirmed_at": None},
        )
    elif phrase in SUBSCRIBE_WORDS:
        PlatformStop.objects.filter(integration=integration, handset=handset).delete()


def _send_notice(stop: Stop, now: datetime) -> None:
    """The customer did not confirm a stop in time: we do, at its cost."""
    if Stop.objects.filter(pk=stop.pk, notice_at=None).update(notice_at=now):
        stop.account.pay(Decimal(1))
        launch(
            Text(
                account=stop.account,
                sender=stop.number,
                recipient=stop.handset,
                text=NOTICE,
                charge=1,
            ),
            now,
        )
