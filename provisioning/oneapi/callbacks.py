"""Delivery receipts and inbound texts, from the JSON that the platform posts to us.

Source: the provider's page "One API client callbacks": ``{"integrationId",
"integrationName", "event"}`` with a list of its kind in ``event``. A list holds one
event today and more is announced; new events and fields must not break us. The same
callback may come twice, and in any order. It shows no secret (none is documented): who
may post is for the caller to find out, from the address.

Only the body says anything, so neither query nor content type is asked for.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from provisioning.exchange.family import Unavailable

from . import document, masking
from .document import Row
from .types import InboundText, Receipt

T = TypeVar("T")

SIZE_LIMIT = 65_536
# What the wire log keeps, in lower case; what the provider does not document is left out.
FIELDS = frozenset(
    [
        "integrationid",
        "integrationname",
        "event",
        "messagestatusupdate",
        "motext",
        "channel",
        "messageid",
        "clientmessageid",
        "relatedmessageid",
        "relatedclientmessageid",
        "from",
        "to",
        "timestamp",
        "content",
        "charset",
        "statuscode",
        "status",
    ]
)
_ID = "[0-9A-Za-z-]{1,64}"
# Digits of E.164, or a name that a network shows instead of a number.
_PHONE = r"\+?[0-9A-Za-z]{1,15}"
_STATUS = "[0-9]{1,4}"


class BadCallback(Exception):
    """Nothing in it is a callback of the platform's: answer 400."""


def read_receipts(body: bytes) -> list[Receipt]:
    """Read delivery receipts; none for a probe and for events of another kind.

    One that cannot be read is left out as long as another can. Raises BadCallback.
    """
    return _read(body, "messageStatusUpdate", _receipt)


def read_inbound(body: bytes) -> list[InboundText]:
    """Read inbound texts; none for a probe and for events of another kind.

    Numbers come without plus and blanks, so that one phone is always the same; a long
    text comes whole (INFERRED: no field tells of parts). One that cannot be read is
    left out as long as another can. Raises BadCallback.
    """
    return _read(body, "moText", _inbound)


def shown(body: bytes) -> str:
    """The callback as the wire log may show it, on one line: numbers and texts masked.

    Fields the provider does not document are left out. Raises BadCallback.
    """
    _check_size(body)
    return masking.shown(body, only=FIELDS) if body.strip() else ""


def _check_size(body: bytes) -> None:
    if len(body) > SIZE_LIMIT:
        message = "The callback is too large."
        raise BadCallback(message)


def _read(body: bytes, kind: str, read: Callable[[Row], T]) -> list[T]:
    _check_size(body)
    if not body.strip():
        return []
    try:
        event = document.row(document.read(body)).get("event")
        events = [] if event is None else list(_events(document.row(event), kind))
    except Unavailable:
        message = "The callback is not a document."
        raise BadCallback(message) from None
    found = [each for event in events if (each := _readable(event, read))]
    if events and not found:
        message = f"No {kind} in the callback can be read."
        raise BadCallback(message)
    return found


def _events(event: Row, kind: str) -> Iterator[Any]:
    """Those of a kind, with either first letter (INFERRED), unless of another channel.

    What is no list stands for one event that cannot be read.
    """
    for name in (kind, kind[0].upper() + kind[1:]):
        found = event.get(name) or []
        for each in found if isinstance(found, list) else [found]:
            if not isinstance(each, dict) or _is_sms(each):
                yield each


def _is_sms(event: Row) -> bool:
    channel = event.get("channel")
    return not isinstance(channel, str) or channel.lower() == "sms"


def _readable(event: Any, read: Callable[[Row], T]) -> T | None:
    try:
        return read(document.row(event))
    except Unavailable:
        return None


def _receipt(event: Row) -> Receipt:
    client_id = event.get("clientMessageId")
    ours = isinstance(client_id, str) and re.fullmatch(_ID, client_id)
    return Receipt(
        message_id=document.pattern(event, "messageId", _ID),
        client_id=str(client_id) if ours else "",
        status=document.pattern(event, "statusCode", _STATUS),
        status_at=document.milliseconds(event, "timestamp"),
    )


def _inbound(event: Row) -> InboundText:
    return InboundText(
        message_id=document.pattern(event, "messageId", _ID),
        sender=_phone(event, "from"),
        to=_phone(event, "to"),
        received_at=document.milliseconds(event, "timestamp"),
        text=document.text(event, "content"),
    )


def _phone(event: Row, name: str) -> str:
    """A number without plus and blanks; some networks show a name instead."""
    tight = (document.as_text(event.get(name)) or "").replace(" ", "")
    return document.pattern({name: tight}, name, _PHONE).removeprefix("+")
