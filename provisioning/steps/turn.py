"""One step at a time for one account, and what every step needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from provisioning.clickatell.errors import NeedsCaptcha, ProviderError
from provisioning.clickatell.types import Credentials
from provisioning.models import ProviderAccount, Stage
from provisioning.models.call import ProviderCallQuerySet

# A step makes up to three calls, of half a minute each at most. A process that was
# killed holds the account no longer than this.
TURN = timedelta(seconds=120)
# Codes of a wrong username and password (Connect API User Guide, error table).
BAD_CREDENTIALS = frozenset({"404", "405", "431", "432", "438", "440"})


class Busy(Exception):
    """Somebody else is asking the provider about this account right now."""


@contextmanager
def turn(account: ProviderAccount, now: datetime) -> Iterator[None]:
    """Hold the account for one step; raises Busy when it is held already."""
    until = now + TURN
    if not account.take_turn(now, until):
        raise Busy
    try:
        account.refresh_from_db()
        yield
    finally:
        account.end_turn(until)


def credentials(account: ProviderAccount) -> Credentials:
    """What every account call repeats."""
    return Credentials(user=account.username, password=account.password)


def digits(number: str) -> str:
    """An E.164 number as the provider writes it."""
    return number.removeprefix("+")


def e164(number: str) -> str:
    """The provider's digits as an E.164 number; empty where they can be none."""
    return f"+{number}" if 0 < len(number) <= 15 else ""


def calls_of_present_account(
    account: ProviderAccount, action: str
) -> ProviderCallQuerySet:
    """The wire log's calls of an action, newest first, that made the present account.

    What was done for an account that the practice has let go of says nothing here.
    """
    calls = account.calls.action_named(action)
    left = account.stage_changes.filter(after=Stage.DISCONNECTED).last()
    return calls.filter(started_at__gte=left.at) if left else calls


@contextmanager
def noting(account: ProviderAccount, now: datetime) -> Iterator[None]:
    """Keep what a failed call says about the whole account; the error goes on."""
    row = ProviderAccount.objects.filter(pk=account.pk)
    try:
        yield
    except NeedsCaptcha:
        row.filter(locked_at=None).update(locked_at=now)
        raise
    except ProviderError as error:
        if BAD_CREDENTIALS & set(error.codes):
            row.filter(credentials_refused_at=None).update(credentials_refused_at=now)
        raise
