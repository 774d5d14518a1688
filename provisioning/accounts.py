"""What we learn about a whole account, written down: conditions, limits, the balance.

Each is one conditional UPDATE, so that the first to notice sets the time and nothing
is overwritten by somebody who read the row earlier.
"""

from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from provisioning import credit, interfaces
from provisioning.clickatell.errors import ProviderError
from provisioning.interfaces.shapes import Condition
from provisioning.models import ProviderAccount, Stage, User


def note(account: ProviderAccount, condition: Condition, now: datetime) -> None:
    """Note a condition of the whole account; the first time is kept."""
    row = ProviderAccount.objects.still(account)
    row.filter(**{condition: None}).update(**{condition: now})


def limit(account: ProviderAccount, *, until: datetime) -> None:
    """Hold the account's texts until then; a later instant already noted stays."""
    ProviderAccount.objects.still(account).filter(
        Q(limited_until=None) | Q(limited_until__lt=until)
    ).update(limited_until=until)


def try_again(account: ProviderAccount) -> None:
    """Lift suspension and limit: the owner says that it is mended.

    The next text finds out whether it is.
    """
    ProviderAccount.objects.filter(pk=account.pk).update(
        suspended_at=None, limited_until=None
    )


def refresh_balance(
    account: ProviderAccount, now: datetime, by: User | None = None
) -> Decimal | None:
    """Ask for the balance and keep it; raises ProviderError.

    Nothing is asked before the account has a connection. On the wizard's credits page,
    more credit than before also settles that page.
    """
    if not account.has_reached(Stage.CONNECTED):
        return account.balance
    face = interfaces.of(account)
    try:
        balance = credit.kept(face.balance(account, by).amount)
    except ProviderError as error:
        for code in error.codes:
            if condition := face.condition_of(code):
                note(account, condition, now)
        raise
    credit.note_balance(account, balance, now)
    if account.balance is not None and balance > account.balance:
        ProviderAccount.objects.still(account).filter(credits_settled_at=None).update(
            credits_settled_at=now
        )
    account.refresh_from_db()
    return balance
