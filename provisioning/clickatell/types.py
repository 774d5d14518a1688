"""What goes to the provider and what comes back: frozen, typed, without behaviour.

Phone numbers are digits without a plus. Secrets and what patients wrote or are
reached by stay out of ``repr``, so that no log or traceback shows them by accident.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from .errors import Fault

# --- Connect API ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Country:
    """A country an account can be opened in; ``id`` is the provider's."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class CountryPrefix:
    """A dialling prefix, digits; a country may have none or several."""

    country_id: int
    prefix: str


@dataclass(frozen=True, slots=True)
class AccountType:
    """A kind of account, such as "US Only Account (Small Business)"."""

    id: int
    label: str


@dataclass(frozen=True, slots=True)
class CallbackType:
    """A way the provider can send us receipts, such as "HTTP Post"."""

    id: int
    label: str


@dataclass(frozen=True, slots=True)
class ConnectionType:
    """A way we can send texts, such as "XML API"."""

    id: int
    label: str


@dataclass(frozen=True, slots=True)
class Captcha:
    """A picture code; ``image`` is a PNG. Lives 15 minutes and for one try."""

    id: str
    image: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CaptchaAnswer:
    """What the person read in the picture, at most 6 characters."""

    id: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The practice's account at the provider; repeated in every account call."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Registration:
    """A new account. Limits are in ``Connect.register``."""

    user: str
    password: str = field(repr=False)
    first_name: str
    surname: str
    email_address: str
    country_id: int
    mobile_number: str
    company: str
    account_id: int
    accept_terms: bool
    captcha: CaptchaAnswer
    force_create: bool = False
    activation_redirect: str = ""
    coupon_code: str = ""
    test_mode: bool = False


@dataclass(frozen=True, slots=True)
class EmailState:
    """Whether the activation mail's link was opened.

    The provider gives the address only while not active, the number only once active;
    the other is "".
    """

    active: bool
    email_address: str = ""
    user_number: str = ""


@dataclass(frozen=True, slots=True)
class MobileState:
    """Whether the mobile number was confirmed; the user number only once active."""

    active: bool
    mobile_number: str = ""
    user_number: str = ""


@dataclass(frozen=True, slots=True)
class ConnectionRequest:
    """A new API connection. Limits are in ``Connect.create_connection``."""

    connection_type_id: int
    description: str
    callback_url: str = field(repr=False)
    callback_type_id: int
    callback_username: str
    callback_password: str = field(repr=False)
    dial_prefix: str = ""
    ip_addresses: tuple[str, ...] = ()


# --- Messaging API -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ApiCredentials:
    """The account and the connection (``api_id``) a text goes through."""

    user: str
    password: str = field(repr=False)
    api_id: str


@dataclass(frozen=True, slots=True)
class TextOrder:
    """One text to one phone.

    ``client_id``: ours, 1 to 32 letters and digits, never used twice. ``sender``: the
    number to answer to, "" for one of the provider's. ``unicode``: the text has
    characters outside the GSM alphabet. ``max_parts``: 1 to 35.
    """

    credentials: ApiCredentials
    client_id: str
    to: str = field(repr=False)
    sender: str
    text: str = field(repr=False)
    unicode: bool
    max_parts: int


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """Accepted with a ``message_id``, or refused with a ``fault``; never both."""

    client_id: str
    message_id: str
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class MessageStatus:
    """``status``: three digits, see ``errors.STATUSES``."""

    message_id: str
    status: str


@dataclass(frozen=True, slots=True)
class MessageCharge:
    """What a text cost, in the provider's credits."""

    message_id: str
    status: str
    charge: Decimal


# --- Callbacks -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a text. ``status_at`` is aware, UTC. ``charge`` in credits.

    ``api_id`` and ``client_id`` are "" where the provider leaves them out.
    """

    api_id: str
    message_id: str
    client_id: str
    status: str
    status_at: datetime
    to: str = field(repr=False)
    sender: str
    charge: Decimal | None


@dataclass(frozen=True, slots=True)
class Part:
    """The place of an inbound text in a long message, counted from 1.

    Parts of one message share sender, recipient, ``reference`` and ``total``.
    """

    reference: int
    total: int
    number: int


@dataclass(frozen=True, slots=True)
class InboundText:
    """What a phone sent us. ``received_at`` is aware, UTC.

    ``charset`` is the one the text was decoded with; ``raw`` are the bytes it was
    decoded from; ``udh`` is hex, or "". ``text`` holds no NUL characters.
    """

    api_id: str
    message_id: str
    sender: str = field(repr=False)
    to: str
    received_at: datetime
    text: str = field(repr=False)
    charset: str
    udh: str
    raw: bytes = field(repr=False)
    part: Part | None = None
