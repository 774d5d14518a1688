"""Everything the provider can refuse: two tables of codes, one of statuses.

The classes are in ``provisioning.exchange.family``. ``connect_codes`` and
``messaging_codes`` are the tables, ``statuses`` says what became of a text,
``reading`` turns codes of an answer into errors. Sentences are plain English marked
for gettext; the floor above translates them. An unmapped code becomes ``Unknown``.
"""

from provisioning.exchange.family import (
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
    Who,
)
from provisioning.exchange.reading import Fault
from provisioning.exchange.statuses import Status

from .connect_codes import CONNECT_CODES
from .messaging_codes import MESSAGING_CODES
from .reading import from_codes, read_fault
from .statuses import STATUSES, status_of

__all__ = [
    "CONNECT_CODES",
    "MESSAGING_CODES",
    "STATUSES",
    "AlreadyDone",
    "Code",
    "Fault",
    "NeedsCaptcha",
    "NotAllowed",
    "Problem",
    "ProviderError",
    "Refused",
    "Retry",
    "Status",
    "Unavailable",
    "Unknown",
    "Who",
    "from_codes",
    "read_fault",
    "status_of",
]
