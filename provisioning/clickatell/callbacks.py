"""Delivery receipts and inbound texts, from the bytes the provider posts to us.

Takes HTTP Get, HTTP Post and XML Post: fields in the query or the form, or a document
in the field ``data`` (root ``callback`` or ``clickmo``). Names are compared without
regard to case, order means nothing, unknown fields are ignored.

Values arrive as percent-encoded bytes in the ``charset`` of the text, hardly ever
UTF-8, so give these functions the request's raw query string and body: a framework
that has decoded them once has destroyed them.

Source: "HTTP API Specification V2.5.3", "Callback URL"; "Two-Way Technical Guide
V1.3"; recorded callbacks.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TypeVar
from urllib.parse import unquote_to_bytes

from . import envelope, values
from .errors import Unavailable
from .masking import mask
from .types import InboundText, Part, Receipt

T = TypeVar("T")
Row = Mapping[str, str]

SIZE_LIMIT = 65_536
# Inbound times are of this zone all year round; V1.3 of the guide says GMT+2.
INBOUND_ZONE = timezone(timedelta(hours=2))
DEFAULT_CHARSET = "iso-8859-1"
# Their names, in capitals without punctuation, to Python's. Never look a foreign name
# up: some of Python's codecs unpack archives.
CHARSETS = {
    "ISO88591": "iso-8859-1",
    "USASCII": "iso-8859-1",
    "UTF16BE": "utf-16-be",
    "UCS2": "utf-16-be",
    "UCS2BE": "utf-16-be",
    "UTF8": "utf-8",
    "WINDOWS1252": "windows-1252",
}
FIELDS = frozenset(
    [
        "api_id",
        "apimsgid",
        "climsgid",
        "momsgid",
        "timestamp",
        "to",
        "from",
        "status",
        "charge",
        "text",
        "charset",
        "udh",
        "network",
    ]
)
_ID = "[0-9A-Za-z-]{1,64}"
# Digits of E.164, or a name that a network shows instead of a number.
_PHONE = r"\+?[0-9A-Za-z]{1,15}"
# No phone wrote a text before, and no calendar of ours goes so far.
_YEARS = range(1990, 2200)
_CHARGES = Decimal(10_000)
_SHOWN = 200
_INBOUND_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})\s*([0-9]{2}:[0-9]{2}:[0-9]{2})"
)
_CONCATENATED, _CONCATENATED_WIDE = 0x00, 0x08


class BadCallback(Exception):
    """Not a callback of the provider's: answer 400. Its text names the field."""


def read_receipt(query: bytes, body: bytes, content_type: str) -> Receipt | None:
    """Read a delivery receipt; None for a request without any field.

    The provider asks for the bare address when it is saved (INFERRED), so answer 200
    to that. ``timestamp`` is in Unix seconds. One of the two ids must be there; a
    charge nobody can read is None. Raises BadCallback.
    """
    return _read(query, body, content_type, "callback", _receipt)


def read_inbound(query: bytes, body: bytes, content_type: str) -> InboundText | None:
    """Read an inbound text; None for a request without any field.

    The time is ``YYYY-MM-DD HH:MM:SS``, with or without its blank, at GMT+2. Numbers
    come without plus and blanks, so that one phone is always the same. Text
    without a known charset is read as ISO-8859-1, and what does not decode becomes
    U+FFFD: whatever a patient wrote gets through. In a document the text is decoded
    already, and ``raw`` is its UTF-8. Raises BadCallback.
    """
    return _read(query, body, content_type, "clickmo", _inbound)


def shown(query: bytes, body: bytes, content_type: str) -> str:
    """The callback as the wire log may show it, ``name=value`` by line.

    Texts and numbers are masked, fields the provider does not document are left out.
    Raises BadCallback.
    """
    for root in ("callback", "clickmo"):
        try:
            posted = _read(query, body, content_type, root, lambda posted: posted)
        except BadCallback:
            continue
        row = posted.row() if posted else {}
        lines = (f"{name}={_plain(name, row[name])}" for name in row if name in FIELDS)
        return "\n".join(lines)
    message = "The callback cannot be read."
    raise BadCallback(message)


def _plain(name: str, value: str) -> str:
    """A value as a log can hold it: masked, of one line, not endless, without NUL."""
    return values.UNPRINTABLE.sub(
        "\N{REPLACEMENT CHARACTER}", mask(name, value)[:_SHOWN]
    )


class _Posted:
    """The fields of one callback; values as bytes until somebody knows better."""

    def __init__(self, fields: Mapping[str, bytes], *, decoded: bool) -> None:
        self.fields = fields
        self.decoded = decoded

    def row(self) -> Row:
        """Every value as text without the blanks around it."""
        return {
            name: value.decode("utf-8" if self.decoded else "iso-8859-1").strip()
            for name, value in self.fields.items()
        }


def _read(
    query: bytes,
    body: bytes,
    content_type: str,
    root: str,
    make: Callable[[_Posted], T],
) -> T | None:
    if len(query) + len(body) > SIZE_LIMIT:
        message = "The callback is too large."
        raise BadCallback(message)
    if "xml" in content_type.lower():
        return make(_document(body, root))
    fields = {**_pairs(query), **_pairs(body)}
    if not fields:
        return None
    if "data" in fields:
        return make(_document(fields["data"], root))
    return make(_Posted(fields, decoded=False))


def _pairs(encoded: bytes) -> dict[str, bytes]:
    found = {}
    for pair in encoded.strip().split(b"&"):
        name, _equals, value = pair.partition(b"=")
        if name:
            key = unquote_to_bytes(name).decode("iso-8859-1").lower()
            found[key] = unquote_to_bytes(value.replace(b"+", b" "))
    return found


def _document(data: bytes, root: str) -> _Posted:
    try:
        fields = envelope.read_posted(data, root)
    except Unavailable:
        message = f"The callback is not a {root} document."
        raise BadCallback(message) from None
    return _Posted(
        {name: value.encode() for name, value in fields.items()}, decoded=True
    )


def _receipt(posted: _Posted) -> Receipt:
    row = posted.row()
    message_id = _optional(row, "apimsgid", _ID)
    client_id = _optional(row, "climsgid", _ID)
    if not message_id and not client_id:
        message = "apiMsgId and cliMsgId are both missing."
        raise BadCallback(message)
    return Receipt(
        api_id=_optional(row, "api_id", "[0-9]{1,20}"),
        message_id=message_id,
        client_id=client_id,
        status=_required(values.status, row, "status"),
        status_at=_required(values.unix_time, row, "timestamp"),
        to=_phone(row, "to"),
        sender=_phone(row, "from"),
        charge=_charge(row),
    )


def _inbound(posted: _Posted) -> InboundText:
    row = posted.row()
    text, charset, raw = _text(posted, row)
    udh = _udh(row)
    return InboundText(
        api_id=_optional(row, "api_id", "[0-9]{1,20}"),
        message_id=_present("momsgid", _optional(row, "momsgid", _ID)),
        sender=_present("from", _phone(row, "from")),
        to=_present("to", _phone(row, "to")),
        received_at=_inbound_time(row),
        text=text,
        charset=charset,
        udh=udh,
        raw=raw,
        part=_part(bytes.fromhex(udh)),
    )


def _required(read: Callable[[Row, str], T], row: Row, name: str) -> T:
    try:
        return read(row, name)
    except Unavailable:
        raise _bad(name) from None


def _present(name: str, value: str) -> str:
    if not value:
        raise _bad(name)
    return value


def _optional(row: Row, name: str, expression: str) -> str:
    """The value, or "" when it is missing or empty."""
    value = row.get(name, "")
    if value and not re.fullmatch(expression, value):
        raise _bad(name)
    return value


def _phone(row: Row, name: str) -> str:
    """A number without plus and blanks, or ""; some networks show a name instead."""
    tight = {name: row.get(name, "").replace(" ", "")}
    return _optional(tight, name, _PHONE).lstrip("+")


def _bad(name: str) -> BadCallback:
    return BadCallback(f"{name} is missing or not readable.")


def _charge(row: Row) -> Decimal | None:
    try:
        charge = round(values.decimal(row, "charge"), 6)
    except Unavailable:
        return None
    return charge if abs(charge) < _CHARGES else None


def _inbound_time(row: Row) -> datetime:
    match = _INBOUND_TIME.fullmatch(row.get("timestamp", ""))
    if not match:
        raise _bad("timestamp")
    try:
        local = datetime.fromisoformat(f"{match[1]} {match[2]}")
    except ValueError:
        raise _bad("timestamp") from None
    if local.year not in _YEARS:
        raise _bad("timestamp")
    return local.replace(tzinfo=INBOUND_ZONE).astimezone(UTC)


def _text(posted: _Posted, row: Row) -> tuple[str, str, bytes]:
    """(text, charset it was decoded with, bytes it was decoded from)."""
    raw = posted.fields.get("text", b"")
    named = re.sub("[^0-9A-Z]", "", row.get("charset", "").upper())
    charset = "utf-8" if posted.decoded else CHARSETS.get(named, DEFAULT_CHARSET)
    # A database that keeps text cannot keep NUL; read with the wrong charset, UTF-16
    # is full of them.
    return raw.decode(charset, "replace").replace("\x00", ""), charset, raw


def _udh(row: Row) -> str:
    udh = row.get("udh", "").lower()
    return udh if re.fullmatch("([0-9a-f]{2}){1,140}", udh) else ""


def _part(header: bytes) -> Part | None:
    """The part number in a user data header: a length, then type, length, data ….

    Source: Two-Way Technical Guide V1.3 (last two digits) and GSM 03.40, 9.2.3.24.
    """
    rest = header[1:]
    while len(rest) > 2:
        kind, size = rest[0], rest[1]
        data, rest = rest[2 : 2 + size], rest[2 + size :]
        if (kind, len(data)) in ((_CONCATENATED, 3), (_CONCATENATED_WIDE, 4)):
            *reference, total, number = data
            if 1 <= number <= total:
                return Part(int.from_bytes(reference, "big"), total, number)
    return None
