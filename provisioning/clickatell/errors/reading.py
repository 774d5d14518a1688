"""From the codes of an answer to an error, or to the fault of one text."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from provisioning.exchange.family import Code, ProviderError
from provisioning.exchange.reading import LABEL_LIMIT, Fault, entry_of, error_for

from .connect_codes import CONNECT_CODES
from .messaging_codes import MESSAGING_CODES

_FAULT = re.compile(r"(?:ERR:\s*)?([0-9]{3}),\s*(.*)", re.DOTALL)
_UNTIL = re.compile(r"([0-9]{9,10})\s*\Z")


def from_codes(
    pairs: Iterable[tuple[str, str]], table: Mapping[str, Code] = CONNECT_CODES
) -> ProviderError:
    """The error for (code, provider's text) pairs, with a problem for each of them."""
    return error_for(pairs, table)


def read_fault(text: str) -> Fault:
    """Read the text of a ``fault`` element: ``105, Invalid destination address``.

    With or without a leading ``ERR:``; anything else is kept as a label without a
    code. Source: XML API Specification V2.4.9, samples.
    """
    match = _FAULT.fullmatch(text.strip())
    code, label = match.groups() if match else ("", text.strip())
    entry = entry_of(code, MESSAGING_CODES)
    until = _UNTIL.search(label) if entry.retry == "at_time" else None
    held = datetime.fromtimestamp(int(until[1]), UTC) if until else None
    return Fault(code, label[:LABEL_LIMIT], entry, held)
