"""Moves between the stages of a provider account: THE TABLE, and the one way to move.

An event is something the provider has told us, never that a form was posted. A move is
one conditional UPDATE whose count is looked at, so two tabs, two devices and the
watcher can all report the same event and exactly one makes the move.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from provisioning.models import ProviderAccount, Stage, StageChange, User


class Event(StrEnum):
    """What happened at the provider."""

    REGISTERED = "registered"
    EMAIL_CONFIRMED = "email_confirmed"
    MOBILE_VERIFIED = "mobile_verified"
    CONNECTED = "connected"
    NUMBER_NOTED = "number_noted"
    ANSWERED = "answered"
    NUMBER_GIVEN_UP = "number_given_up"
    KEY_ACCEPTED = "key_accepted"
    DISCONNECTED = "disconnected"


@dataclass(frozen=True, slots=True)
class Move:
    """An event leads from any of these stages to one; at other stages it is no news.

    `meaning` is what the provider said, for the table in the docs.
    """

    before: tuple[Stage, ...]
    after: Stage
    meaning: str


_WITHOUT = (Stage.DRAFT, Stage.DISCONNECTED)
_WITH = tuple(stage for stage in Stage if stage not in _WITHOUT)

MOVES: Mapping[Event, Move] = {
    Event.REGISTERED: Move(
        _WITHOUT,
        Stage.REGISTERED,
        "register succeeded, or the password of an account that existed was accepted",
    ),
    Event.EMAIL_CONFIRMED: Move(
        (Stage.REGISTERED,),
        Stage.EMAIL_ACTIVATED,
        "authenticate_user succeeded, or the resend was answered with 107",
    ),
    Event.MOBILE_VERIFIED: Move(
        (Stage.EMAIL_ACTIVATED,),
        Stage.PHONE_VERIFIED,
        "validate_activation_sms or sms_activation_status succeeded, or 108",
    ),
    Event.CONNECTED: Move(
        (Stage.PHONE_VERIFIED,),
        Stage.CONNECTED,
        "create_connection gave an api_id, or a balance came for one that was typed",
    ),
    Event.NUMBER_NOTED: Move(
        (Stage.CONNECTED,),
        Stage.NUMBER_CLAIMED,
        "the owner named the number (no call lists numbers); the test will prove it",
    ),
    Event.ANSWERED: Move(
        (Stage.NUMBER_CLAIMED,),
        Stage.READY,
        "an answer to the test text came in from the owner's mobile",
    ),
    Event.NUMBER_GIVEN_UP: Move(
        (Stage.NUMBER_CLAIMED, Stage.READY),
        Stage.CONNECTED,
        "the owner changes to another number",
    ),
    Event.KEY_ACCEPTED: Move(
        _WITHOUT,
        Stage.CONNECTED,
        "One API: a balance came for the key that was pasted",
    ),
    Event.DISCONNECTED: Move(
        _WITH, Stage.DISCONNECTED, "the owner lets the app go of the account"
    ),
}


def advance(
    account: ProviderAccount,
    event: Event,
    *,
    now: datetime,
    by: User | None,
    **facts: Any,
) -> bool:
    """Move the account on what happened, along with `facts`.

    `facts` are columns learned in the same answer (such as `api_id`). Returns False,
    changing nothing, where the event is no news: somebody else has moved the account
    already, or let go of it; `account` then holds what they made of it.
    """
    move = MOVES[event]
    rows = ProviderAccount.objects.still(account)
    with transaction.atomic():
        before = rows.select_for_update().values_list("stage", flat=True).first() or ""
        moved = before in move.before and rows.filter(stage=before).update(
            stage=move.after, stage_since=now, check_after=now, **facts
        )
        if moved:
            StageChange.objects.create(
                account=account,
                before=before,
                after=move.after,
                event=event,
                at=now,
                by=by,
            )
    account.refresh_from_db()
    return bool(moved)
