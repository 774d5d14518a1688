"""What we learn about a whole account, written down: conditions, limits, the balance.

Each is one conditional UPDATE, so that the first to notice sets the time and nothing
is overwritten by somebody who read the row earlier.
"""

from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from provisioning import credit, wire
from provisioning.clickatell.errors import ProviderError
from provisioning.clickatell.types import ApiCredentials
from provisioning.models import ProviderAccount

# The condition that each code of the messaging API puts an account into
# (HTTP API Specification V2.5.3, error codes).
CONDITIONS = {
    "001": "credentials_refused_at",
    "002": "credentials_refused_at",
    "301": "out_of_credit_at",
    "302": "out_of_credit_at",
}
OTHERWISE = "suspended_at"


def note_refusal(account: ProviderAccount, code: str, now: datetime) -> None:
    """Note that the provider refuses the whole account; the first time is kept."""
    condition = CONDITIONS.get(code, OTHERWISE)
    ProviderAccount.objects.filter(pk=account.pk, **{condition: None}).update(
        **{condition: now}
    )


def limit(account: ProviderAccount, *, until: datetime) -> None:
    """Hold the account's texts until then; a later instant already noted stays."""
    ProviderAccount.objects.filter(
        Q(limited_until=None) | Q(limited_until__lt=until), pk=account.pk
    ).update(limited_until=until)


def try_again(account: ProviderAccount) -> None:
    """Lift suspension and limit: the owner says that it is mended.

    The next text finds out whether it is.
    """
    ProviderAccount.objects.filter(pk=account.pk).update(
        suspended_at=None, limited_until=None
    )


def refresh_balance(account: ProviderAccount, now: datetime) -> Decimal:
    """Ask for the balance and keep it; raises ProviderError.

    On the wizard's credits page, more credit than before also settles that page.
    """
    credentials = ApiCredentials(
        user=account.username, password=account.password, api_id=account.api_id
    )
    try:
        balance = wire.messaging(account).balance(credentials)
    except ProviderError as error:
        for code in error.codes:
            if code in CONDITIONS:
                note_refusal(account, code, now)
        raise
    credit.note_balance(account, balance, now)
    if account.balance is not None and balance > account.balance:
        ProviderAccount.objects.filter(pk=account.pk, credits_settled_at=None).update(
            credits_settled_at=now
        )
    account.refresh_from_db()
    return balance
