"""Receipt: what the provider reported about a text, kept as it came."""

from django.db import models

from provisioning.models import Practice
from reminders.models.message import Message
from reminders.models.tenant import PracticeQuerySet


class Receipt(models.Model):
    """One delivery report, kept as it came. Rows are only ever added.

    A report may arrive before our own commit, twice, late, or for a text we do not
    know: it is stored first and matched by client id, then provider id.
    """

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="receipts", db_index=False
    )
    message = models.ForeignKey(
        Message,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="receipts",
    )
    # Both as a stranger sends them: the gateway lets 64 letters and digits through.
    client_id = models.CharField(max_length=64, blank=True)
    provider_id = models.CharField(max_length=64)
    status = models.CharField(max_length=8)
    status_at = models.DateTimeField()
    charge = models.DecimalField(max_digits=10, decimal_places=6, null=True, blank=True)
    received_at = models.DateTimeField()

    objects = PracticeQuerySet["Receipt"].as_manager()

    class Meta:
        ordering = ["received_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "practice", "provider_id", "status", name="one_receipt_a_status"
            )
        ]
        indexes = [
            # The last one of a practice: has anything come back from its texts?
            models.Index(
                fields=["practice", "-received_at"], name="receipts_of_practice"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.status}"
