"""What the wire log may show: no key, no patients' numbers, no texts.

The key travels in a header, and headers are never logged. What was sent is also taken
out wherever an answer repeats it.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from provisioning.exchange.family import Unavailable

from . import document

HIDDEN = "[hidden]"
# In lower case, with the names of the older platform API.
SECRETS = frozenset({"authorization", "apikey", "api_key"})
NUMBERS = frozenset({"to", "from", "tonumber", "fromnumber"})
TEXTS = frozenset({"content", "text"})
# Sentences of the provider's, which may repeat a number: "Invalid recipient address: …".
SENTENCES = frozenset({"description", "error"})
_COVERING = SECRETS | NUMBERS | TEXTS
_DIGITS = re.compile("[0-9]{5,}")
_LONGEST_NAME = 40
_LONGEST = 200
# Shorter values are found by chance all over an answer.
_TELLING = 4


def mask(name: str, value: str) -> str:
    """``value`` as the wire log may show it under ``name``."""
    name = name.lower()
    if name in SECRETS:
        return HIDDEN
    if name in NUMBERS:
        return _stars(value)
    if name in TEXTS:
        return f"[{len(value)} characters]"
    return sentence(value) if name in SENTENCES else value


def sentence(words: str) -> str:
    """Words of the provider's without the numbers in them."""
    return _DIGITS.sub(lambda digits: _stars(digits[0]), words)


def _stars(value: str) -> str:
    return "*" * (len(value) - 2) + value[-2:]


def echoes(sent: Mapping[str, str]) -> dict[str, str]:
    """What may come back of one message or header, and what to show instead."""
    return {
        value: mask(name, value)
        for name, value in sent.items()
        if name.lower() in _COVERING and len(value) >= _TELLING
    }


def masked(
    value: Any,
    name: str = "",
    sent: Mapping[str, str] | None = None,
    only: Collection[str] | None = None,
) -> Any:
    """The same document, as the wire log may show it.

    ``sent``: from ``echoes``. ``only``: names to keep, in lower case; others are left
    out. Below a covered name everything is covered.
    """
    if isinstance(value, dict):
        return {
            _plain("", key, sent)[:_LONGEST_NAME]: masked(
                inner, name if name.lower() in _COVERING else key, sent, only
            )
            for key, inner in value.items()
            if only is None or key.lower() in only
        }
    if isinstance(value, list):
        return [masked(inner, name, sent, only) for inner in value]
    if value is None or isinstance(value, bool):
        return value
    written = str(value)
    if isinstance(value, int) and name.lower() not in _COVERING:
        return masked(written, name, sent) if written in (sent or {}) else value
    return _plain(name, written, sent)


def _plain(name: str, value: str, sent: Mapping[str, str] | None) -> str:
    shown = mask(name, value)
    for echo, hidden in (sent or {}).items():
        shown = shown.replace(echo, hidden)
    return shown[:_LONGEST]


def shown(
    data: bytes,
    sent: Mapping[str, str] | None = None,
    only: Collection[str] | None = None,
) -> str:
    """An answer or a callback as the wire log may show it, on one line.

    What cannot be read cannot be masked, so only its size is kept.
    """
    try:
        return document.shown(masked(document.read(data), "", sent, only))
    except Unavailable:
        return f"[{len(data)} bytes that are not a document]"
