"""From the codes of an answer to an error, or to the fault of one text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

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


def error_for(
    pairs: Iterable[tuple[str, str]], table: Mapping[str, Code]
) -> ProviderError:
    """The error for (code, provider's text) pairs, with a problem for each of them."""
    found = [(entry_of(code, table), label[:LABEL_LIMIT]) for code, label in pairs]
    return _error(found or [(entry_of("", table), "")], bool(found))


def _error(found: Sequence[tuple[Code, str]], has_codes: bool = True) -> ProviderError:
    kinds = {entry.kind for entry, _label in found}
    kind = next(kind for kind in PRECEDENCE if kind in kinds)
    return kind(
        [entry.code for entry, _label in found] if has_codes else (),
        [label for _entry, label in found] if has_codes else (),
        [_problem(entry, label) for entry, label in found],
        maybe_done=any(entry.maybe_done for entry, _label in found),
    )


def entry_of(code: str, table: Mapping[str, Code]) -> Code:
    """What a code means; one in no table is Unknown, and keeps its number."""
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

    ``label`` is the provider's own text: foreign, so escape it. ``hold_until`` (aware,
    UTC) comes with ``at_time`` only, and not always. A fault without a number has the
    code "".
    """

    code: str
    label: str
    entry: Code
    hold_until: datetime | None = None

    @property
    def retry(self) -> Retry:
        """When the same may be asked again; see ``Code``."""
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
        return _error([(self.entry, self.label)])
