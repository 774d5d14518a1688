"""Asking about accounts that wait for their owner, without the owner's doing."""

from datetime import datetime, timedelta

from provisioning import accounts
from provisioning.models import ProviderAccount, Stage
from provisioning.steps.activation import check_email

IN_THE_SHOP = timedelta(seconds=10)


def watch(account: ProviderAccount, now: datetime) -> None:
    """Ask once about an account that waits: for the click in a mail, or for credit."""
    if account.stage == Stage.REGISTERED:
        check_email(account, by=None, now=now)
    else:
        accounts.refresh_balance(account, now)


def next_look(account: ProviderAccount, now: datetime) -> datetime:
    """When to ask again: every few seconds at first, ever more rarely later on.

    An account that is ready waits only while its owner buys credits, which is short.
    """
    if account.stage == Stage.READY:
        return now + IN_THE_SHOP
    age = now - account.stage_since
    if age < timedelta(minutes=15):
        return now + timedelta(seconds=3)
    if age < timedelta(hours=2):
        return now + timedelta(minutes=1)
    if age < timedelta(days=3):
        return now + timedelta(minutes=15)
    return now + timedelta(hours=6)
