"""``POST /v1/message``: what is looked at before a text is accepted."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from .. import network, parts
from ..models import Integration, PlatformStop, Text
from .tables import ERRORS

# Invented.
PRICE_OF_A_PART = Decimal("0.0500")
MOST_MESSAGES = 200
MOST_PARTS = 10
US_PREFIX = "1"


class Refused(Exception):
    """One message, or the whole request, ends here with a code of this API."""

    def __init__(self, code: str, detail: str = "") -> None:
        """``detail`` follows the label after a colon, as recorded for 25."""
        super().__init__(code)
        self.code = code
        self.description = f"{ERRORS[code]}: {detail}" if detail else ERRORS[code]


@dataclass(frozen=True)
class _Wanted:
    """One message, read."""

    to: str
    text: str
    pieces: int
    client_id: str


def accept(integration: Integration, asked: Any, now: datetime) -> Text:
    """Accept one message; raises Refused."""
    wanted = _read(asked)
    sender = _sender(integration, asked)
    _refuse_unreachable(integration, wanted.to)
    _refuse_stopped(integration, wanted.to, now)
    price = wanted.pieces * PRICE_OF_A_PART
    if not integration.pay(price):
        raise Refused("20")
    return network.launch(
        Text(
            client_id=wanted.client_id,
            integration=integration,
            sender=sender,
            recipient=wanted.to,
            text=wanted.text,
            parts=wanted.pieces,
            charge=price,
        ),
        now,
    )


def _read(asked: Any) -> _Wanted:
    if not isinstance(asked, dict):
        raise Refused("23")
    to, text = asked.get("to"), asked.get("content")
    if str(asked.get("channel", "sms")).lower() != "sms":
        raise Refused("38")
    if not isinstance(to, str) or not re.fullmatch(r"\+?[1-9][0-9]{6,14}", to):
        raise Refused("25", str(to)[:40])
    if not isinstance(text, str) or not text or "\0" in text:
        raise Refused("23", "content")
    client_id = asked.get("clientMessageId") or ""
    if not isinstance(client_id, str) or len(client_id) > 32:
        raise Refused("23", "clientMessageId")
    pieces = len(parts.split(text, unicode=not parts.fits_gsm(text)))
    if pieces > MOST_PARTS:
        raise Refused("100")
    return _Wanted(to.removeprefix("+"), text, pieces, client_id)


def _sender(integration: Integration, asked: dict[str, Any]) -> str:
    """A two-way integration names its number in every message."""
    wanted = asked.get("from")
    if wanted is None:
        raise Refused("110")
    if str(wanted).removeprefix("+") != integration.digits:
        raise Refused("45")
    if integration.is_suspended:
        raise Refused("44")
    return integration.digits


def _refuse_unreachable(integration: Integration, digits: str) -> None:
    if not network.is_covered(digits) or network.is_blocked(digits):
        raise Refused("27")
    if digits.startswith(US_PREFIX) and not integration.has_stop_commands:
        raise Refused("111")


def _refuse_stopped(integration: Integration, handset: str, now: datetime) -> None:
    stop = PlatformStop.objects.filter(integration=integration, handset=handset).first()
    if stop and not stop.let_confirmation_pass(now):
        raise Refused("26")
