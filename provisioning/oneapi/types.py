"""What goes to the platform and comes back: frozen, typed, without behaviour.

Phone numbers are digits without a plus. What patients wrote or are reached by stays out
of ``repr``, so that no log or traceback shows it by accident.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from provisioning.exchange.reading import Fault


@dataclass(frozen=True, slots=True)
class TextOrder:
    """One text to one phone.

    ``client_id``: ours, 1 to 32 letters and digits, never used twice; it comes back in
    receipts and cannot be asked about. ``sender``: the two-way number of the
    integration, "" for an integration without one.
    """

    client_id: str
    to: str = field(repr=False)
    sender: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """Accepted with a ``message_id``, or refused with a ``fault``; never both."""

    client_id: str
    message_id: str
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class MessageStatus:
    """What became of a text at ``at`` (aware, UTC).

    ``status``: the platform's number, see ``errors.STATUSES``; a status that we do not
    know is its word.
    """

    message_id: str
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left of the money; ``currency`` is three capitals, as in ISO 4217."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a text. ``status`` is the platform's number, as text.

    ``client_id`` is "" where there is none, or none of ours. ``status_at`` is aware,
    UTC.
    """

    message_id: str
    client_id: str
    status: str
    status_at: datetime


@dataclass(frozen=True, slots=True)
class InboundText:
    """What a phone sent us. ``received_at`` is aware, UTC."""

    message_id: str
    sender: str = field(repr=False)
    to: str
    received_at: datetime
    text: str = field(repr=False)
