"""The present-day platform: One API, for accounts that have a key.

Phones are E.164 here and digits on the wire. A call carries one account's texts, since
the key is in its header.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings

from provisioning import wire
from provisioning.exchange.family import ProviderError
from provisioning.exchange.reading import Fault
from provisioning.interfaces.refusals import fate_of, unfit
from provisioning.interfaces.shapes import (
    BadCallback,
    Balance,
    CannotAsk,
    Condition,
    DeliveryReport,
    Fate,
    HookRequest,
    InboundText,
    OutgoingText,
    SendOutcome,
)
from provisioning.models import Line, ProviderAccount, User
from provisioning.oneapi import callbacks, messaging
from provisioning.oneapi.errors import CODES, status_of
from provisioning.oneapi.types import Receipt, TextAnswer, TextOrder

T = TypeVar("T")

# The platform's callbacks carry no Basic pair that any page tells of.
SHOWS_PASSWORD = False
CONDITIONS = {
    "1": Condition.CREDENTIALS_REFUSED,
    "2": Condition.SUSPENDED,
    "3": Condition.SUSPENDED,
    "20": Condition.OUT_OF_CREDIT,
}
OPTED_OUT_CODES = frozenset({"26"})
UNREACHABLE_CODES = frozenset({"25", "27"})
DEAD_NUMBER_STATUSES = frozenset({"23", "29", "100"})
HELD_BY_RATE = timedelta(minutes=1)


def send(texts: Sequence[OutgoingText], now: datetime) -> dict[str, SendOutcome]:
    """Send in calls of PACKET_SIZE; see `provisioning.interfaces.face`."""
    by_account: dict[int, list[OutgoingText]] = defaultdict(list)
    for text in texts:
        by_account[text.line.account_id].append(text)
    outcomes: dict[str, SendOutcome] = {}
    size = settings.PACKET_SIZE
    for of_one in by_account.values():
        for start in range(0, len(of_one), size):
            outcomes |= _send_call(of_one[start : start + size], now)
    return outcomes


def _send_call(texts: Sequence[OutgoingText], now: datetime) -> dict[str, SendOutcome]:
    outcomes = unfit(texts, lambda text: messaging.check(_order(text)))
    fit = [text for text in texts if text.client_id not in outcomes]
    return outcomes | (_post(fit, now) if fit else {})


def _post(texts: Sequence[OutgoingText], now: datetime) -> dict[str, SendOutcome]:
    account = texts[0].line.account
    try:
        answers = wire.one_api(account).send([_order(text) for text in texts])
    except ProviderError as error:
        outcome = _of_whole_call(error, now)
        return {text.client_id: outcome for text in texts}
    by_id = {answer.client_id: answer for answer in answers}
    return {text.client_id: _outcome(by_id.get(text.client_id), now) for text in texts}


def _order(text: OutgoingText) -> TextOrder:
    return TextOrder(
        client_id=text.client_id,
        to=_digits(text.to),
        sender=_digits(text.line.number),
        text=text.body,
    )


def _of_whole_call(error: ProviderError, now: datetime) -> SendOutcome:
    """A refusal of the whole call speaks of the account, or of our own making."""
    if error.maybe_done:
        return SendOutcome(Fate.UNKNOWN, words=str(error))
    for code in error.codes:
        if code in CODES:
            return _refusal(Fault(code, "", CODES[code]), now)
    return SendOutcome(Fate.NOT_SENT, words=str(error))


def _outcome(answer: TextAnswer | None, now: datetime) -> SendOutcome:
    if answer is None:
        return SendOutcome(Fate.UNKNOWN, words="The answer left this text out.")
    if answer.fault is None:
        return SendOutcome(Fate.ACCEPTED, provider_id=answer.message_id)
    return _refusal(answer.fault, now)


def _refusal(fault: Fault, now: datetime) -> SendOutcome:
    held = fault.retry == "after_change"
    return SendOutcome(
        fate_of(fault),
        code=fault.code,
        words=fault.sentence,
        opted_out=fault.code in OPTED_OUT_CODES,
        unreachable=fault.code in UNREACHABLE_CODES,
        condition=CONDITIONS.get(fault.code, Condition.SUSPENDED) if held else None,
        held_until=now + HELD_BY_RATE if fault.retry == "at_time" else None,
    )


def condition_of(code: str) -> Condition | None:
    """The condition that a code puts the account into."""
    return CONDITIONS.get(code)


def ask(line: Line, client_id: str, now: datetime) -> DeliveryReport | None:
    """Raise CannotAsk: the platform knows texts by its own id alone.

    A text whose answer was lost has none, but its receipts carry our id.
    """
    raise CannotAsk


def balance(account: ProviderAccount, by: User | None = None) -> Balance:
    """Ask for the money left; raises ProviderError."""
    left = wire.one_api(account, by).balance()
    return Balance(left.amount, left.currency)


def read_reports(
    account: ProviderAccount, request: HookRequest
) -> list[DeliveryReport]:
    """Read the receipts of a callback."""
    return [_report(receipt) for receipt in _read(callbacks.read_receipts, request)]


def read_texts(account: ProviderAccount, request: HookRequest) -> list[InboundText]:
    """Read the texts of a callback; long ones come whole."""
    return [
        InboundText(
            provider_id=inbound.message_id,
            sender=f"+{inbound.sender}",
            to=f"+{inbound.to}",
            received_at=inbound.received_at,
            text=inbound.text,
        )
        for inbound in _read(callbacks.read_inbound, request)
    ]


def shown(request: HookRequest) -> str:
    """The callback as the wire log may show it."""
    return callbacks.shown(request.body)


def _read(read: Callable[[bytes], T], request: HookRequest) -> T:
    try:
        return read(request.body)
    except callbacks.BadCallback as error:
        raise BadCallback(str(error)) from error


def _report(receipt: Receipt) -> DeliveryReport:
    known = status_of(receipt.status)
    return DeliveryReport(
        provider_id=receipt.message_id,
        client_id=receipt.client_id,
        status=receipt.status,
        state=known.state,
        words=known.sentence,
        at=receipt.status_at,
        dead_number=receipt.status in DEAD_NUMBER_STATUSES,
    )


def _digits(number: str) -> str:
    return number.removeprefix("+")
