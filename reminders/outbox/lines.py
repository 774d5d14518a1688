"""The lines that may carry patients' texts now."""

from datetime import datetime

from provisioning.models import Line, ProviderAccount
from provisioning.models.line import LineQuerySet


def live_lines(now: datetime) -> LineQuerySet:
    """Proven numbers in use, of accounts that the provider lets send."""
    return Line.objects.filter(
        retired_at=None,
        proven_at__isnull=False,
        account__in=ProviderAccount.objects.usable(now),
    )
