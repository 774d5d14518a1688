"""Customers' accounts and their API connections."""

import hmac
import secrets
from datetime import datetime
from decimal import Decimal

from django.db import models
from django.db.models import F, Max
from django.db.models.functions import Lower

FREE_CREDITS = 10
FIRST_USER_NUMBER = 3_401_455
FIRST_API_ID = 3_407_892


def new_activation_key() -> str:
    """32 hex characters for the link in the activation mail."""
    return secrets.token_hex(16)


class AccountQuerySet(models.QuerySet["Account"]):
    """Questions about many accounts."""

    def named(self, user: str) -> "AccountQuerySet":
        """Accounts with this username; letter case does not count (INFERRED)."""
        return self.filter(user__iexact=user)

    def with_email(self, email_address: str) -> "AccountQuerySet":
        """Accounts that receive mail at this address."""
        return self.filter(email_address__iexact=email_address)

    def next_user_number(self) -> int:
        """The user number of the next account to be registered."""
        highest = self.aggregate(highest=Max("user_number"))["highest"]
        return FIRST_USER_NUMBER if highest is None else highest + 1


class Account(models.Model):
    """One customer: REGISTERED, then EMAIL-ACTIVE, then SMS-ACTIVE.

    The password is kept in clear: the sandbox guards nothing, and forgotten ones
    are mailed by the provider it imitates.
    """

    user = models.CharField(max_length=128)
    password = models.CharField(max_length=32)
    user_number = models.PositiveIntegerField(unique=True)
    fname = models.CharField(max_length=80)
    sname = models.CharField(max_length=80)
    company = models.CharField(max_length=80)
    email_address = models.CharField(max_length=64)
    email_format = models.PositiveSmallIntegerField()
    weekly_update = models.BooleanField()
    country = models.PositiveIntegerField()
    mobile_number = models.CharField(max_length=30)
    account_type = models.PositiveIntegerField()
    activation_redirect = models.TextField(blank=True)
    activation_key = models.CharField(
        max_length=32, unique=True, default=new_activation_key
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    email_activated_at = models.DateTimeField(null=True)
    sms_activated_at = models.DateTimeField(null=True)
    sms_code = models.CharField(max_length=11, blank=True)
    sms_sends = models.PositiveSmallIntegerField(default=0)
    auth_failures = models.PositiveSmallIntegerField(default=0)
    credit = models.DecimalField(
        max_digits=12, decimal_places=3, default=Decimal(FREE_CREDITS)
    )
    bought_at = models.DateTimeField(null=True)
    limit_until = models.DateTimeField(null=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(Lower("user"), name="sandbox_account_user_unique")
        ]

    def __str__(self) -> str:
        return self.user

    def accepts(self, password: str) -> bool:
        """Whether this is the account's password."""
        return hmac.compare_digest(self.password.encode(), password.encode())

    @property
    def state(self) -> str:
        """The state in the words of the validation flow."""
        if self.email_activated_at is None:
            return "REGISTERED"
        return "SMS-ACTIVE" if self.sms_activated_at else "EMAIL-ACTIVE"

    @property
    def may_send_own_text(self) -> bool:
        """Until SMS activation and a first purchase only a canned text goes out."""
        return self.sms_activated_at is not None and self.bought_at is not None

    def activate_email(self, now: datetime) -> bool:
        """The link in the mail was opened; False when that had been done before."""
        return bool(
            Account.objects.filter(pk=self.pk, email_activated_at=None).update(
                email_activated_at=now
            )
        )

    def change_password(self, password: str) -> None:
        """The old password is over at once.

        So are messaging sessions that were opened with it (INFERRED).
        """
        Account.objects.filter(pk=self.pk).update(password=password)
        for connection in self.connections.all():
            connection.messagingsession_set.all().delete()

    def pay(self, credits_due: Decimal) -> bool:
        """Take credits off the balance, all or nothing."""
        return bool(
            Account.objects.filter(pk=self.pk, credit__gte=credits_due).update(
                credit=F("credit") - credits_due
            )
        )

    def receive(self, credits_added: Decimal) -> None:
        """Put credits on the balance."""
        Account.objects.filter(pk=self.pk).update(credit=F("credit") + credits_added)


class ApiConnectionQuerySet(models.QuerySet["ApiConnection"]):
    """Questions about many connections."""

    def live(self) -> "ApiConnectionQuerySet":
        """Connections that their owner has not deleted."""
        return self.filter(deleted_at=None)

    def next_api_id(self) -> int:
        """The api_id of the next connection; that of a deleted one is not reused."""
        highest = self.aggregate(highest=Max("api_id"))["highest"]
        return FIRST_API_ID if highest is None else highest + 1


class ApiConnection(models.Model):
    """One ``create_connection``: an api_id and where its receipts are posted.

    A deleted one keeps its row, for the texts that were sent over it.
    """

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="connections"
    )
    api_id = models.PositiveIntegerField(unique=True)
    connection_type = models.PositiveSmallIntegerField()
    description = models.TextField(blank=True)
    ip_address = models.TextField(blank=True)
    dial_prefix = models.CharField(max_length=10, blank=True)
    ftp_password = models.CharField(max_length=10, blank=True)
    callback_url = models.TextField(blank=True)
    callback_type = models.PositiveSmallIntegerField(default=0)
    callback_username = models.CharField(max_length=64, blank=True)
    callback_password = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    objects = ApiConnectionQuerySet.as_manager()

    class Meta:
        ordering = ["api_id"]

    def __str__(self) -> str:
        return str(self.api_id)

    def admits(self, source_ip: str) -> bool:
        """Whether the IP lockdown, if there is one, lets this address in."""
        allowed = [entry.strip() for entry in self.ip_address.split(",")]
        return not self.ip_address or source_ip in allowed

    def retire(self, now: datetime) -> bool:
        """Delete it for its owner; False when that had been done before.

        Its sessions end, receipts that still wait are never posted, and the number
        it was linked to is linked to none.
        """
        standing = ApiConnection.objects.live().filter(pk=self.pk)
        if not standing.update(deleted_at=now, callback_url=""):
            return False
        self.messagingsession_set.all().delete()
        self.number_set.update(connection=None)
        return True
