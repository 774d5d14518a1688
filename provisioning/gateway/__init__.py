"""THE DOOR for the floor above: send texts, ask their fate, read what comes back.

Phones are E.164 here and digits on the wire. Nothing above knows which of the
provider's interfaces an account uses, nor any of its codes but as `code` to show.
Answers about a whole account (no credit, wrong password) are noted on the account
here; the floor above only learns that a text is HELD.

- `sending`: texts out, and asking what became of them
- `hearing`: the provider's callbacks
"""

from provisioning.gateway.hearing import account_for, read_reports, read_texts
from provisioning.gateway.sending import ask, came_to_nothing, send, shares_packet
from provisioning.interfaces.shapes import (
    BadCallback,
    CannotAsk,
    DeliveryReport,
    Fate,
    HookRequest,
    InboundText,
    OutgoingText,
    SendOutcome,
    Stranger,
    Unavailable,
)
from provisioning.outages import Openings, begin_trial, openings

__all__ = [
    "BadCallback",
    "CannotAsk",
    "DeliveryReport",
    "Fate",
    "HookRequest",
    "InboundText",
    "Openings",
    "OutgoingText",
    "SendOutcome",
    "Stranger",
    "Unavailable",
    "account_for",
    "ask",
    "begin_trial",
    "came_to_nothing",
    "openings",
    "read_reports",
    "read_texts",
    "send",
    "shares_packet",
]
