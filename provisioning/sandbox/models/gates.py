"""What stands before the work: captchas, login counters, tickets and sessions."""

import secrets
import string
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F

from .accounts import Account, ApiConnection

CAPTCHA_LIFE = timedelta(minutes=15)
TICKET_LIFE = timedelta(minutes=15)
SESSION_IDLE = timedelta(minutes=15)
IP_FAILURES_BEFORE_CAPTCHA = 10

# No look-alikes: 0 and O, 1 and I, 2 and Z, 5 and S, 8 and B.
READABLE = "34679ACDEFGHJKLMNPQRTUVWXY"


def new_hex_id() -> str:
    """32 lower-case hex characters, as captcha, message and session ids are."""
    return secrets.token_hex(16)


def new_auth_id() -> str:
    """32 mixed-case letters and digits, as in the links to the customer's pages."""
    letters = string.ascii_letters + string.digits
    return "".join(secrets.choice(letters) for _ in range(32))


def new_code(length: int) -> str:
    """A code a person can copy without mistaking one sign for another."""
    return "".join(secrets.choice(READABLE) for _ in range(length))


class Captcha(models.Model):
    """A picture shown once: dead after 15 minutes, one failed try or one success."""

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open"
        FAILED = "failed"
        REDEEMED = "redeemed"

    captcha_id = models.CharField(max_length=32, unique=True, default=new_hex_id)
    code = models.CharField(max_length=6)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.captcha_id

    def expired(self, now: datetime) -> bool:
        """Too old to be answered."""
        return now - self.created_at >= CAPTCHA_LIFE

    def settle(self, state: "Captcha.State") -> None:
        """It has been tried: it cannot be tried again."""
        Captcha.objects.filter(pk=self.pk).update(state=state)


class SourceAddressQuerySet(models.QuerySet["SourceAddress"]):
    """The failed logins counted per calling address, across all accounts."""

    def any_locked(self) -> bool:
        """Whether calls from one of these addresses need a captcha now."""
        return self.filter(auth_failures__gte=IP_FAILURES_BEFORE_CAPTCHA).exists()

    def locked(self, address: str) -> bool:
        """Whether calls from this address need a captcha now."""
        return self.filter(address=address).any_locked()

    def count_failure(self, address: str) -> None:
        """One more failed login in a row from this address."""
        self.get_or_create(address=address)
        self.filter(address=address).update(auth_failures=F("auth_failures") + 1)

    def lock(self, address: str) -> None:
        """As if ten logins in a row had failed from this address."""
        self.update_or_create(
            address=address, defaults={"auth_failures": IP_FAILURES_BEFORE_CAPTCHA}
        )

    def clear(self, address: str) -> None:
        """A login from this address succeeded."""
        self.filter(address=address).update(auth_failures=0)


class SourceAddress(models.Model):
    """An address that calls us, with its consecutive authentication failures."""

    address = models.CharField(max_length=45, unique=True)
    auth_failures = models.PositiveIntegerField(default=0)

    objects = SourceAddressQuerySet.as_manager()

    class Meta:
        ordering = ["address"]

    def __str__(self) -> str:
        return self.address


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Questions about many tickets."""

    def valid(self, page: str, auth_id: str, now: datetime) -> "Ticket | None":
        """The ticket that opens this page now, if there is one."""
        return (
            self.filter(page=page, auth_id=auth_id, used_at=None)
            .filter(created_at__gt=now - TICKET_LIFE)
            .select_related("account")
            .first()
        )


class Ticket(models.Model):
    """The ``auth_id`` that lets a browser into one of the customer's own pages."""

    class Page(models.TextChoices):
        """Which page it opens."""

        BUY = "buy"
        TWO_WAY = "two_way"
        CONSOLE = "console"

    auth_id = models.CharField(max_length=32, unique=True, default=new_auth_id)
    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    page = models.CharField(max_length=10, choices=Page.choices)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.page} for {self.account_id}"

    def use(self, now: datetime) -> bool:
        """Spend it; False when somebody was quicker."""
        return bool(Ticket.objects.filter(pk=self.pk, used_at=None).update(used_at=now))


class MessagingSessionQuerySet(models.QuerySet["MessagingSession"]):
    """Questions about many sessions."""

    def alive(self, session_id: str, now: datetime) -> "MessagingSession | None":
        """The session of this id, unless it has been idle too long."""
        return (
            self.filter(session_id=session_id, last_used_at__gt=now - SESSION_IDLE)
            .select_related("connection__account")
            .first()
        )


class MessagingSession(models.Model):
    """A messaging ``auth``: credentials for 15 idle minutes."""

    session_id = models.CharField(max_length=32, unique=True, default=new_hex_id)
    connection = models.ForeignKey(ApiConnection, on_delete=models.CASCADE)
    last_used_at = models.DateTimeField()

    objects = MessagingSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-last_used_at"]

    def __str__(self) -> str:
        return self.session_id

    def touch(self, now: datetime) -> None:
        """It was used: the idle time starts again."""
        MessagingSession.objects.filter(pk=self.pk).update(last_used_at=now)
