"""How long a text is to the network, and how to keep it short.

GSM 03.38 carries 160 characters in one part and 153 in each of several; anything
outside its alphabet turns the whole text into UCS-2, with 70 and 67.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = frozenset("\f^{}\\[~]|€")  # two units each
_GSM = _GSM_BASIC | _GSM_EXTENSION

_GSM_ONE, _GSM_MANY = 160, 153
_UCS2_ONE, _UCS2_MANY = 70, 67
_UCS2_MANY_AT_WORST = 63

_LOOK_ALIKES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´ʼ", "'"),  # noqa: RUF001 the look-alikes are the point
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−•·", "-"),  # noqa: RUF001
        **dict.fromkeys(
            (chr(point) for point in (0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F)),
            " ",
        ),
        "\N{IDEOGRAPHIC SPACE}": " ",
        "\t": " ",
        "…": "...",
        "\N{LINE SEPARATOR}": "\n",
        "\N{PARAGRAPH SEPARATOR}": "\n",
        # Nothing to see: they come along when text is pasted from a web page.
        "\N{SOFT HYPHEN}": "",
        "\N{ZERO WIDTH SPACE}": "",
        "\N{WORD JOINER}": "",
        "\N{ZERO WIDTH NO-BREAK SPACE}": "",
    }
)


class Encoding(StrEnum):
    """How a text travels."""

    GSM = "gsm"
    UCS2 = "ucs2"


@dataclass(frozen=True)
class Length:
    """A text as the network counts it.

    `units` are 7-bit characters in GSM (some count two) and 16-bit units in UCS-2;
    `per_segment` is how many of them fit into each of this text's segments.
    """

    encoding: Encoding
    units: int
    segments: int
    per_segment: int


def measure(text: str) -> Length:
    """Count as the networks do; the cost of a text is its segments."""
    if not_gsm(text):
        return _count(text, Encoding.UCS2, _UCS2_ONE, _UCS2_MANY)
    return _count(text, Encoding.GSM, _GSM_ONE, _GSM_MANY)


def pessimistic_parts(text: str) -> int:
    """How many parts to allow the provider, so that it never answers "too many".

    The provider's papers say that a part of a long Unicode text is shortened by 7,
    to 63, where the GSM standard says 67. INFERRED: characters in the GSM alphabet
    but not in ISO-8859-1 (the euro sign, Greek capitals) have to travel as Unicode.
    """
    if is_latin(text) and not not_gsm(text):
        return measure(text).segments
    return _count(text, Encoding.UCS2, _UCS2_ONE, _UCS2_MANY_AT_WORST).segments


def not_gsm(text: str) -> list[str]:
    """The characters, once each and in order, that force a text into UCS-2."""
    if _GSM.issuperset(text):
        return []
    return [character for character in dict.fromkeys(text) if character not in _GSM]


def is_latin(text: str) -> bool:
    """Whether ISO-8859-1 has all of its characters."""
    return text.isascii() or max(text) <= "\xff"


def mend(text: str) -> str:
    """Swap typographer's marks for the plain ones networks know; drop control codes.

    Newlines stay. Letters stay too: whether María may lose her accent to save money
    is for people to decide.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    plain = composed.translate(_LOOK_ALIKES).replace("\r", "\n")
    return "".join(
        character
        for character in plain
        if character == "\n" or unicodedata.category(character) not in ("Cc", "Cs")
    )


def _count(text: str, encoding: Encoding, one: int, many: int) -> Length:
    count_two: Callable[[str], bool] = _GSM_EXTENSION.__contains__
    if encoding is Encoding.UCS2:
        count_two = _is_beyond_plane
    units = len(text) + sum(map(count_two, text))
    if units <= one:
        return Length(encoding, units, min(units, 1), one)
    weights = (1 + count_two(character) for character in text)
    return Length(encoding, units, _segments(weights, many), many)


def _is_beyond_plane(character: str) -> bool:
    """Whether UCS-2 needs a surrogate pair for it."""
    return character > "\uffff"


def _segments(weights: Iterable[int], room: int) -> int:
    """Fill one segment after the other; a character of two units is never split."""
    segments, filled = 1, 0
    for weight in weights:
        if filled + weight > room:
            segments, filled = segments + 1, 0
        filled += weight
    return segments
