"""Our own limit on passwords that people type, ahead of the provider's.

The provider locks an account after two failures in a row, and every practice after ten
(`provisioning.lockout`). So one person and one client address may fail a few times
within the window, and for one user name there is no third try without a picture code.

A signed-in person's failures are counted from the wire log. Of a client address and of
a user name there is no row, so they are counted in Django's cache: across processes
that is true of a shared one only (CACHE_URL). User names are kept there as hashes.

An address is the connection's (REMOTE_ADDR): a proxy in front must pass the client's on,
or all clients count as one.

Use: `with throttle.trying(…):` around the call that carries the password.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256

from django.core.cache import cache

from provisioning.clickatell.errors import ProviderError, from_codes
from provisioning.clickatell.types import CaptchaAnswer
from provisioning.lockout import ACCOUNT_LOCK, BAD_CREDENTIALS, signed_in
from provisioning.models import ProviderCall, User

WINDOW = timedelta(minutes=15)
MOST_BY_PERSON = 5
MOST_BY_ADDRESS = 10
# The provider locks at two in a row (Connect API User Guide, error 004).
MOST_WITHOUT_PICTURE = 2


class TooMany(Exception):
    """Too many tries; `until` says from when on there may be more."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


def check(
    *,
    user: User | None,
    address: str,
    username: str,
    now: datetime,
    captcha: CaptchaAnswer | None = None,
) -> None:
    """Refuse one more try of a typed password: raises TooMany or NeedsCaptcha.

    `address` is the client's, `username` the one at the provider. NeedsCaptcha is what
    the provider itself would answer; with a picture code the try goes through.
    """
    if user and (until := _person_waits_until(user, now)):
        raise TooMany(until)
    allow("password", address, most=MOST_BY_ADDRESS, now=now)
    if captcha is None and _count("username", username) >= MOST_WITHOUT_PICTURE:
        raise from_codes([(ACCOUNT_LOCK, "")])


@contextmanager
def trying(
    *,
    user: User | None,
    address: str,
    username: str,
    now: datetime,
    captcha: CaptchaAnswer | None = None,
) -> Iterator[None]:
    """Let one try of a typed password through, and count what came of it.

    Raises what `check` does, before the call is made.
    """
    check(user=user, address=address, username=username, now=now, captcha=captcha)
    try:
        yield
    except ProviderError as error:
        if BAD_CREDENTIALS.intersection(error.codes):
            note_failure(address=address, username=username, now=now)
        elif signed_in(error):
            note_success(username=username)
        raise
    note_success(username=username)


def note_failure(*, address: str, username: str, now: datetime) -> None:
    """Count a password that the provider refused; the wire log counts the person's."""
    count("password", address, now=now)
    count("username", username, now=now)


def note_success(*, username: str) -> None:
    """Forget the failures of this user name: the provider counts those in a row."""
    cache.delete(_key("username", username))


def allow(what: str, who: str, *, most: int, now: datetime) -> None:
    """Refuse `who` what was counted `most` times within the window; raises TooMany."""
    if _count(what, who) >= most:
        raise TooMany(cache.get(_key(what, who) + ":until", now + WINDOW))


def count(what: str, who: str, *, now: datetime) -> None:
    """Count once more what `allow` limits; a window begins with its first count."""
    key, seconds = _key(what, who), WINDOW.total_seconds()
    if cache.add(key, 1, seconds):
        cache.set(key + ":until", now + WINDOW, seconds)
        return
    try:
        cache.incr(key)
    except ValueError:  # the window ended between the two
        cache.set(key, 1, seconds)


def _person_waits_until(user: User, now: datetime) -> datetime | None:
    failed = ProviderCall.objects.filter(by=user, started_at__gt=now - WINDOW)
    failed = failed.filter(api=ProviderCall.Api.CONNECT).with_any_code(BAD_CREDENTIALS)
    times = failed.order_by("-started_at").values_list("started_at", flat=True)
    recent = list(times[:MOST_BY_PERSON])
    return recent[-1] + WINDOW if len(recent) == MOST_BY_PERSON else None


def _count(what: str, who: str) -> int:
    counted: int = cache.get(_key(what, who), 0)
    return counted


def _key(what: str, who: str) -> str:
    """A name for the cache that tells nobody who it is."""
    return f"throttle:{what}:{sha256(who.lower().encode()).hexdigest()}"
