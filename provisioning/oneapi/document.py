"""JSON out in one way, and in from somebody whom nobody may trust.

Every reader raises Unavailable (maybe done) for a value that is missing, too long or
not what the platform's pages promise: the call went through, its answer is no use.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from provisioning.exchange.family import Unavailable
from provisioning.exchange.family import gettext_noop as _

Row = Mapping[str, Any]

UNREADABLE = _("The answer of the SMS provider could not be read.")
# An answer nests four deep; what nests deeper is meant to hurt.
DEEPEST = 12
# No phone wrote a text before, and no calendar of ours goes so far.
_YEARS = range(1990, 2200)
_AMOUNTS = Decimal(100_000_000)


def malformed() -> Unavailable:
    """The error for an answer that lacks what was asked for."""
    return Unavailable.because(UNREADABLE, maybe_done=True)


def write(value: Any) -> bytes:
    """A document, UTF-8, on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def read(data: bytes) -> Any:
    """The document in ``data``; fractions as Decimal, no NaN and no infinity."""
    try:
        text = data.decode()
        if _depth(text) > DEEPEST:
            raise malformed()
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError, InvalidOperation):
        raise malformed() from None


def row(value: Any) -> Row:
    """An object."""
    if not isinstance(value, dict):
        raise malformed()
    return value


def rows(value: Any) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise malformed()
    return value


def pattern(fields: Row, name: str, expression: str) -> str:
    """Text, or a whole number as text, that matches all of an expression."""
    value = fields.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 10**15 else ""
    if not isinstance(value, str) or not re.fullmatch(expression, value):
        raise malformed()
    return value


def text(fields: Row, name: str, limit: int) -> str:
    """Text of up to ``limit`` characters; NULs, which no database holds, become U+FFFD.

    Missing text is empty.
    """
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > limit:
        raise malformed()
    clean = value.replace("\0", "\N{REPLACEMENT CHARACTER}")
    # Half a surrogate pair is no character, and no database takes it either.
    return clean.encode("utf-8", "replace").decode()


def amount(fields: Row, name: str) -> Decimal:
    """A number below a hundred million."""
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise malformed()
    number = Decimal(value)
    if abs(number) >= _AMOUNTS:
        raise malformed()
    return number


def milliseconds(fields: Row, name: str) -> datetime:
    """Unix milliseconds as an aware moment, UTC."""
    stamp = int(pattern(fields, name, "[0-9]{1,14}"))
    moment = datetime.fromtimestamp(stamp / 1000, UTC)
    if moment.year not in _YEARS:
        raise malformed()
    return moment


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _depth(document: str) -> int:
    """How deep the document nests, texts left aside; counted before it is built."""
    deepest = depth = 0
    for bracket in re.findall(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', document):
        if bracket in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif bracket in "]}":
            depth -= 1
    return deepest
