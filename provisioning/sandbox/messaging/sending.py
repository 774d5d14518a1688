"""``sendMsg``: the checks before a text is accepted, and its acceptance."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .. import network, parts
from ..answers import Pairs
from ..models import Number, Stop, Text
from .command import Command, Fault

CREDITS_PER_PART = Decimal(1)
SMALL_BUSINESS = 9
MAX_PARTS = 35
MAX_DELAY_MINUTES = 10_080
MAX_VALIDITY_MINUTES = 1_440

# What an account sends, whatever it asks for, until it is SMS-active and has bought
# credits; the wording is invented.
CANNED = "This is a test message. Buy credits to send your own texts."

# A US long number reaches the US, Canada and most of Latin America.
SMALL_BUSINESS_REACH = ("1", "51", "52", "54", "55", "56", "57", "58", "59")


@dataclass(frozen=True)
class _Wanted:
    """The parameters of a text, read and in range."""

    recipient: str
    text: str
    pieces: int
    client_id: str
    callback: int
    delay_minutes: int
    validity_minutes: int


def send(command: Command) -> Pairs:
    """Accept one text. The same ``cliMsgId`` twice means two texts (INFERRED)."""
    wanted = _read(command)
    sender = _sender(command)
    _refuse_unreachable(command, wanted.recipient)
    _refuse_over_limit(command)
    _refuse_stopped(command, sender, wanted.recipient)
    price = wanted.pieces * CREDITS_PER_PART
    if not command.account.pay(price):
        raise Fault("301")
    text = network.launch(
        Text(
            client_id=wanted.client_id,
            account=command.account,
            connection=command.connection,
            sender=sender,
            recipient=wanted.recipient,
            text=wanted.text,
            parts=wanted.pieces,
            charge=price,
            callback=wanted.callback,
            validity_minutes=wanted.validity_minutes,
        ),
        command.now,
        delay_minutes=wanted.delay_minutes,
    )
    return [("apiMsgId", text.message_id)]


def recipient(command: Command, name: str) -> str:
    """A number in international digits; a dial prefix replaces a leading 0."""
    digits = command.question[name]
    if not digits:
        raise Fault("101")
    prefix = command.connection.dial_prefix
    if prefix and digits.startswith("0"):
        digits = prefix + digits[1:]
    if not re.fullmatch(r"[1-9][0-9]{6,14}", digits):
        raise Fault("105")
    return digits


def route_is_open(command: Command, digits: str) -> bool:
    """Whether this account can reach that number at all."""
    small = command.account.account_type == SMALL_BUSINESS
    if small and not digits.startswith(SMALL_BUSINESS_REACH):
        return False
    return network.is_covered(digits)


def _read(command: Command) -> _Wanted:
    asked = command.question
    to = recipient(command, "to")
    client_id = asked["climsgid"]
    if not re.fullmatch(r"[A-Za-z0-9]{0,32}", client_id):
        raise Fault("101")
    text = _text(command)
    unicode = asked["unicode"] == "1"
    if not command.account.may_send_own_text:
        text, unicode = CANNED, False
    pieces = len(parts.split(text, unicode=unicode))
    if pieces > _number(command, "concat", 1, 1, MAX_PARTS):
        raise Fault("113")
    return _Wanted(
        recipient=to,
        text=text,
        pieces=pieces,
        client_id=client_id,
        callback=_number(command, "callback", 0, 0, 7),
        delay_minutes=_number(command, "deliv_time", 0, 0, MAX_DELAY_MINUTES, "120"),
        validity_minutes=_number(
            command, "validity", MAX_VALIDITY_MINUTES, 1, MAX_VALIDITY_MINUTES
        ),
    )


def _text(command: Command) -> str:
    """The text as it will arrive; the alphabet is the customer's choice."""
    text = command.question["text"]
    if not text:
        raise Fault("107")
    if command.question["unicode"] != "1":
        return parts.as_gsm(text)
    if not re.fullmatch(r"(?:[0-9A-Fa-f]{4})+", text):
        raise Fault("116")
    try:
        decoded = bytes.fromhex(text).decode("utf-16-be")
    except UnicodeDecodeError:
        raise Fault("116") from None
    if "\0" in decoded:
        raise Fault("116")
    return decoded


def _number(
    command: Command, name: str, default: int, low: int, high: int, code: str = "101"
) -> int:
    """A whole number within its range."""
    given = command.question[name] or str(default)
    if not given.isascii() or not given.isdecimal() or not low <= int(given) <= high:
        raise Fault(code)
    return int(given)


def _sender(command: Command) -> str:
    """The account's own number, or the gateway's when none is named.

    Any other sender, and a suspended number, is refused (INFERRED).
    """
    wanted = command.question["from"]
    if not wanted:
        return network.GATEWAY_NUMBER
    own = Number.objects.filter(
        digits=wanted, account=command.account, is_suspended=False
    )
    if not own.exists():
        raise Fault("106")
    return wanted


def _refuse_unreachable(command: Command, digits: str) -> None:
    if not route_is_open(command, digits):
        raise Fault("114")
    if network.is_blocked(digits):
        raise Fault("121")


def _refuse_over_limit(command: Command) -> None:
    until: datetime | None = command.account.limit_until
    if until and until > command.now:
        raise Fault("130", str(int(until.timestamp())))


def _refuse_stopped(command: Command, sender: str, handset: str) -> None:
    """After a stop word only the one confirmation passes."""
    stop = Stop.objects.against(command.account, sender, handset)
    if stop and not stop.let_confirmation_pass(sender, command.now):
        raise Fault("122")
