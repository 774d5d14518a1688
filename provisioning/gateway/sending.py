"""Texts out, in packets, and asking the provider what became of one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from provisioning import accounts, wire
from provisioning.clickatell import messaging
from provisioning.clickatell.errors import Fault, ProviderError
from provisioning.clickatell.types import ApiCredentials, TextAnswer, TextOrder
from provisioning.gateway.shapes import (
    DeliveryReport,
    Fate,
    OutgoingText,
    SendOutcome,
    Unavailable,
    report_of,
)
from provisioning.models import Line, ProviderAccount

# Provider-side blocks: the handset wrote a stop word, or asked the provider.
OPTED_OUT_CODES = frozenset({"121", "122", "128"})
UNREACHABLE_CODES = frozenset({"105", "114"})
HELD_SECONDS_WITHOUT_A_TIME = 3600
# "Message unknown" (HTTP API Specification V2.5.3, message statuses).
UNKNOWN_STATUS = "001"


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
    outcomes: dict[str, SendOutcome] = {}
    for text in texts:
        try:
            messaging.check(_order(text))
        except ValueError as error:
            # Refused before the wire, where it would stop the whole packet.
            outcomes[text.client_id] = SendOutcome(Fate.REFUSED, words=str(error))
    fit = [text for text in texts if text.client_id not in outcomes]
    return outcomes | (_post(fit, now) if fit else {})


def _post(texts: Sequence[OutgoingText], now: datetime) -> dict[str, SendOutcome]:
    holders = {text.line.account_id: text.line.account for text in texts}
    alone = next(iter(holders.values())) if len(holders) == 1 else None
    try:
        answers = wire.messaging(alone).send([_order(text) for text in texts])
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


def ask(line: Line, client_id: str, now: datetime) -> DeliveryReport | None:
    """Ask what became of a text; None when the provider never got it.

    Unknown for good where it went through an account that the practice has let go of:
    the one it has now would say that it never got it, and the text would go twice.
    Raises Unavailable when there is no usable answer.
    """
    if line.was_on_former_account():
        return report_of("", client_id, UNKNOWN_STATUS, now, None)
    account = line.account
    try:
        found = wire.messaging(account).query(
            _credentials(account), client_id=client_id
        )
    except ProviderError as error:
        raise Unavailable(str(error)) from error
    if found is None:
        return None
    return report_of(found.message_id, client_id, found.status, now, None)


def _credentials(account: ProviderAccount) -> ApiCredentials:
    return ApiCredentials(
        user=account.username, password=account.password, api_id=account.api_id
    )


def _digits(number: str) -> str:
    return number.removeprefix("+")
