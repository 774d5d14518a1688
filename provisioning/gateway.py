"""THE DOOR for the floor above: send texts, ask their fate, read what comes back.

Phones are E.164 here and digits on the wire. Nothing above knows which of the
provider's interfaces an account uses, nor any of its codes but as `code` to show.
Answers about a whole account (no credit, wrong password) are noted on the account
here; the floor above only learns that a text is HELD.
"""

import binascii
import secrets
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from django.conf import settings

from provisioning import accounts, two_way, wire
from provisioning.clickatell import callbacks
from provisioning.clickatell.errors import Fault, ProviderError, status_of
from provisioning.clickatell.types import ApiCredentials, TextAnswer, TextOrder
from provisioning.models import Line, ProviderAccount, ProviderCall

# Provider-side blocks: the handset wrote a stop word, or asked the provider.
OPTED_OUT_CODES = frozenset({"121", "122", "128"})
UNREACHABLE_CODES = frozenset({"105", "114"})
# Receipts that speak of the number itself rather than of one text.
DEAD_NUMBER_STATUSES = frozenset({"007", "009"})
HELD_SECONDS_WITHOUT_A_TIME = 3600


class Fate(StrEnum):
    """What sending one text came to."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # this text or this phone; never send it again as it is
    HELD = "held"  # the whole account; send it when the account is usable again
    NOT_SENT = "not_sent"  # surely not sent; try again soon
    UNKNOWN = "unknown"  # may have been sent: ask before anything is sent again


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
    """What became of one text; `code` and `words` say why it was refused or held."""

    fate: Fate
    provider_id: str = ""
    code: str = ""
    words: str = ""
    opted_out: bool = False
    unreachable: bool = False


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
    """What a phone sent us; `sender` and `to` are E.164, `received_at` aware, UTC."""

    provider_id: str
    sender: str = field(repr=False)
    to: str
    received_at: datetime
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class HookRequest:
    """A callback as it came: bytes, since its charset is stated inside."""

    method: str
    query: bytes = field(repr=False)
    body: bytes = field(repr=False)
    content_type: str


class Stranger(Exception):
    """A callback that shows no secret of ours; `status` is the HTTP answer."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status


class BadCallback(Exception):
    """A callback of ours that cannot be read; its text is fit to be answered."""


class Unavailable(Exception):
    """The provider could not be asked, or gave no usable answer."""


# --- Out ---------------------------------------------------------------------------


def send(texts: Sequence[OutgoingText], now: datetime) -> dict[str, SendOutcome]:
    """Send texts in packets; every client id gets an outcome, nothing is raised.

    Texts of several practices share a packet, each with its own credentials. No
    transaction may be open: a stranger's answer may take thirty seconds.
    """
    outcomes: dict[str, SendOutcome] = {}
    size = settings.PACKET_SIZE
    for start in range(0, len(texts), size):
        outcomes |= _send_packet(texts[start : start + size], now)
    return outcomes


def _send_packet(
    texts: Sequence[OutgoingText], now: datetime
) -> dict[str, SendOutcome]:
    holders = {text.line.account_id: text.line.account for text in texts}
    alone = next(iter(holders.values())) if len(holders) == 1 else None
    try:
        answers = wire.messaging(alone).send([_order(text) for text in texts])
    except ValueError as error:
        # Found before the wire: one text that XML cannot carry stops its packet.
        if len(texts) > 1:
            return {
                k: v for text in texts for k, v in _send_packet([text], now).items()
            }
        return {texts[0].client_id: SendOutcome(Fate.REFUSED, words=str(error))}
    except ProviderError as error:
        fate = Fate.UNKNOWN if error.maybe_done else Fate.NOT_SENT
        outcome = SendOutcome(fate, words=str(error))
        return {text.client_id: outcome for text in texts}
    by_id = {answer.client_id: answer for answer in answers}
    return {
        text.client_id: _outcome(by_id.get(text.client_id), text, now) for text in texts
    }


def _order(text: OutgoingText) -> TextOrder:
    return TextOrder(
        credentials=_credentials(text.line.account),
        client_id=text.client_id,
        to=_digits(text.to),
        sender=_digits(text.line.number),
        text=text.body,
        unicode=text.unicode,
        max_parts=text.max_parts,
    )


def _outcome(
    answer: TextAnswer | None, text: OutgoingText, now: datetime
) -> SendOutcome:
    if answer is None:
        return SendOutcome(Fate.UNKNOWN, words="The answer left this text out.")
    fault = answer.fault
    if fault is None:
        return SendOutcome(Fate.ACCEPTED, provider_id=answer.message_id)
    if fault.retry in ("after_change", "at_time"):
        _hold(text.line.account, fault, now)
    return SendOutcome(
        _fate(fault),
        code=fault.code,
        words=fault.sentence,
        opted_out=fault.code in OPTED_OUT_CODES,
        unreachable=fault.code in UNREACHABLE_CODES,
    )


def _fate(fault: Fault) -> Fate:
    if fault.retry in ("after_change", "at_time"):
        return Fate.HELD
    # An internal error over there does not say whether the text was taken.
    return Fate.UNKNOWN if fault.retry == "retry" else Fate.REFUSED


def _hold(account: ProviderAccount, fault: Fault, now: datetime) -> None:
    if fault.retry == "at_time":
        pause = timedelta(seconds=HELD_SECONDS_WITHOUT_A_TIME)
        accounts.limit(account, until=fault.hold_until or now + pause)
    else:
        accounts.note_refusal(account, fault.code, now)


# --- Asking ------------------------------------------------------------------------


def ask(line: Line, client_id: str, now: datetime) -> DeliveryReport | None:
    """Ask what became of a text; None when the provider never got it.

    Raises Unavailable when there is no usable answer.
    """
    account = line.account
    try:
        found = wire.messaging(account).query(
            _credentials(account), client_id=client_id
        )
    except ProviderError as error:
        raise Unavailable(str(error)) from error
    if found is None:
        return None
    return _report(found.message_id, client_id, found.status, now, None)


def _report(
    provider_id: str,
    client_id: str,
    status: str,
    at: datetime,
    charge: Decimal | None,
) -> DeliveryReport:
    known = status_of(status)
    return DeliveryReport(
        provider_id=provider_id,
        client_id=client_id,
        status=status,
        state=known.state,
        words=known.sentence,
        at=at,
        charge=charge,
        dead_number=status in DEAD_NUMBER_STATUSES,
    )


# --- In ----------------------------------------------------------------------------


def account_for(secret: str, authorization: str | None) -> ProviderAccount:
    """Return the account a callback's address names, once it has shown its password.

    Raises Stranger(404) for an unknown address, Stranger(401) for a wrong pair.
    """
    account = (
        ProviderAccount.objects.select_related("practice")
        .filter(hook_secret=secret)
        .first()
    )
    if account is None:
        raise Stranger(404)
    expected = f"{account.HOOK_USER}:{account.hook_password}".encode()
    if not secrets.compare_digest(_basic_pair(authorization), expected):
        raise Stranger(401)
    return account


def _basic_pair(authorization: str | None) -> bytes:
    scheme, _space, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""


def read_report(
    account: ProviderAccount, request: HookRequest, now: datetime
) -> DeliveryReport | None:
    """Read a delivery report; None for a probe, and for the wizard's own test.

    Raises BadCallback, also when it names another connection than the account's.
    """
    try:
        receipt = callbacks.read_receipt(
            request.query, request.body, request.content_type
        )
    except callbacks.BadCallback as error:
        raise BadCallback(str(error)) from error
    if receipt is None:
        return None
    _check_connection(account, receipt.api_id)
    _log_callback(account, "receipt", request, now)
    report = _report(
        receipt.message_id,
        receipt.client_id,
        receipt.status,
        receipt.status_at,
        receipt.charge,
    )
    if two_way.note_report(account, report.client_id, report.provider_id, report.state):
        return None
    return report


def read_text(
    account: ProviderAccount, request: HookRequest, now: datetime
) -> InboundText | None:
    """Read a text from a phone; None for a probe, and for the two-way test's answer.

    Raises BadCallback, also when it names another connection than the account's.
    """
    try:
        inbound = callbacks.read_inbound(
            request.query, request.body, request.content_type
        )
    except callbacks.BadCallback as error:
        raise BadCallback(str(error)) from error
    if inbound is None:
        return None
    _check_connection(account, inbound.api_id)
    _log_callback(account, "inbound text", request, now)
    text = InboundText(
        provider_id=inbound.message_id,
        sender=f"+{inbound.sender}",
        to=f"+{inbound.to}",
        received_at=inbound.received_at,
        text=inbound.text,
    )
    if two_way.note_answer(
        account, text.provider_id, text.sender, text.to, text.text, now=now
    ):
        return None
    return text


def _check_connection(account: ProviderAccount, api_id: str) -> None:
    # XML receipts carry none (HTTP API Specification V2.5.3, push status).
    if api_id and api_id != account.api_id:
        raise BadCallback("This address belongs to another connection.")


def _log_callback(
    account: ProviderAccount,
    action: str,
    request: HookRequest,
    now: datetime,
) -> None:
    """Keep what came, masked; who wrote what is in the message ledger."""
    ProviderCall.objects.create(
        account=account,
        api=ProviderCall.Api.CALLBACK,
        action=action,
        address=f"{request.method} /hooks/…/",
        request=callbacks.shown(request.query, request.body, request.content_type),
        outcome=ProviderCall.Outcome.ANSWERED,
        started_at=now,
        duration_ms=0,
    )


def _credentials(account: ProviderAccount) -> ApiCredentials:
    return ApiCredentials(
        user=account.username, password=account.password, api_id=account.api_id
    )


def _digits(number: str) -> str:
    return number.removeprefix("+")
