"""Texts out, and asking the provider what became of one."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from provisioning import accounts, interfaces
from provisioning.interfaces.shapes import (
    CannotAsk,
    DeliveryReport,
    OutgoingText,
    SendOutcome,
)
from provisioning.models import Line


def send(texts: Sequence[OutgoingText], now: datetime) -> dict[str, SendOutcome]:
    """Send texts; every client id gets an outcome, nothing is raised.

    What an answer says about a whole account is noted on the account. No transaction
    may be open: a stranger's answer may take thirty seconds.
    """
    by_interface: dict[str, list[OutgoingText]] = defaultdict(list)
    for text in texts:
        by_interface[text.line.account.interface].append(text)
    outcomes: dict[str, SendOutcome] = {}
    for alike in by_interface.values():
        outcomes |= interfaces.of(alike[0].line.account).send(alike, now)
    for text in texts:
        _note(text, outcomes[text.client_id], now)
    return outcomes


def _note(text: OutgoingText, outcome: SendOutcome, now: datetime) -> None:
    if outcome.condition:
        accounts.note(text.line.account, outcome.condition, now)
    if outcome.held_until:
        accounts.limit(text.line.account, until=outcome.held_until)


def ask(line: Line, client_id: str, now: datetime) -> DeliveryReport | None:
    """Ask what became of a text; None when the provider never got it.

    Raises Unavailable when there is no usable answer, CannotAsk when the provider
    takes no such question from this account; so for a text that went through an
    account the practice has let go of: the one it has now would say that it never got
    it, and the text would go twice.
    """
    if line.was_on_former_account():
        raise CannotAsk
    return interfaces.of(line.account).ask(line, client_id, now)
