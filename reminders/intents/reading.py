"""From the characters of a text to words, and from words to phrases of the tables."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reminders.intents.keywords import REACTIONS, TURNED_ROUND
from reminders.intents.meanings import Intent, Words
from reminders.intents.phrases import (
    ALL_OF_THEM,
    BOTH_OF_THEM,
    CONNECTING,
    CORRECTABLE,
    LONGEST_PHRASE,
    NONE_OF_THEM,
    NOT_MISSPELT,
    PHRASES,
)

_APOSTROPHES = str.maketrans("", "", "'’‘ʼ´`")  # noqa: RUF001 as phones write them
_QUOTES = re.compile('["“”«»„]')
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")  # yesss, nooo
_GAP = 3  # most words between two of a pattern
_LOOK_BACK = 2  # how far before a pattern a "don't" turns it round
_SHORTEST_TYPO = 5


@dataclass(frozen=True)
class Reading:
    """A text as plain lower-case words, and whether it asks something."""

    words: Words
    asks: bool


@dataclass(frozen=True)
class Coverage:
    """What the phrases that make up a whole message say."""

    intents: frozenset[Intent]
    picks: frozenset[tuple[int, ...]]
    language: str


Choices = Mapping[Words, tuple[int, ...]]
"""What numbers and names mean while two or more visits are in question."""


def has_words(text: str) -> bool:
    """Whether there is anything to see in it."""
    kinds = {unicodedata.category(character) for character in text}
    return any(kind[0] not in "MZ" for kind in kinds - {"Cc", "Cf", "Cs"})


def is_reaction(text: str) -> bool:
    """Whether a phone wrote it: 'Liked "…"', quoting a text of ours in full.

    Which text was meant is anybody's guess, and the quotation holds our own STOP.
    """
    head, *quoted = _QUOTES.split(text.strip(), maxsplit=1)
    return bool(quoted) and _words(head) in REACTIONS


def read(text: str) -> Reading:
    """Case, accents, punctuation, skin tones, repetition and common typos undone."""
    words = [_corrected(_DRAWN_OUT.sub(r"\1", word)) for word in _words(text)]
    return Reading(
        # "stop stop" is one stop; but the two l of "s t o p a l l" are two.
        words=tuple(
            word
            for before, word in itertools.pairwise(["", *words])
            if word != before or len(word) == 1
        ),
        asks="?" in text or "¿" in text,
    )


def numbered(options: Sequence[str]) -> Choices:
    """The words that choose among these options; none for fewer than two.

    A name that stands for two options, or that means something else in our tables,
    chooses nothing.
    """
    if len(options) < 2:
        return {}
    everything = tuple(range(1, len(options) + 1))
    choices: dict[Words, tuple[int, ...]] = {}
    for place, option in enumerate(options, start=1):
        full = _words(option)
        for name in {full, full[:1]} - {()}:
            choices[name] = (*choices.get(name, ()), place)
    choices = {
        name: places
        for name, places in choices.items()
        if len(places) == 1 and name not in PHRASES
    }
    choices.update({(str(place),): (place,) for place in everything})
    choices.update(dict.fromkeys(ALL_OF_THEM, everything))
    choices.update(dict.fromkeys(NONE_OF_THEM, ()))
    if len(options) == 2:
        choices.update(dict.fromkeys(BOTH_OF_THEM, everything))
    return choices


def cover(words: Words, choices: Choices) -> Coverage | None:
    """Read the whole message as phrases, longest first; None if that leaves a word.

    Words that connect ("1 and 2", "yes for Ana") count only while there is a choice.
    """
    intents: set[Intent] = set()
    picks: set[tuple[int, ...]] = set()
    languages: set[str] = set()
    at = 0
    while at < len(words):
        phrase = _longest_phrase(words, at, choices)
        if not phrase:
            return None
        if phrase in choices:
            picks.add(choices[phrase])
        elif not _connects(phrase, at, choices):
            meaning = PHRASES[phrase]
            languages.add(meaning.language)
            if meaning.intent is not None:
                intents.add(meaning.intent)
        at += len(phrase)
    languages.discard("")
    language = languages.pop() if len(languages) == 1 else ""
    return Coverage(frozenset(intents), frozenset(picks), language)


def says(words: Words, patterns: Iterable[Words]) -> bool:
    """Whether the words of a pattern come in order and close together.

    Not if it is turned round just before: "don't stop texting", "did you stop …".
    """
    return any(
        _follows(words, start, pattern)
        for pattern in patterns
        for start, word in enumerate(words)
        if word == pattern[0]
        and not TURNED_ROUND.intersection(words[max(0, start - _LOOK_BACK) : start])
    )


def _follows(words: Words, start: int, pattern: Words) -> bool:
    at = start
    for wanted in pattern[1:]:
        reach = words[at + 1 : at + 2 + _GAP]
        if wanted not in reach:
            return False
        at += 1 + reach.index(wanted)
    return True


def _longest_phrase(words: Words, at: int, choices: Choices) -> Words:
    longest = max([LONGEST_PHRASE, *map(len, choices)])
    for length in range(min(longest, len(words) - at), 0, -1):
        phrase = words[at : at + length]
        if phrase in choices or phrase in PHRASES or _connects(phrase, at, choices):
            return phrase
    return ()


def _connects(phrase: Words, at: int, choices: Choices) -> bool:
    """In "Ana y Leo" the y is a Spanish "and"; at the beginning it is a yes."""
    return bool(choices) and phrase in CONNECTING and (at > 0 or phrase != ("y",))


def _words(text: str) -> Words:
    """Runs of letters and digits, without case and accents; each emoji by itself.

    An apostrophe goes without a trace, so that "can't" is "cant".
    """
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    spaced = "".join(_spaced(character) for character in plain)
    return tuple(spaced.split())


def _spaced(character: str) -> str:
    kind = unicodedata.category(character)
    if kind[0] == "M" or kind in ("Cf", "Sk"):
        return ""  # accents, joiners and skin tones leave no trace
    if kind[0] in "LN":
        return character
    return f" {character} " if kind == "So" else " "


def _corrected(word: str) -> str:
    """The key word this is one slip of the finger away from, or the word itself."""
    if len(word) < _SHORTEST_TYPO or word in CORRECTABLE or word in NOT_MISSPELT:
        return word
    return next((right for right in CORRECTABLE if _one_slip(word, right)), word)


def _one_slip(word: str, right: str) -> bool:
    """One letter too many, too few, wrong, or two neighbours swapped."""
    start = 0
    while start < min(len(word), len(right)) and word[start] == right[start]:
        start += 1
    left, wanted = word[start:], right[start:]
    return (
        left[1:] == wanted
        or left == wanted[1:]
        or left[1:] == wanted[1:]
        or (left[:2] == wanted[1::-1] and left[2:] == wanted[2:])
    )
