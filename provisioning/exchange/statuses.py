"""What became of a text, in our words, whatever the provider's numbers for it are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .family import gettext_noop as _

State = Literal["queued", "sent", "delivered", "undelivered", "failed", "unknown"]


@dataclass(frozen=True, slots=True)
class Status:
    """One status code; ``final``: no later status of this text means anything."""

    code: str
    label: str
    state: State
    final: bool
    sentence: str


def status_in(table: Mapping[str, Status], code: str) -> Status:
    """The row of ``code``; a code nobody told us about is unknown and not final."""
    sentence = _("The report is not one that we know.")
    return table.get(code, Status(code, "", "unknown", False, sentence))
