"""What the provider offers to choose from, and the pictures it makes people read.

Lists hardly ever change, so they are kept for a day. A picture is kept for as long as
its code lives, so that a form that comes back for another reason shows it again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.core.cache import cache

from provisioning import clock, wire
from provisioning.clickatell.types import Captcha

DAY = 24 * 60 * 60
# Source: Connect API User Guide, captcha: a code dies after fifteen minutes.
CAPTCHA_SECONDS = 15 * 60
# So long before that a form takes a new one.
RENEWED_BEFORE = timedelta(minutes=1)
SMALL_BUSINESS = "small business"
HOME_COUNTRY = "usa"

Choices = list[tuple[int, str]]


def countries() -> Choices:
    """Countries by the provider's ids; raises ProviderError."""
    return _kept(
        "offers:countries",
        lambda: [(row.id, row.name) for row in wire.connect().countries()],
    )


def account_types() -> Choices:
    """Kinds of account by the provider's ids; raises ProviderError."""
    return _kept(
        "offers:account_types",
        lambda: [(row.id, row.label) for row in wire.connect().account_types()],
    )


def _kept(key: str, ask: Callable[[], Choices]) -> Choices:
    return cast("Choices", cache.get_or_set(key, ask, DAY))


def home_country() -> int | None:
    """The United States' id, found by name: ids are the provider's own."""
    return next((n for n, name in countries() if name.lower() == HOME_COUNTRY), None)


def small_business() -> int | None:
    """The id of the account type with a US long number, found by its label."""
    return next(
        (n for n, name in account_types() if SMALL_BUSINESS in name.lower()), None
    )


def terms_address(country_id: int) -> str:
    """Where the terms for a country are; raises ProviderError."""
    return wire.connect().terms_url(country_id=country_id)


@dataclass(frozen=True, slots=True)
class Picture(Captcha):
    """A picture on a form, and when its code dies."""

    until: datetime

    def left(self, now: datetime) -> timedelta:
        """How long its code is still good for; never negative."""
        return max(self.until - now, timedelta())


def new_captcha() -> Picture:
    """Return a fresh picture; raises ProviderError."""
    until = clock.now() + timedelta(seconds=CAPTCHA_SECONDS)
    captcha = wire.connect().captcha()
    cache.set(_key(captcha.id), (captcha.image, until), CAPTCHA_SECONDS)
    return Picture(captcha.id, captcha.image, until)


def kept_captcha(captcha_id: str) -> Picture | None:
    """Return a picture whose code has neither been tried nor died."""
    readable = captcha_id.isalnum() and len(captcha_id) <= 64
    kept = cache.get(_key(captcha_id)) if readable else None
    return Picture(captcha_id, *kept) if kept else None


def same_captcha(captcha_id: str) -> Picture:
    """Return that picture, or a fresh one where it is over or nearly so."""
    kept = kept_captcha(captcha_id)
    if kept is None or kept.left(clock.now()) < RENEWED_BEFORE:
        return new_captcha()
    return kept


def spend_captcha(captcha_id: str) -> None:
    """Forget a picture whose code has been tried: right or wrong, it is dead."""
    cache.delete(_key(captcha_id))


def _key(captcha_id: str) -> str:
    return f"captcha:{captcha_id}"
