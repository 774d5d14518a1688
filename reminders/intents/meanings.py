"""The intents, and how the tables of phrases are written down."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """What a patient wants. None of these changes an appointment by itself."""

    OPT_OUT = "opt_out"  # no more texts, at once; one confirmation
    OPT_OUT_CANCEL = "opt_out_cancel"  # the same, and may have meant the visit
    PAUSE = "pause"  # a reasonable person would read "stop texting": hold and ask staff
    OPT_IN = "opt_in"  # texts again
    HELP = "help"
    CONFIRM = "confirm"
    CHANGE = "change"  # wants another time
    DECLINE = "decline"  # will not come
    WRONG_NUMBER = "wrong_number"  # hold texts as for PAUSE, and ask staff
    CHOICE = "choice"  # picks from the numbered visits we asked about
    UNCLEAR = "unclear"  # a person reads it
    EMPTY = "empty"


@dataclass(frozen=True)
class Meaning:
    """A phrase says this, in this language. Without an intent it is mere courtesy."""

    intent: Intent | None
    language: str = ""


Words = tuple[str, ...]
"""A phrase, word for word."""


def spread(*columns: Iterable[str]) -> list[str]:
    """Every way to take one entry from each column; "" leaves a column out."""
    return [" ".join(way).strip() for way in itertools.product(*columns)]


def as_words(phrases: Iterable[str]) -> list[Words]:
    return [tuple(phrase.split()) for phrase in phrases]
