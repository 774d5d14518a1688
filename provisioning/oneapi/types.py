"""What goes to the platform and comes back: frozen, typed, without behaviour."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from provisioning.exchange.reading import Fault


@dataclass(frozen=True, slots=True)
class TextOrder:
    """One text to one phone, from the two-way number of the integration.

    ``client_id``: ours, 1 to 32 letters and digits; it comes back in receipts and
    cannot be asked about.
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
class Balance:
    """What is left; ``currency`` is an ISO 4217 code."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a text; ``status`` is the platform's number, as text."""

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
