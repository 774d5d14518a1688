"""Developers' Central: the XML messaging API, for accounts of the Connect API.

Phones are E.164 here and digits on the wire. Texts of several accounts share a packet,
each with its own credentials.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from django.conf import settings

from provisioning import wire
from provisioning.clickatell import callbacks, messaging
from provisioning.clickatell.errors import Fault, ProviderError, status_of
from provisioning.clickatell.types import ApiCredentials, TextAnswer, TextOrder
from provisioning.interfaces.refusals import fate_of, unfit
from provisioning.interfaces.shapes import (
    BadCallback,
    Balance,
    Condition,
    DeliveryReport,
    Fate,
    HookRequest,
    InboundText,
    OutgoingText,
    SendOutcome,
    Unavailable,
)
from provisioning.models import Line, ProviderAccount, User

T = TypeVar("T")

SHOWS_PASSWORD = True
# The condition that each code puts an account into (HTTP API Specification V2.5.3,
# error codes); any other code that holds an account suspends it.
CONDITIONS = {
    "001": Condition.CREDENTIALS_REFUSED,
    "002": Condition.CREDENTIALS_REFUSED,
    "004": Condition.SUSPENDED,
    "301": Condition.OUT_OF_CREDIT,
    "302": Condition.OUT_OF_CREDIT,
}
# Provider-side blocks: the handset wrote a stop word, or asked the provider.
OPTED_OUT_CODES = frozenset({"121", "122", "128"})
UNREACHABLE_CODES = frozenset({"105", "114"})
# Receipts that speak of the number itself rather than of one text.
DEAD_NUMBER_STATUSES = frozenset({"007", "009"})
HELD_WITHOUT_A_TIME = timedelta(hours=1)


def send(texts: Sequence[OutgoingText], now: datetime) -> dict[str, SendOutcome]:
    """Send in packets of PACKET_SIZE; see `provisioning.interfaces.face`."""
    outcomes: dict[str, SendOutcome] = {}
    size = settings.PACKET_SIZE
    for start in range(0, len(texts), size):
        outcomes |= _send_packet(texts[start : start + size], now)
    return outcomes


def _send_packet(
    texts: Sequence[OutgoingText], now: datetime
) -> dict[str, SendOutcome]:
    orders = {text.client_id: _order(text) for text in texts}
    outcomes = unfit(texts, lambda text: messaging.check(orders[text.client_id]))
    fit = [text for text in texts if text.client_id not in outcomes]
    ordered = [orders[text.client_id] for text in fit]
    return outcomes | (_post(fit, ordered, now) if fit else {})


def _post(
    texts: Sequence[OutgoingText], orders: Sequence[TextOrder], now: datetime
) -> dict[str, SendOutcome]:
    holders = {text.line.account_id: text.line.account for text in texts}
    alone = next(iter(holders.values())) if len(holders) == 1 else None
    try:
        answers = wire.messaging(alone).send(orders)
    except ProviderError as error:
        fate = Fate.UNKNOWN if error.maybe_done else Fate.NOT_SENT
        outcome = SendOutcome(fate, words=str(error))
        return {text.client_id: outcome for text in texts}
    by_id = {answer.client_id: answer for answer in answers}
    return {text.client_id: _outcome(by_id.get(text.client_id), now) for text in texts}


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


def _outcome(answer: TextAnswer | None, now: datetime) -> SendOutcome:
    if answer is None:
        return SendOutcome(Fate.UNKNOWN, words="The answer left this text out.")
    fault = answer.fault
    if fault is None:
        return SendOutcome(Fate.ACCEPTED, provider_id=answer.message_id)
    return SendOutcome(
        fate_of(fault),
        code=fault.code,
        words=fault.sentence,
        opted_out=fault.code in OPTED_OUT_CODES,
        unreachable=fault.code in UNREACHABLE_CODES,
        condition=_condition(fault),
        held_until=(
            (fault.hold_until or now + HELD_WITHOUT_A_TIME)
            if fault.retry == "at_time"
            else None
        ),
    )


def _condition(fault: Fault) -> Condition | None:
    if fault.retry != "after_change":
        return None
    return CONDITIONS.get(fault.code, Condition.SUSPENDED)


def condition_of(code: str) -> Condition | None:
    """The condition that a code puts the account into."""
    return CONDITIONS.get(code)


def ask(line: Line, client_id: str, now: datetime) -> DeliveryReport | None:
    """Ask by `queryMsg`; see `provisioning.interfaces.face`."""
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


def balance(account: ProviderAccount, by: User | None = None) -> Balance:
    """Ask for the credits left; raises ProviderError."""
    return Balance(wire.messaging(account, by).balance(_credentials(account)))


def read_reports(
    account: ProviderAccount, request: HookRequest
) -> list[DeliveryReport]:
    """Read the one receipt of a callback, for a connection of this account."""
    receipt = _read(callbacks.read_receipt, request)
    if receipt is None:
        return []
    _check_connection(account, receipt.api_id)
    return [
        _report(
            receipt.message_id,
            receipt.client_id,
            receipt.status,
            receipt.status_at,
            receipt.charge,
        )
    ]


def read_texts(account: ProviderAccount, request: HookRequest) -> list[InboundText]:
    """Read the one text of a callback, for a connection of this account."""
    inbound = _read(callbacks.read_inbound, request)
    if inbound is None:
        return []
    _check_connection(account, inbound.api_id)
    return [
        InboundText(
            provider_id=inbound.message_id,
            sender=f"+{inbound.sender}",
            to=f"+{inbound.to}",
            received_at=inbound.received_at,
            text=inbound.text,
            is_fragment=inbound.part is not None and inbound.part.total > 1,
        )
    ]


def shown(request: HookRequest) -> str:
    """The callback as the wire log may show it. Raises BadCallback."""
    return _read(callbacks.shown, request)


def _read(read: Callable[[bytes, bytes, str], T], request: HookRequest) -> T:
    try:
        return read(request.query, request.body, request.content_type)
    except callbacks.BadCallback as error:
        raise BadCallback(str(error)) from error


def _check_connection(account: ProviderAccount, api_id: str) -> None:
    # XML receipts carry none (HTTP API Specification V2.5.3, push status).
    if api_id and not account.owns_connection(api_id):
        raise BadCallback("This address belongs to another connection.")


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


def _credentials(account: ProviderAccount) -> ApiCredentials:
    return ApiCredentials(
        user=account.username, password=account.password, api_id=account.api_id
    )


def _digits(number: str) -> str:
    return number.removeprefix("+")
