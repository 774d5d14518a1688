"""What the wire log may show: no key, no patients' numbers, no texts.

The key travels in a header, and headers are never logged.
"""

from typing import Any

from provisioning.exchange.family import Unavailable

from . import document

NUMBERS = frozenset({"to", "from"})
TEXTS = frozenset({"content", "text"})
LONGEST = 200


def masked(value: Any, name: str = "") -> Any:
    """The same document, as the wire log may show it."""
    if isinstance(value, dict):
        return {str(key)[:40]: masked(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner, name) for inner in value]
    if isinstance(value, str):
        return _masked_text(value, name.lower())
    if name.lower() in NUMBERS | TEXTS and value is not None:
        return "**"
    return value if isinstance(value, int | bool | None) else str(value)


def _masked_text(value: str, name: str) -> str:
    if name in NUMBERS:
        return "*" * (len(value) - 2) + value[-2:]
    if name in TEXTS:
        return f"[{len(value)} characters]"
    if name == "description":
        # "Invalid recipient address: 12025550100" repeats what was sent.
        return value.partition(":")[0][:LONGEST]
    return value[:LONGEST]


def shown(data: bytes) -> str:
    """An answer or a callback as the wire log may show it.

    What cannot be read cannot be masked, so only its size is kept.
    """
    try:
        return document.write(masked(document.read(data))).decode()
    except Unavailable:
        return f"[{len(data)} bytes that are not a document]"
