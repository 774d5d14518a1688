"""From the codes of an answer to an error, or to the fault of one text."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from .connect_codes import CONNECT_CODES
from .family import (
    AlreadyDone,
    Code,
    NeedsCaptcha,
    NotAllowed,
    Problem,
    ProviderError,
    Refused,
    Retry,
    Unavailable,
    Unknown,
)
from .family import gettext_noop as _
from .messaging_codes import MESSAGING_CODES

# With several codes in one answer the first of these decides what happens next:
# nothing goes on without a picture code, and no input helps where we are not allowed.
PRECEDENCE: tuple[type[ProviderError], ...] = (
    NeedsCaptcha,
    NotAllowed,
    Refused,
    Unavailable,
    Unknown,
    AlreadyDone,
)
LABEL_LIMIT = 200
_FAULT = re.compile(r"(?:ERR:\s*)?([0-9]{3}),\s*(.*)", re.DOTALL)
_UNTIL = re.compile(r"([0-9]{9,10})\s*\Z")


def from_codes(
    pairs: Iterable[tuple[str, str]], table: Mapping[str, Code] = CONNECT_CODES
) -> ProviderError:
    """The error for (code, provider's text) pairs, with a problem for each of them."""
    found = [(_code(code, table), label[:LABEL_LIMIT]) for code, label in pairs]
    kinds = {entry.kind for entry, _label in found} or {Unknown}
    kind = next(kind for kind in PRECEDENCE if kind in kinds)
    return kind(
        [entry.code for entry, _label in found],
        [label for _entry, label in found],
        [_problem(entry, label) for entry, label in found]
        or [_problem(_code("", table), "")],
        maybe_done=any(entry.maybe_done for entry, _label in found),
    )


def _code(code: str, table: Mapping[str, Code]) -> Code:
    unmapped = Code(
        code,
        Unknown,
        "",
        _("The SMS provider answered with an error that we do not know."),
        _("Try again later. If it stays, tell us the number and the words below."),
        "person",
        "",
    )
    return table.get(code, unmapped)


def _problem(entry: Code, label: str) -> Problem:
    return Problem(
        entry.code,
        entry.field,
        entry.sentence,
        entry.remedy,
        entry.who,
        label or entry.label,
    )


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the provider did not take one text.

    ``label`` is the provider's own text. ``hold_until`` (aware, UTC) comes with 130
    only and may be missing there. A fault without a number has the code "".
    """

    code: str
    label: str
    entry: Code
    hold_until: datetime | None = None

    @property
    def retry(self) -> Retry:
        """never, after_change (holds the whole account), at_time, or retry."""
        return self.entry.retry

    @property
    def field(self) -> str:
        """Wire name of what was refused, or ""."""
        return self.entry.field

    @property
    def sentence(self) -> str:
        """What happened, in plain words."""
        return self.entry.sentence

    @property
    def remedy(self) -> str:
        """What to do next."""
        return self.entry.remedy

    def error(self) -> ProviderError:
        """The same as an error, where a whole call was refused."""
        return from_codes([(self.code, self.label)], MESSAGING_CODES)


def read_fault(text: str) -> Fault:
    """Read the text of a ``fault`` element: ``105, Invalid destination address``.

    With or without a leading ``ERR:``; anything else is kept as a label without a
    code. Source: XML API Specification V2.4.9, samples.
    """
    match = _FAULT.fullmatch(text.strip())
    code, label = match.groups() if match else ("", text.strip())
    entry = _code(code, MESSAGING_CODES)
    until = _UNTIL.search(label) if entry.retry == "at_time" else None
    held = datetime.fromtimestamp(int(until[1]), UTC) if until else None
    return Fault(code, label[:LABEL_LIMIT], entry, held)
