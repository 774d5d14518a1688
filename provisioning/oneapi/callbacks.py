"""Delivery receipts and inbound texts, from the JSON that the platform posts to us.

Source: "One API client callbacks": ``{"integrationId", "integrationName", "event"}``
with a list of its kind in ``event``. Lists hold one event today and more is announced;
new events and fields must not break us. Callbacks come twice and in any order.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from provisioning.exchange.family import Unavailable

from . import document, masking
from .document import Row
from .types import InboundText, Receipt

T = TypeVar("T")

SIZE_LIMIT = 65_536
LONGEST_TEXT = 10_000
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
    """Read inbound texts, as ``read_receipts`` reads receipts. Raises BadCallback."""
    return _read(body, "moText", _inbound)


def shown(body: bytes) -> str:
    """The callback as the wire log may show it: numbers and texts masked."""
    return masking.shown(body) if body else ""


def _read(body: bytes, kind: str, read: Callable[[Row], T]) -> list[T]:
    if not body.strip():
        return []
    if len(body) > SIZE_LIMIT:
        message = "The callback is too large."
        raise BadCallback(message)
    try:
        posted = document.row(document.read(body))
        events = list(_events(document.row(posted.get("event", {})), kind))
    except Unavailable:
        message = "The callback is not a document."
        raise BadCallback(message) from None
    found = [each for event in events if (each := _readable(event, read))]
    if events and not found:
        message = f"No {kind} in the callback can be read."
        raise BadCallback(message)
    return found


def _events(event: Row, kind: str) -> Iterable[Any]:
    """The list of this kind; its first letter is large on some pages (INFERRED)."""
    for name in (kind, kind[0].upper() + kind[1:]):
        yield from document.rows(event.get(name) or [])


def _readable(event: Any, read: Callable[[Row], T]) -> T | None:
    try:
        return read(document.row(event))
    except Unavailable:
        return None


def _receipt(event: Row) -> Receipt:
    known = document.text(event, "clientMessageId", 64)
    return Receipt(
        message_id=document.pattern(event, "messageId", _ID),
        client_id=known if known.isalnum() else "",
        status=document.pattern(event, "statusCode", _STATUS),
        status_at=document.milliseconds(event, "timestamp"),
    )


def _inbound(event: Row) -> InboundText:
    return InboundText(
        message_id=document.pattern(event, "messageId", _ID),
        sender=document.pattern(event, "from", _PHONE).removeprefix("+"),
        to=document.pattern(event, "to", _PHONE).removeprefix("+"),
        received_at=document.milliseconds(event, "timestamp"),
        text=document.text(event, "content", LONGEST_TEXT),
    )
