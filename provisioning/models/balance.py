"""BalanceReading: what the provider said was on the account, and when."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F

from provisioning.models.account import ProviderAccount


class BalanceReadingQuerySet(models.QuerySet["BalanceReading"]):
    """Questions about many readings."""

    def since(self, moment: datetime) -> Self:
        """Readings from `moment` on, oldest first."""
        return self.filter(at__gte=moment).order_by("at", "pk")


class BalanceReading(models.Model):
    """One answer of the provider's, kept when it differs from the one before."""

    account = models.ForeignKey(
        ProviderAccount, on_delete=models.CASCADE, related_name="balance_readings"
    )
    balance = models.DecimalField(max_digits=12, decimal_places=3)
    at = models.DateTimeField()

    objects = BalanceReadingQuerySet.as_manager()

    class Meta:
        ordering = [F("at").desc(), "-pk"]
        indexes = [models.Index(fields=["account", "at"], name="balance_of_account")]

    def __str__(self) -> str:
        return f"{self.balance} at {self.at:%Y-%m-%d %H:%M}"
