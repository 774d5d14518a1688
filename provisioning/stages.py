"""Moves between the stages of a provider account.

A move is one conditional UPDATE whose count is looked at, so two tabs, two devices and
the watcher can all try the same move and exactly one makes it. Stages only go forward,
except back to draft when a registration turns out not to exist.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from provisioning.models import ProviderAccount, Stage, StageChange, User

# Which stages may directly follow which.
NEXT: dict[Stage, Stage] = {
    Stage.DRAFT: Stage.REGISTERED,
    Stage.REGISTERED: Stage.EMAIL_ACTIVATED,
    Stage.EMAIL_ACTIVATED: Stage.PHONE_VERIFIED,
    Stage.PHONE_VERIFIED: Stage.CONNECTED,
    Stage.CONNECTED: Stage.NUMBER_CLAIMED,
    Stage.NUMBER_CLAIMED: Stage.READY,
}


def advance(
    account: ProviderAccount, to: Stage, *, now: datetime, by: User | None, **facts: Any
) -> bool:
    """Move the account to `to`, from the stage before it, along with `facts`.

    `facts` are columns learned in the same answer (such as `api_id`). Returns False,
    changing nothing, when somebody else has moved the account already; `account` then
    holds what they made of it.
    """
    before = next(stage for stage, after in NEXT.items() if after == to)
    with transaction.atomic():
        moved = ProviderAccount.objects.filter(pk=account.pk, stage=before).update(
            stage=to, stage_since=now, check_after=now, **facts
        )
        if moved:
            StageChange.objects.create(
                account=account, before=before, after=to, at=now, by=by
            )
    account.refresh_from_db()
    return bool(moved)
