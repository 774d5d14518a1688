"""Rented two-way numbers, handsets, and the handsets that wrote STOP."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from .accounts import Account, ApiConnection

# How long the customer has to confirm a STOP before the provider steps in
# (Two-Way Technical Guide).
CONFIRM_WITHIN = timedelta(hours=6)

# Endings of the reserved 555-01xx numbers that behave in a special way (invented).
LANDLINE_ENDING = "0199"
BLOCKED_ENDING = "0198"
UNCOVERED_ENDING = "0197"
SPECIAL_ENDINGS = (LANDLINE_ENDING, BLOCKED_ENDING, UNCOVERED_ENDING)


class Number(models.Model):
    """A US long number a customer has claimed, and its reply path."""

    digits = models.CharField(max_length=16, unique=True)
    account = models.OneToOneField(
        Account, on_delete=models.CASCADE, related_name="number"
    )
    connection = models.ForeignKey(ApiConnection, null=True, on_delete=models.SET_NULL)
    claimed_at = models.DateTimeField()
    is_suspended = models.BooleanField(default=False)
    reply_url = models.TextField(blank=True)
    reply_type = models.PositiveSmallIntegerField(default=1)
    reply_username = models.CharField(max_length=64, blank=True)
    reply_password = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["digits"]

    def __str__(self) -> str:
        return self.digits

    def give_back(self) -> None:
        """End the rent: whoever wrote STOP to the number wrote it to this tenant."""
        Stop.objects.filter(number=self.digits).delete()
        Number.objects.filter(pk=self.pk).delete()


class HandsetQuerySet(models.QuerySet["Handset"]):
    """Questions about many handsets."""

    def is_off(self, digits: str) -> bool:
        """Whether somebody switched this phone off."""
        return self.filter(digits=digits, is_off=True).exists()

    def switch(self, digits: str, *, off: bool) -> None:
        """Switch a phone off or on again."""
        self.update_or_create(digits=digits, defaults={"is_off": off})


class Handset(models.Model):
    """A phone we have an opinion about; phones without a row are switched on."""

    digits = models.CharField(max_length=16, unique=True)
    is_off = models.BooleanField(default=False)

    objects = HandsetQuerySet.as_manager()

    class Meta:
        ordering = ["digits"]

    def __str__(self) -> str:
        return self.digits


class StopQuerySet(models.QuerySet["Stop"]):
    """Questions about many stops."""

    def against(self, account: Account, sender: str, handset: str) -> "Stop | None":
        """The stop that stands between this sender and this handset, if any."""
        return (
            self.filter(account=account, handset=handset)
            .filter(Q(whole_account=True) | Q(number=sender))
            .first()
        )

    def unconfirmed(self, now: datetime) -> "StopQuerySet":
        """Stops the customer has left without a confirmation for too long."""
        return self.filter(
            confirmed_at=None, notice_at=None, stopped_at__lte=now - CONFIRM_WITHIN
        )


class Stop(models.Model):
    """A handset wrote a stop word to a number.

    The customer owes it one confirmation within six hours; that one text passes.
    Every other text is refused until a message without the words arrives.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    number = models.CharField(max_length=16)
    handset = models.CharField(max_length=16)
    whole_account = models.BooleanField(default=False)
    stopped_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    notice_at = models.DateTimeField(null=True)

    objects = StopQuerySet.as_manager()

    class Meta:
        ordering = ["stopped_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["number", "handset"], name="sandbox_stop_once_per_pair"
            )
        ]

    def __str__(self) -> str:
        return f"{self.handset} stopped {self.number}"

    def let_confirmation_pass(self, sender: str, now: datetime) -> bool:
        """Whether this text is the one confirmation that is owed; it is then spent."""
        if sender != self.number or now >= self.stopped_at + CONFIRM_WITHIN:
            return False
        return bool(
            Stop.objects.filter(pk=self.pk, confirmed_at=None).update(confirmed_at=now)
        )
