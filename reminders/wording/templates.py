"""Templates: what may stand in one, what is wrong with one, and filling one in.

A placeholder is a known word in single braces, "{name}". There is no escape for a
brace and nothing inside one is ever evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reminders.wording.length import Encoding, measure, mend, not_gsm

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MOST_CHARACTERS = 160
"""A reminder stays within 160 characters, the limit of the health-care exemption."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SENTENCE_END = re.compile(r"[.!?;\n]+")
_WORD = re.compile(r"[^\W_]+")

_VISITS = "visits"

# Carriers act on these words before we see them, so no text may ask for one.
_CUT_OFF = frozenset({"cancel", "end", "quit", "revoke", "remove", "cancelar", "baja"})
_STOP = frozenset({"stop", "stopall", "unsubscribe", "optout"})
_ASKING = frozenset(
    {"reply", "text", "send", "answer", "responda", "responde", "envíe", "envie"}
    | {"conteste", "escriba", "mande"}
)
_LINKING = frozenset({"with", "the", "word", "con", "la", "palabra"})
_ABOUT_VISITS = frozenset(
    {"appointment", "appointments", "appt", "visit", "visits", "booking", "cita"}
    | {"citas", "visita", "visitas", "reschedule", "cancel", "cancelar"}
)
_ABOUT_TEXTS = frozenset(
    {"text", "texts", "texting", "message", "messages", "msg", "msgs", "reminders"}
    | {"mensaje", "mensajes", "textos", "avisos"}
)


@dataclass(frozen=True)
class Placeholder:
    """One word in braces. `longest` stands in for it when the length is checked."""

    description: _StrPromise
    longest: str
    sensitive: bool = False  # says more than a text should; the editor warns


PLACEHOLDERS: dict[str, Placeholder] = {
    "name": Placeholder(_("The patient's preferred name"), "Maximilian"),
    "practice": Placeholder(_("The practice's name"), "Lakeside Family Practice"),
    "day": Placeholder(_("Weekday and day, as in Tue Mar 10"), "Wed Sep 30"),
    "time": Placeholder(_("Time of the visit, as in 2:30 PM"), "12:30 PM"),
    "date": Placeholder(_("Day in full"), "30 de septiembre de 2026"),
    "phone": Placeholder(_("The practice's phone number"), "415-555-0100"),
    "clinician": Placeholder(
        _("The clinician's name"), "Dr. Montgomery", sensitive=True
    ),
    "appointment_type": Placeholder(
        _("The kind of visit"), "Annual check-up", sensitive=True
    ),
    _VISITS: Placeholder(
        _("The numbered visits; only in texts that list several"),
        "1 Maximilian 10:30 AM\n2 Leo 12:30 PM",
    ),
}


def check_template(
    text: str, *, lists_visits: bool = False, longest: Mapping[str, str] | None = None
) -> list[str]:
    """What must be mended before this template may be saved, in words.

    `lists_visits` is for the kinds that name several visits: they need {visits},
    the others must not have it. `longest` overrides the stand-ins used for the
    length, for example with the practice's real name.
    """
    if not mend(text).strip():
        return [gettext("Write a text.")]
    problems = [
        *_placeholder_problems(text, lists_visits),
        *(
            gettext(
                "%(word)s is a word carriers act on: whoever answers it gets no more "
                "texts. Ask for another word, such as R to change."
            )
            % {"word": word.upper()}
            for word in _misused_keywords(text)
        ),
    ]
    if problems:
        return problems
    return _length_problems(text, longest or {})


def warnings(text: str, *, longest: Mapping[str, str] | None = None) -> list[str]:
    """What the practice should think twice about, in words; nothing is refused."""
    found = [
        gettext(
            "{%(name)s} tells more than a reminder needs to whoever sees the phone."
        )
        % {"name": name}
        for name in _names(text)
        if name in PLACEHOLDERS and PLACEHOLDERS[name].sensitive
    ]
    if "yes" in _asked_for(text):
        found.append(
            gettext("YES also means “text me again” to some carriers; ask for C.")
        )
    if strange := not_gsm(mend(text)):
        found.append(
            gettext("These characters make every text shorter and dearer: %(which)s")
            % {"which": " ".join(strange)}
        )
    segments = measure(_at_worst(text, longest or {})).segments
    if segments > 1:
        found.append(
            gettext("With long names this costs %(count)d texts instead of one.")
            % {"count": segments}
        )
    return found


def render(text: str, values: Mapping[str, str]) -> str:
    """Put the values in, once, as plain text on one line each.

    Values are mended; what looks like a placeholder inside one stays as it is.
    Raises KeyError when a placeholder has no value: a text with a hole is not sent.
    """
    return _PLACEHOLDER.sub(lambda found: _one_line(values[found[1]]), mend(text))


def family_text(text: str, values: Mapping[str, str], lines: Sequence[str]) -> str:
    """Render a template with {visits}: one numbered line for each visit.

    The numbers are what the patient answers with, counted from 1, as understand()
    in intents reads them.
    """
    numbered = (
        f"{number} {_one_line(line)}" for number, line in enumerate(lines, start=1)
    )
    before, _visits, after = text.partition("{" + _VISITS + "}")
    return render(before, values) + "\n".join(numbered) + render(after, values)


def _one_line(value: str) -> str:
    return " ".join(mend(value).split())


def _names(text: str) -> Iterator[str]:
    """The placeholders of a template, known or not, once each."""
    yield from dict.fromkeys(_PLACEHOLDER.findall(text))


def _at_worst(text: str, longest: Mapping[str, str]) -> str:
    """The template with long values. {visits} keeps its lines."""
    values = {name: each.longest for name, each in PLACEHOLDERS.items()}
    values.update(longest)
    return _PLACEHOLDER.sub(
        lambda found: mend(values.get(found[1], found[0])), mend(text)
    )


def _placeholder_problems(text: str, lists_visits: bool) -> Iterator[str]:
    names = list(_names(text))
    allowed = [name for name in PLACEHOLDERS if lists_visits or name != _VISITS]
    for name in names:
        if name not in allowed:
            yield _unknown_placeholder(name, allowed)
    if lists_visits and _VISITS not in names:
        yield gettext("Say where the visits are listed: {visits} is missing.")
    rest = _PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        yield gettext("A brace is open or closed without its partner.")


def _unknown_placeholder(name: str, allowed: Sequence[str]) -> str:
    nearest = get_close_matches(name.strip().lower(), allowed, n=1)
    if nearest:
        return gettext("{%(name)s} is not known. Did you mean {%(nearest)s}?") % {
            "name": name,
            "nearest": nearest[0],
        }
    return gettext("{%(name)s} is not known. Known are: %(known)s.") % {
        "name": name,
        "known": ", ".join("{" + each + "}" for each in allowed),
    }


def _length_problems(text: str, longest: Mapping[str, str]) -> list[str]:
    worst = _at_worst(text, longest)
    length = measure(worst)
    used = length.units if length.encoding is Encoding.GSM else len(worst)
    if used <= MOST_CHARACTERS:
        return []
    return [
        gettext(
            "With long names this is %(used)d characters; %(most)d is the most. "
            "Shorten it by %(over)d."
        )
        % {"used": used, "most": MOST_CHARACTERS, "over": used - MOST_CHARACTERS}
    ]


def _sentences(text: str) -> Iterator[list[str]]:
    plain = _PLACEHOLDER.sub(" ", text).replace("-", "")
    for sentence in _SENTENCE_END.split(plain):
        yield _WORD.findall(sentence)


def _asked_for(text: str) -> set[str]:
    """Words a patient is told to answer with: in capitals, or after "reply"."""
    asked = set()
    for words in _sentences(text):
        asking = False
        for word in words:
            small = word.lower()
            if asking or (word.isupper() and len(word) > 1):
                asked.add(small)
            asking = small in _ASKING or (asking and small in _LINKING)
    return asked


def _misused_keywords(text: str) -> list[str]:
    misused = _asked_for(text) & _CUT_OFF
    for words in _sentences(text):
        small = {word.lower() for word in words}
        if small & _ABOUT_VISITS and not small & _ABOUT_TEXTS:
            misused |= small & _STOP
    return sorted(misused)
