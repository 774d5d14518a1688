"""THE DOOR for the floor above: send texts, ask their fate, read what comes back.

Phones are E.164 here and digits on the wire. Nothing above knows which of the
provider's interfaces an account uses, nor any of its codes but as `code` to show.
Answers about a whole account (no credit, wrong password) are noted on the account
here; the floor above only learns that a text is HELD.

- `shapes`: what goes through the door
- `sending`: texts out, and asking what became of them
- `hearing`: the provider's callbacks
"""

from provisioning.gateway.hearing import account_for, read_report, read_text
from provisioning.gateway.sending import ask, send
from provisioning.gateway.shapes import (
    BadCallback,
    DeliveryReport,
    Fate,
    HookRequest,
    InboundText,
    OutgoingText,
    SendOutcome,
    Stranger,
    Unavailable,
)

__all__ = [
    "BadCallback",
    "DeliveryReport",
    "Fate",
    "HookRequest",
    "InboundText",
    "OutgoingText",
    "SendOutcome",
    "Stranger",
    "Unavailable",
    "account_for",
    "ask",
    "read_report",
    "read_text",
    "send",
]
