"""Notice: what the owners must know about the account, from when to when."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from provisioning.models.account import ProviderAccount

# No mail takes longer to be handed over. A worker that died with one loses none: it is
# sent by the next, and at worst twice.
LEASE = timedelta(minutes=5)


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Questions about many notices."""

    def open(self) -> Self:
        """What holds at present."""
        return self.filter(closed_at=None)

    def keep(self, kind: str, accounts: Collection[int], now: datetime) -> None:
        """Have this kind open for these accounts and for no others.

        For whoever finds conditions that are not the account's own. Of two that look at
        the same time, the second finds the rows of the first.
        """
        known = self.open().filter(kind=kind)
        held = set(known.values_list("account_id", flat=True))
        new = [
            Notice(account_id=account, kind=kind, opened_at=now)
            for account in accounts
            if account not in held
        ]
        self.bulk_create(new, ignore_conflicts=True)
        if gone := held.difference(accounts):
            known.filter(account__in=gone).update(closed_at=now)

    def unmailed(self, now: datetime) -> Self:
        """Open notices that no owner has been written to about, nor is just now."""
        free = Q(taken_until=None) | Q(taken_until__lte=now)
        return self.open().filter(free, mailed_at=None)


class Notice(models.Model):
    """One episode of one condition: opened, mailed to the owners once, closed."""

    class Kind(models.TextChoices):
        """What is the matter."""

        CREDIT_LOW = "credit_low", _("Credit is running out")
        OUT_OF_CREDIT = "out_of_credit", _("Out of credit")
        SUSPENDED = "suspended", _("Suspended by the provider")
        CREDENTIALS_REFUSED = "credentials_refused", _("Password refused")
        # Found by the floor above, which knows texts and receipts.
        TEXTS_STUCK = "texts_stuck", _("Texts stand still")
        REPORTS_SILENT = "reports_silent", _("No reports come back")
        REPORTS_REFUSED = "reports_refused", _("Reports are refused")

    account = models.ForeignKey(
        ProviderAccount, on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    # A worker is writing the mail until then.
    taken_until = models.DateTimeField(null=True, blank=True)

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
        """Claim the mail about this for a while; False when another worker has it."""
        free = Notice.objects.unmailed(now).filter(pk=self.pk)
        return free.update(taken_until=now + LEASE) == 1

    def is_mailed(self, now: datetime) -> None:
        """Note that the mail left."""
        Notice.objects.filter(pk=self.pk).update(mailed_at=now, taken_until=None)

    def give_back(self, now: datetime) -> None:
        """Undo `take` of that moment: the mail could not be sent."""
        mine = Notice.objects.filter(pk=self.pk, taken_until=now + LEASE)
        mine.update(taken_until=None)
