"""What a patient's text means. Pure: words in, one intent out, never a guess.

The rule that keeps this honest: **every word must be understood**. A message counts
as yes, no or change only if the tables in `phrases` cover it to the last word and
agree with each other. A time, a condition, a "not", a second thought is a word that
no table knows, and so a person reads the message. To teach a new phrase, add it to
its table in `phrases`; nothing here looks for a word somewhere inside a sentence, except to notice
that somebody wants us to stop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from reminders.intents.keywords import (
    CUT_OFF_TAIL,
    KEYWORDS,
    STOP_TEXTING,
    WRONG_PERSON,
)
from reminders.intents.meanings import Intent
from reminders.intents.phrases import guess_language
from reminders.intents.reading import (
    Reading,
    cover,
    has_words,
    is_reaction,
    numbered,
    read,
    says,
)

__all__ = ["Intent", "Understanding", "understand"]


@dataclass(frozen=True)
class Understanding:
    """What we made of a text.

    `why` is for staff: an English sentence, marked for translation, fit to be stored
    and translated where it is shown. `language` is what the text was written in, or
    "" if that does not show. `choices` are places in `options`, counted from 1; they
    come with CHOICE, where none at all means "none of them", and may narrow down
    CONFIRM, CHANGE and DECLINE ("Ana can't make it").
    """

    intent: Intent
    why: str
    language: str = ""
    choices: tuple[int, ...] = ()


_WHY: dict[Intent, str] = {
    Intent.OPT_OUT: _("The whole message asks to get no more texts."),
    Intent.OPT_OUT_CANCEL: _(
        "CANCEL is a carrier's word for no more texts, but may have meant the visit."
    ),
    Intent.PAUSE: _("It reads like a wish to get no more texts."),
    Intent.OPT_IN: _("The whole message is a word for getting texts again."),
    Intent.HELP: _("The whole message asks for help."),
    Intent.CONFIRM: _("Every word of it says yes."),
    Intent.CHANGE: _("It asks for another time."),
    Intent.DECLINE: _("Every word of it says no."),
    Intent.WRONG_NUMBER: _("It says that this phone is not the patient's."),
    Intent.CHOICE: _("It picks from the numbered visits."),
    Intent.UNCLEAR: _("A “no” in it may turn the rest round."),
}
_NOTHING_SEEN = _("There is nothing to read in it; perhaps it was a picture.")
_REACTION = _("It is a reaction to one of our texts.")
_QUESTION = _("It asks something.")
_BOTH = _("It says more than one thing.")
_POLITE = _("It is friendly, but says neither yes nor no.")
_NOT_UNDERSTOOD = _("Not every word of it was understood.")

_NOT_AS_A_QUESTION = frozenset({Intent.CONFIRM, Intent.DECLINE, Intent.CHOICE})
_NARROWED = frozenset({Intent.CONFIRM, Intent.CHANGE, Intent.DECLINE})


def understand(text: str, *, options: Sequence[str] = ()) -> Understanding:
    """What a reply means; `options` names the visits if two or more could be meant.

    With options, numbers and names choose among them; without, 1 is yes and 2 is
    change. Raises nothing, whatever the text.
    """
    if not has_words(text):
        return Understanding(Intent.EMPTY, _NOTHING_SEEN)
    if is_reaction(text):
        return Understanding(Intent.UNCLEAR, _REACTION)
    reading = read(text)
    return (
        _as_keyword(reading)
        or _as_wish_to_be_left_alone(reading)
        or _as_answer(reading, options)
    )


def _as_keyword(reading: Reading) -> Understanding | None:
    """The carriers' words count as the whole message only, however it is spaced."""
    meaning = KEYWORDS.get("".join(reading.words))
    return _understood(*meaning) if meaning else None


def _as_wish_to_be_left_alone(reading: Reading) -> Understanding | None:
    """The only reading that looks inside a sentence, since it errs towards silence."""
    if reading.words[:1] in CUT_OFF_TAIL:
        tail = CUT_OFF_TAIL[reading.words[:1]]
        if all(word in tail for word in reading.words[1:]):
            return _understood(Intent.OPT_OUT, guess_language(reading.words))
    for language, patterns in WRONG_PERSON.items():
        if says(reading.words, patterns):
            return _understood(Intent.WRONG_NUMBER, language)
    for language, patterns in STOP_TEXTING.items():
        if says(reading.words, patterns):
            return _understood(Intent.PAUSE, language)
    return None


def _as_answer(reading: Reading, options: Sequence[str]) -> Understanding:
    language = guess_language(reading.words)
    found = cover(reading.words, numbered(options))
    if found is None or not reading.words:
        why = _QUESTION if reading.asks else _NOT_UNDERSTOOD
        return Understanding(Intent.UNCLEAR, why, language)
    language = found.language or language
    intent, why = _settle(found.intents, found.picks)
    if intent in _NOT_AS_A_QUESTION and reading.asks:
        intent, why = Intent.UNCLEAR, _QUESTION
    picked = () if intent is Intent.UNCLEAR else _places(found.picks)
    return Understanding(intent, why, language, picked)


def _settle(
    intents: frozenset[Intent], picks: frozenset[tuple[int, ...]]
) -> tuple[Intent, str]:
    """One intent out of all that a message said, or UNCLEAR."""
    if intents == {Intent.DECLINE, Intent.CHANGE}:
        intents = frozenset({Intent.CHANGE})  # "can't make it, need to reschedule"
    if len(intents) > 1:
        # Whatever else it says: with a word for stop in it, texts wait for a person.
        wants_quiet = intents & {Intent.OPT_OUT, Intent.PAUSE}
        return _with_why(Intent.PAUSE) if wants_quiet else (Intent.UNCLEAR, _BOTH)
    if () in picks and (intents or len(picks) > 1):
        return Intent.UNCLEAR, _BOTH  # "none" beside anything else
    if not intents:
        return _with_why(Intent.CHOICE) if picks else (Intent.UNCLEAR, _POLITE)
    (intent,) = intents
    if picks and intent not in _NARROWED:
        return Intent.UNCLEAR, _BOTH
    return _with_why(intent)


def _places(picks: frozenset[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sorted({place for pick in picks for place in pick}))


def _with_why(intent: Intent) -> tuple[Intent, str]:
    return intent, _WHY[intent]


def _understood(intent: Intent, language: str) -> Understanding:
    return Understanding(intent, _WHY[intent], language)
