"""Notice: what the owners must know about the account, from when to when."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from provisioning.models.account import ProviderAccount


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Questions about many notices."""

    def open(self) -> Self:
        """What holds at present."""
        return self.filter(closed_at=None)

    def unmailed(self) -> Self:
        """Open notices that no owner has been written to about."""
        return self.open().filter(mailed_at=None)


class Notice(models.Model):
    """One episode of one condition: opened, mailed to the owners once, closed."""

    class Kind(models.TextChoices):
        """What is the matter."""

        CREDIT_LOW = "credit_low", _("Credit is running out")
        OUT_OF_CREDIT = "out_of_credit", _("Out of credit")
        SUSPENDED = "suspended", _("Suspended by the provider")
        CREDENTIALS_REFUSED = "credentials_refused", _("Password refused")

    account = models.ForeignKey(
        ProviderAccount, on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "account", "kind", condition=Q(closed_at=None), name="one_open_notice"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_kind_display()}"

    def take(self, now: datetime) -> bool:
        """Claim the mail about this; False when another worker has it."""
        return (
            Notice.objects.filter(pk=self.pk, mailed_at=None).update(mailed_at=now) == 1
        )

    def give_back(self, taken_at: datetime) -> None:
        """Undo `take`: the mail could not be sent."""
        Notice.objects.filter(pk=self.pk, mailed_at=taken_at).update(mailed_at=None)
