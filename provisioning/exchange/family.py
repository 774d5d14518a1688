"""The six ways a call to the provider can fail, and what each carries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Who = Literal["person", "operator", "developer", "later", "nobody"]
Retry = Literal["never", "after_change", "at_time", "retry"]


def gettext_noop(text: str) -> str:
    """Mark ``text`` for translation; the floor above applies gettext to it."""
    return text


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, in words for the person who can do something.

    ``field`` is the wire name of the input to mark, or "" when the whole form is
    meant. ``label`` is the provider's own text: foreign, so escape it.
    """

    code: str
    field: str
    sentence: str
    remedy: str
    who: Who = "person"
    label: str = ""


class ProviderError(Exception):
    """The provider said no, or could not be heard.

    ``codes`` and ``labels`` are the provider's own, in the order of the answer.
    ``problems`` is never empty: one entry per code, or one for the whole call.
    ``maybe_done``: True when the request may have been acted upon all the same; ask
    the provider before repeating it. The text of the exception never holds the
    provider's words, which might repeat what was sent.
    """

    maybe_done: bool = False
    # What the wire log keeps the call under (``WireCall.key``): the support code.
    call: object | None = None

    def __init__(
        self,
        codes: Sequence[str] = (),
        labels: Sequence[str] = (),
        problems: Sequence[Problem] = (),
        *,
        maybe_done: bool = False,
    ) -> None:
        super().__init__()
        self.codes = tuple(codes)
        self.labels = tuple(labels)
        self.problems = tuple(problems)
        self.maybe_done = maybe_done

    @property
    def field(self) -> str:
        """Wire name of the first input to mark, or ""."""
        return next((problem.field for problem in self.problems if problem.field), "")

    def __str__(self) -> str:
        words = " ".join(problem.sentence for problem in self.problems)
        codes = f" [{', '.join(self.codes)}]" if self.codes else ""
        return f"{words}{codes}"


class Unavailable(ProviderError):
    """No usable answer: network, time-out, their fault, or an unreadable document."""

    @classmethod
    def because(cls, sentence: str, *, maybe_done: bool) -> "Unavailable":
        """A failure without a code, found on our side of the wire."""
        remedy = LOOK_FIRST if maybe_done else TRY_LATER
        problem = Problem("", "", sentence, remedy, "later")
        return cls((), (), (problem,), maybe_done=maybe_done)


class NeedsCaptcha(ProviderError):
    """A picture code is needed, or the one sent was wrong, old or used up."""


class Refused(ProviderError):
    """A person can mend it; ``field`` says where."""


class AlreadyDone(ProviderError):
    """What was asked for was done before: go on."""


class NotAllowed(ProviderError):
    """Only whoever runs or builds the application can mend it."""


class Unknown(ProviderError):
    """A code that is in none of our tables; number and text are kept."""


@dataclass(frozen=True, slots=True)
class Code:
    """What one of the provider's codes means to us.

    ``field``: wire name of the input to mark, "" for none. ``who`` can act.
    ``label``: the provider's printed text. ``retry``: when the same may be asked again
    (INFERRED): *never*, since the answer would be the same or it is done already;
    *after_change*, once somebody has mended what is wrong, until when a refused text
    holds all texts of the account; *at_time*, after a wait, as long as the answer says
    where it does; *retry*, after asking what became of the first try.
    ``maybe_done``: the call may have been carried out in spite of the code.
    """

    code: str
    kind: type[ProviderError]
    field: str
    sentence: str
    remedy: str
    who: Who
    label: str
    retry: Retry = "never"
    maybe_done: bool = False


TRY_LATER = gettext_noop("Nothing was changed. Try again in a few minutes.")
LOOK_FIRST = gettext_noop(
    "It may have worked all the same: reload the page before you try it again."
)
