"""`manage.py check`: what would go wrong in production, said before it does."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from provisioning.models import fields

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@checks.register
def credential_keys_can_be_used(**_kwargs: Any) -> Sequence[checks.CheckMessage]:
    """Every key must be a Fernet key, or nothing could be stored or read."""
    try:
        fields.cipher()
    except ImproperlyConfigured as error:
        return [checks.Error(str(error), id="provisioning.E001")]
    return []


@checks.register(checks.Tags.security, deploy=True)
def secrets_are_set(**_kwargs: Any) -> Sequence[checks.CheckMessage]:
    """The development keys are public: anyone could sign in or decrypt with them."""
    found: list[checks.CheckMessage] = []
    if settings.SECRET_KEY == settings.INSECURE_KEY:
        found.append(
            checks.Error(
                "SECRET_KEY is the one in the source code.",
                hint="Set it to at least 50 random characters.",
                id="provisioning.E002",
            )
        )
    if settings.INSECURE_CREDENTIAL_KEY in settings.CREDENTIAL_KEYS:
        found.append(
            checks.Error(
                "CREDENTIAL_KEYS holds the key that is in the source code.",
                hint="Make one with `manage.py make_credential_key`.",
                id="provisioning.E003",
            )
        )
    return found


@checks.register(checks.Tags.security, deploy=True)
def provider_is_the_real_one(**_kwargs: Any) -> Sequence[checks.CheckMessage]:
    """In production the provider is not the sandbox, is spoken to by https, by name."""
    found: list[checks.CheckMessage] = []
    if settings.SANDBOX_URL:
        found.append(
            checks.Error("SANDBOX_URL is set in production.", id="provisioning.E004")
        )
    for name in ("CONNECT_URL", "MESSAGING_URL", "ONE_API_URL", "BASE_URL"):
        address = urlsplit(getattr(settings, name))
        if address.scheme != "https" or address.hostname in LOOPBACK:
            found.append(
                checks.Error(
                    f"{name} must be an https address that the outside can reach.",
                    id="provisioning.E005",
                )
            )
    if not settings.CONNECT_TOKEN:
        found.append(
            checks.Error(
                "CONNECT_TOKEN is empty.",
                hint="The provider's console shows it for a Connect API connection.",
                id="provisioning.E006",
            )
        )
    return found
