"""One step at a time for one account, and what every step needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from provisioning import lockout
from provisioning.clickatell.errors import ProviderError
from provisioning.clickatell.types import Credentials
from provisioning.lockout import BAD_CREDENTIALS
from provisioning.models import ProviderAccount, Stage
from provisioning.models.call import ProviderCallQuerySet

# A step makes up to four calls, of half a minute each at most (`register`, when an
# earlier try is in doubt). A process that was killed holds the account no longer.
TURN = timedelta(seconds=150)
# The provider has switched the account off (Connect API User Guide, error table).
NOT_ACTIVE = "006"
# No text has gone out yet, so the Connect API is the only one to suspend the account.
BEFORE_TEXTS = (
    Stage.REGISTERED,
    Stage.EMAIL_ACTIVATED,
    Stage.PHONE_VERIFIED,
    Stage.CONNECTED,
)


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


def is_stopped(account: ProviderAccount) -> bool:
    """Whether the provider has switched the account off before its first text (006)."""
    suspended = bool(account.suspended_at) and account.stage in BEFORE_TEXTS
    return suspended and account.has_password


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
    """Keep what a call says about the whole account; an error goes on.

    A refusal: locked, password refused, not active. An answer, or a refusal of what was
    asked rather than of who asks: none of these.
    """
    try:
        yield
    except ProviderError as error:
        if lockout.signed_in(error):
            _note_sign_in(account, now)
        else:
            _note_refusal(account, frozenset(error.codes), now)
        raise
    _note_sign_in(account, now)


def _note_sign_in(account: ProviderAccount, now: datetime) -> None:
    lockout.open_up(account, now)
    row = ProviderAccount.objects.still(account)
    row.exclude(credentials_refused_at=None).update(credentials_refused_at=None)
    # Later on a suspension may be one of the texts, of which a sign-in says nothing.
    row.filter(stage__in=BEFORE_TEXTS).exclude(suspended_at=None).update(
        suspended_at=None
    )


def _note_refusal(
    account: ProviderAccount, codes: frozenset[str], now: datetime
) -> None:
    row = ProviderAccount.objects.still(account)
    if codes & lockout.LOCKS:
        lockout.close(account, now)
    if codes & BAD_CREDENTIALS:
        row.filter(credentials_refused_at=None).update(credentials_refused_at=now)
    if NOT_ACTIVE in codes:
        row.filter(suspended_at=None).update(suspended_at=now)
