"""Fields read out of an answer that nobody may trust.

Every reader raises Unavailable (maybe done) when a value is missing, too long or not
what the provider's documents promise: the call went through, its answer is no use.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import unquote_to_bytes, urlsplit

from .envelope import UNREADABLE
from .errors import Unavailable

Row = Mapping[str, str]

LINK_LIMIT = 2048
PICTURE_LIMIT = 100_000
_PNG = b"\x89PNG\r\n\x1a\n"
# An amount of credits; anything longer no ledger has a place for.
_DECIMAL = re.compile(r"-?[0-9]{1,8}(\.[0-9]{1,8})?")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def malformed() -> Unavailable:
    """The error for an answer that lacks what was asked for."""
    return Unavailable.because(UNREADABLE, maybe_done=True)


def text(row: Row, name: str, limit: int = 200) -> str:
    """Printable text of 1 to ``limit`` characters."""
    value = row.get(name, "")
    if not value or len(value) > limit or UNPRINTABLE.search(value):
        raise malformed()
    return value


def pattern(row: Row, name: str, expression: str) -> str:
    """Text that matches the whole of a regular expression."""
    value = row.get(name, "")
    if not re.fullmatch(expression, value):
        raise malformed()
    return value


def digits(row: Row, name: str, limit: int = 20) -> str:
    """1 to ``limit`` ASCII digits, kept as text."""
    return pattern(row, name, f"[0-9]{{1,{limit}}}")


def number(row: Row, name: str) -> int:
    """A whole number of up to nine digits."""
    return int(digits(row, name, 9))


def status(row: Row, name: str) -> str:
    """A status code, three digits with leading zeros."""
    return digits(row, name, 3).zfill(3)


def decimal(row: Row, name: str) -> Decimal:
    """A plain decimal number below a hundred million."""
    return Decimal(pattern(row, name, _DECIMAL.pattern))


def unix_time(row: Row, name: str) -> datetime:
    """Unix seconds as an aware moment, UTC."""
    return datetime.fromtimestamp(int(digits(row, name, 11)), UTC)


def picture(row: Row, name: str) -> bytes:
    """A PNG the provider turned into text by URL encoding, where + is a space."""
    image = unquote_to_bytes(row.get(name, "").replace("+", " "))
    if not image.startswith(_PNG) or len(image) > PICTURE_LIMIT:
        raise malformed()
    return image


def link(value: str, schemes: Iterable[str]) -> str:
    """An address of one of ``schemes`` with a host and without a user name."""
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:
        raise malformed() from None
    plain = value.isascii() and value.isprintable() and " " not in value
    if not plain or len(value) > LINK_LIMIT or not host or "@" in parts.netloc:
        raise malformed()
    if parts.scheme not in schemes:
        raise malformed()
    return value
