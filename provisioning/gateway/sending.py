"""Texts out, and asking the provider what became of one."""

import time
from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime, timedelta

from provisioning import accounts, interfaces, outages
from provisioning.interfaces.shapes import (
    CannotAsk,
    DeliveryReport,
    Fate,
    OutgoingText,
    SendOutcome,
)
from provisioning.models import Interface, Line, ProviderAccount

ACCOUNT_REST = timedelta(seconds=30)
# After these nobody knows more than before the packet left.
NO_ANSWER = frozenset({Fate.UNKNOWN, Fate.NOT_SENT})


def shares_packet(line: Line) -> Hashable:
    """What lines have in common whose texts may travel in one packet.

    Packets of the XML API hold texts of many accounts, each with its own credentials; a
    call of One API speaks for one account.
    """
    account = line.account
    if account.interface == Interface.CONNECT:
        return account.interface
    return account.interface, account.pk


def send(texts: Sequence[OutgoingText], now: datetime) -> dict[str, SendOutcome]:
    """Send one packet of up to PACKET_SIZE texts, of lines that share packets.

    Every client id gets an outcome, nothing is raised. What an answer says about a
    whole account is noted on the account, and what it says about the interface too. No
    transaction may be open: a stranger's answer may take thirty seconds.
    """
    if not texts:
        return {}
    account, began = texts[0].line.account, time.monotonic()
    outcomes = interfaces.of(account).send(texts, now)
    # A rest that counted from before a call of half a minute would be over after it.
    ended = now + timedelta(seconds=time.monotonic() - began)
    alone = len(texts) == 1  # as a trial is
    if came_to_nothing(outcomes.values()):
        _note_failure(account, ended, was_trial=alone)
    elif alone and any(_was_posted(outcome) for outcome in outcomes.values()):
        outages.note_success(account.interface)
    for text in texts:
        _note(text, outcomes[text.client_id], ended)
    return outcomes


def came_to_nothing(outcomes: Iterable[SendOutcome]) -> bool:
    """Whether nobody knows more than before the packet left."""
    return all(outcome.fate in NO_ANSWER for outcome in outcomes)


def _was_posted(outcome: SendOutcome) -> bool:
    """Whether the provider said it; what we refuse ourselves has no code."""
    return outcome.fate is Fate.ACCEPTED or bool(outcome.code)


def _note_failure(account: ProviderAccount, now: datetime, *, was_trial: bool) -> None:
    """Leave in peace whom the failed packet was from: all of them, or one account."""
    if account.interface == Interface.CONNECT:
        outages.note_failure(account.interface, now, was_trial=was_trial)
    else:
        accounts.limit(account, until=now + ACCOUNT_REST)


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
    report = interfaces.of(line.account).ask(line, client_id, now)
    outages.note_success(line.account.interface)
    return report
