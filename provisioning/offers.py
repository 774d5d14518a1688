"""What the provider offers to choose from, and the pictures it makes people read.

Lists hardly ever change, so they are kept for a day. A picture is kept for as long as
its code lives, so that a form that comes back for another reason shows it again.
"""

from collections.abc import Callable
from typing import cast

from django.core.cache import cache

from provisioning import wire
from provisioning.clickatell.types import Captcha

DAY = 24 * 60 * 60
# Source: Connect API User Guide, captcha: a code dies after fifteen minutes.
CAPTCHA_SECONDS = 15 * 60
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


def new_captcha() -> Captcha:
    """Return a fresh picture; raises ProviderError."""
    captcha = wire.connect().captcha()
    cache.set(f"captcha:{captcha.id}", captcha.image, CAPTCHA_SECONDS)
    return captcha


def same_captcha(captcha_id: str) -> Captcha:
    """Return a picture whose code has not been tried yet, or else a fresh one."""
    readable = captcha_id.isalnum() and len(captcha_id) <= 64
    image = cache.get(f"captcha:{captcha_id}") if readable else None
    return Captcha(captcha_id, image) if image else new_captcha()
