"""JSON out in one way, and in from somebody whom nobody may trust.

Every reader raises Unavailable (maybe done) for a value that is missing, too long or
not what the platform's pages promise: the call went through, its answer is no use.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from provisioning.exchange.family import Unavailable
from provisioning.exchange.family import gettext_noop as _

Row = Mapping[str, Any]

UNREADABLE = _("The answer of the SMS provider could not be read.")
# An answer nests four deep. What nests much deeper is meant to hurt those who walk it.
DEEPEST = 12
# No phone wrote a text before, and no calendar of ours goes so far.
_YEARS = range(1990, 2200)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Larger and finer amounts no ledger of ours has a place for.
_AMOUNTS = Decimal(100_000_000)
_PLACES = 6
_WHOLE = 10**15


def malformed() -> Unavailable:
    """The error for an answer that lacks what was asked for."""
    return Unavailable.because(UNREADABLE, maybe_done=True)


def write(value: Any) -> bytes:
    """A document, UTF-8, on one line.

    Raises ValueError for half a surrogate pair, which is no character.
    """
    return _line(value).encode()


def shown(value: Any) -> str:
    """A document for the wire log: on one line, and of characters alone."""
    return _line(value).encode("utf-8", "replace").decode()


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read(data: bytes) -> Any:
    """The document in ``data``; fractions as Decimal, no NaN and no infinity."""
    try:
        value = json.loads(
            data.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse
        )
    except (ValueError, RecursionError, InvalidOperation):
        raise malformed() from None
    _check_depth(value)
    return value


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
    value = as_text(fields.get(name))
    if value is None or not re.fullmatch(expression, value):
        raise malformed()
    return value


def as_text(value: Any) -> str | None:
    """Text, or a whole number below 10^15 as text; None for everything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < _WHOLE else None
    return value if isinstance(value, str) else None


def text(fields: Row, name: str) -> str:
    """What somebody wrote; "" when it is missing.

    NULs and halves of surrogate pairs, which no database takes, become U+FFFD and ?.
    """
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise malformed()
    clean = value.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return clean.encode("utf-8", "replace").decode()


def amount(fields: Row, name: str) -> Decimal:
    """A number below a hundred million, rounded to six places."""
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise malformed()
    # Compared and not computed with: a monstrous exponent overflows any arithmetic.
    if not -_AMOUNTS < value < _AMOUNTS:
        raise malformed()
    return round(Decimal(value), _PLACES)


def milliseconds(fields: Row, name: str) -> datetime:
    """Unix milliseconds as an aware moment, UTC."""
    stamp = int(pattern(fields, name, "[0-9]{1,14}"))
    moment = _EPOCH + timedelta(milliseconds=stamp)
    if moment.year not in _YEARS:
        raise malformed()
    return moment


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _check_depth(value: Any) -> None:
    level = [value]
    for _depth in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise malformed()


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
