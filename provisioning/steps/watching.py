"""Asking about accounts that wait for their owner, without the owner's doing."""

from datetime import datetime, timedelta

from provisioning import accounts, lockout, wire
from provisioning.models import ProviderAccount, Stage
from provisioning.steps.activation import check_email
from provisioning.steps.turn import credentials, noting, turn

IN_THE_SHOP = timedelta(seconds=10)


def watch(account: ProviderAccount, now: datetime) -> None:
    """Ask once about an account that waits: for the click in a mail, or for credit."""
    if account.stage == Stage.REGISTERED:
        check_email(account, by=None, now=now)
    else:
        accounts.refresh_balance(account, now)


def next_look(account: ProviderAccount, now: datetime) -> datetime:
    """When to ask again: every few seconds at first, ever more rarely later on.

    A locked account rests: without a picture code the provider only says so again. One
    that is ready waits only while its owner buys credits, which is short.
    """
    if account.locked_at:
        return now + lockout.pause(account, now)
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


def ward_off_lock(now: datetime) -> bool:
    """Sign in with an account known to be good when the lock of our address is near.

    One success from our address sets the provider's count to zero: INFERRED from "ends
    with one success from it" (Connect API User Guide, error 003). The account's turn
    keeps two workers from doing it both. Raises ProviderError, and Busy.
    """
    if not lockout.is_near():
        return False
    account = lockout.known_good()
    if account is None:
        return False
    with turn(account, now), noting(account, now):
        if not account.has_password:
            return False
        wire.connect(account).authenticate(credentials(account))
    return True
