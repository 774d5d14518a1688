"""What the house says to the provider and hears from it: texts, fates, reports."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from provisioning.models import Line


class Fate(StrEnum):
    """What sending one text came to."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # this text or this phone; never send it again as it is
    HELD = "held"  # the whole account; send it when the account is usable again
    NOT_SENT = "not_sent"  # surely not sent; try again soon
    UNKNOWN = "unknown"  # may have been sent: ask before anything is sent again


class Condition(StrEnum):
    """What a refusal says about the whole account: the column that keeps since when."""

    CREDENTIALS_REFUSED = "credentials_refused_at"
    OUT_OF_CREDIT = "out_of_credit_at"
    SUSPENDED = "suspended_at"


@dataclass(frozen=True, slots=True)
class OutgoingText:
    """One text to send. `line` comes with its account; `client_id` is never reused.

    `unicode`: the body has characters outside the GSM alphabet. `max_parts`: how many
    parts the provider may split it into, counted pessimistically (153 / 63).
    """

    line: Line
    client_id: str
    to: str = field(repr=False)
    body: str = field(repr=False)
    unicode: bool
    max_parts: int


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """What became of one text; `code` and `words` say why it was refused or held.

    A held text comes with what holds its account: a condition, or an instant.
    """

    fate: Fate
    provider_id: str = ""
    code: str = ""
    words: str = ""
    opted_out: bool = False
    unreachable: bool = False
    condition: Condition | None = None
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left on an account: credits, or money of an ISO 4217 `currency`."""

    amount: Decimal
    currency: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """A text's state at the provider. `at` is aware, UTC; `charge` in credits.

    `state` is one of "queued", "sent", "delivered", "undelivered", "failed",
    "unknown". `dead_number`: the failure speaks of the number, not of this text.
    """

    provider_id: str
    client_id: str
    status: str
    state: str
    words: str
    at: datetime
    charge: Decimal | None = None
    dead_number: bool = False


@dataclass(frozen=True, slots=True)
class InboundText:
    """What a phone sent us; `sender` and `to` are E.164, `received_at` aware, UTC.

    A long text comes as several of these, each a fragment (`is_fragment`).
    """

    provider_id: str
    sender: str = field(repr=False)
    to: str
    received_at: datetime
    text: str = field(repr=False)
    is_fragment: bool = False


@dataclass(frozen=True, slots=True)
class HookRequest:
    """A callback as it came: bytes, since its charset is stated inside."""

    method: str
    query: bytes = field(repr=False)
    body: bytes = field(repr=False)
    content_type: str
    # The header of that name, which may show a Basic pair.
    authorization: str = field(default="", repr=False)

    @property
    def is_probe(self) -> bool:
        """Whether it says nothing: somebody only looks whether the address answers."""
        return not (self.query.strip() or self.body.strip())


class Stranger(Exception):
    """A callback that shows no secret of ours; `status` is the HTTP answer."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status


class BadCallback(Exception):
    """A callback of ours that cannot be read; its text is fit to be answered."""


class Unavailable(Exception):
    """The provider could not be asked, or gave no usable answer."""


class CannotAsk(Exception):
    """The account's interface has no question about a text by our own id."""
