"""Every text the sandbox carried, in both directions."""

from datetime import datetime

from django.db import models

from .accounts import Account, ApiConnection
from .gates import new_hex_id
from .platform import Integration


class TextQuerySet(models.QuerySet["Text"]):
    """Questions about many texts."""

    def on_phone(self, digits: str) -> "TextQuerySet":
        """What its owner sees: texts that arrived there and texts written there."""
        arrived = models.Q(
            recipient=digits,
            direction=Text.Direction.TO_HANDSET,
            delivered_at__isnull=False,
        )
        written = models.Q(sender=digits, direction=Text.Direction.FROM_HANDSET)
        return self.filter(arrived | written).order_by("accepted_at", "pk")

    def moving(self, now: datetime) -> "TextQuerySet":
        """Texts to handsets whose next step is due."""
        return self.filter(
            direction=Text.Direction.TO_HANDSET,
            status__in=[Text.Status.GATEWAY, Text.Status.SCHEDULED],
            progress_at__lte=now,
        ).order_by("progress_at", "pk")


class Text(models.Model):
    """One text; ``status`` holds the provider's own three digits."""

    class Direction(models.TextChoices):
        """Which way it travels."""

        TO_HANDSET = "to_handset"
        FROM_HANDSET = "from_handset"

    class Status(models.TextChoices):
        """The message status codes the sandbox uses."""

        GATEWAY = "003", "Delivered to gateway"
        RECEIVED = "004", "Received by recipient"
        CANCELLED = "006", "User cancelled message delivery"
        ERROR = "007", "Error delivering message"
        EXPIRED = "010", "Message expired"
        SCHEDULED = "011", "Message queued for later delivery"

    direction = models.CharField(max_length=12, choices=Direction.choices)
    message_id = models.CharField(max_length=32, unique=True, default=new_hex_id)
    client_id = models.CharField(max_length=32, blank=True, db_index=True)
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE)
    connection = models.ForeignKey(ApiConnection, null=True, on_delete=models.CASCADE)
    # Instead of the two, for a customer of the present-day platform.
    integration = models.ForeignKey(Integration, null=True, on_delete=models.CASCADE)
    sender = models.CharField(max_length=16)
    recipient = models.CharField(max_length=16)
    text = models.TextField()
    parts = models.PositiveSmallIntegerField(default=1)
    charge = models.DecimalField(max_digits=9, decimal_places=3, default=0)
    callback = models.PositiveSmallIntegerField(default=0)
    validity_minutes = models.PositiveSmallIntegerField(default=1440)
    status = models.CharField(
        max_length=3, choices=Status.choices, default=Status.GATEWAY
    )
    accepted_at = models.DateTimeField()
    progress_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    objects = TextQuerySet.as_manager()

    class Meta:
        ordering = ["-accepted_at", "-pk"]
        indexes = [
            models.Index(fields=["recipient", "sender"], name="sandbox_text_pair"),
            models.Index(fields=["status", "progress_at"], name="sandbox_text_moving"),
        ]

    def __str__(self) -> str:
        return self.message_id
