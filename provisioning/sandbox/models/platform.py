"""Customers of the present-day platform: an integration with its key and its number."""

import secrets
from base64 import b64encode
from datetime import datetime
from decimal import Decimal

from django.db import models
from django.db.models import F

from .gates import new_hex_id


def new_api_key() -> str:
    """What the portal shows as the key of an integration."""
    return b64encode(secrets.token_bytes(24)).decode().rstrip("=") + "=="


class Integration(models.Model):
    """One workspace of the portal: SMS, one two-way US number, money on it."""

    integration_id = models.CharField(max_length=32, unique=True, default=new_hex_id)
    name = models.CharField(max_length=80)
    api_key = models.CharField(max_length=64, unique=True, default=new_api_key)
    digits = models.CharField(max_length=16, unique=True)
    currency = models.CharField(max_length=3, default="USD")
    balance = models.DecimalField(max_digits=9, decimal_places=4, default=10)
    is_active = models.BooleanField(default=True)
    is_suspended = models.BooleanField(default=False)
    # The US rule: without the commands no text goes out (111).
    has_stop_commands = models.BooleanField(default=True)
    status_url = models.TextField(blank=True)
    inbound_url = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def pay(self, price: Decimal) -> bool:
        """Take the price off the balance; False when there is not enough."""
        rows = Integration.objects.filter(pk=self.pk, balance__gte=price)
        return bool(rows.update(balance=F("balance") - price))

    def receive(self, amount: Decimal) -> None:
        """Add to the balance."""
        Integration.objects.filter(pk=self.pk).update(balance=F("balance") + amount)


class PlatformStop(models.Model):
    """A handset wrote a stop word to an integration's number."""

    integration = models.ForeignKey(
        Integration, on_delete=models.CASCADE, related_name="stops"
    )
    handset = models.CharField(max_length=16)
    stopped_at = models.DateTimeField()
    # The one confirmation that may still pass.
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "handset"], name="sandbox_platform_stop_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.handset} stopped {self.integration}"

    def let_confirmation_pass(self, now: datetime) -> bool:
        """Whether this text is the one confirmation (INFERRED as at the old API)."""
        rows = PlatformStop.objects.filter(pk=self.pk, confirmed_at=None)
        return bool(rows.update(confirmed_at=now))
