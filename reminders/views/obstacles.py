"""What keeps every text of a practice from going out, and where an owner mends it."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from provisioning.models import Interface, ProviderAccount

LOOK = gettext_lazy("SMS account")


@dataclass(frozen=True)
class Obstacle:
    """A condition of the provider account that keeps every text from going out."""

    field: str
    word: str | Promise
    text: str | Promise
    # Where an owner mends it, and the link's words; of One API, where they differ.
    page: str = "account"
    action: str | Promise = LOOK
    with_key: tuple[str, str | Promise] | None = None

    def way_out(self, account: ProviderAccount) -> dict[str, Any]:
        """The link for an owner of this account."""
        page, action = self.page, self.action
        if self.with_key and account.interface == Interface.ONE_API:
            page, action = self.with_key
        return {"url": reverse(page), "action": action}


OBSTACLES = (
    Obstacle(
        "credentials_refused_at",
        gettext_lazy("Sign-in refused"),
        gettext_lazy(
            "The SMS provider refuses the practice’s sign-in. No texts go out."
        ),
        "provider_password",
        gettext_lazy("Type the new password"),
        with_key=("provider_key", gettext_lazy("Paste the new key")),
    ),
    Obstacle(
        "suspended_at",
        gettext_lazy("Suspended"),
        gettext_lazy(
            "The SMS provider has suspended the practice’s account. No texts go out."
        ),
    ),
    Obstacle(
        "out_of_credit_at",
        gettext_lazy("Out of credit"),
        gettext_lazy(
            "The SMS account is out of credit. Texts wait until credits are bought."
        ),
        action=gettext_lazy("Buy credit"),
    ),
)
