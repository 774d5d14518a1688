"""ProviderAccount: the practice's own account at the SMS provider, and its stage.

    draft → registered → email_activated → phone_verified → connected
          → number_claimed → ready

and from any of them to disconnected, from where the set-up may begin anew. Conditions
(locked, suspended, out of credit, credentials refused) stand beside the stage, since
each can come and go at any of them. Moves are made by `provisioning.stages`, never by
assigning `stage`.
"""

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from provisioning.models.fields import EncryptedTextField
from provisioning.models.people import Practice

if TYPE_CHECKING:
    from provisioning.models.change import StageChange


class Stage(models.TextChoices):
    """How far the account is; only the provider's answers move it forward."""

    DRAFT = "draft", _("Not registered yet")
    # The practice works on in the app; it has let go of the account it had.
    DISCONNECTED = "disconnected", _("Disconnected")
    REGISTERED = "registered", _("Registered")  # activation mail is on its way
    EMAIL_ACTIVATED = "email_activated", _("E-mail confirmed")
    PHONE_VERIFIED = "phone_verified", _("Mobile verified")
    CONNECTED = "connected", _("Connected")  # has an API connection
    NUMBER_CLAIMED = "number_claimed", _("Number claimed")  # not proven yet
    READY = "ready", _("Ready")  # the live two-way test went both ways

    @property
    def position(self) -> int:
        """Place in the order of stages, from 0."""
        return list(Stage).index(self)


# How long after a click on "buy credits" we look out for what was bought.
SHOPPING = timedelta(minutes=10)
# From here on texts could be sent, so what identifies us to the provider is there.
SENDING_STAGES = (Stage.CONNECTED, Stage.NUMBER_CLAIMED, Stage.READY)


class Interface(models.TextChoices):
    """Which of the provider's interfaces the account speaks; they share nothing."""

    CONNECT = "connect", _("Connect and XML API")  # accounts of Developers' Central
    ONE_API = "one_api", _("One API")  # accounts of the present-day platform


def new_hook_secret() -> str:
    """Return the unguessable part of the addresses the provider posts to."""
    return secrets.token_urlsafe(24)


def new_hook_password() -> str:
    """Return a Basic-auth password; alphanumeric, since the provider wants that."""
    return secrets.token_hex(16)


def new_provider_password() -> str:
    """Return a password for the provider: 24 letters and digits, with both in it.

    The provider allows A-Z a-z 0-9, 6 to 32 (Connect API User Guide, register).
    """
    alphabet = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    body = "".join(secrets.choice(alphabet) for _position in range(22))
    return f"{secrets.choice('abcdefghjkmn')}{body}{secrets.choice('23456789')}"


class ProviderAccountQuerySet(models.QuerySet["ProviderAccount"]):
    """Questions about many accounts."""

    def still(self, account: "ProviderAccount") -> Self:
        """The row of an account, unless the practice has let go of it meanwhile.

        What a call has learned about the one it was made for is no news about the next.
        """
        return self.filter(
            pk=account.pk, interface=account.interface, username=account.username
        )

    def answered_to(self) -> Self:
        """Accounts whose stored password the provider has not refused.

        A refused one is tried again by a person only: the second failure would lock
        the account behind a picture code.
        """
        return self.filter(credentials_refused_at=None)

    def waiting_for_mail(self, now: datetime) -> Self:
        """Accounts whose activation link nobody has clicked, as far as we know.

        Those behind a picture code are among them, but `check_after` is far off then:
        only a person can read the picture.
        """
        return self.answered_to().filter(stage=Stage.REGISTERED, check_after__lte=now)

    def waiting_for_credit(self, now: datetime) -> Self:
        """Accounts on the wizard's credits page, or whose owner is in the shop.

        The wire log says who is: it was asked for a link to it a short while ago.
        """
        in_the_shop = self.model._default_manager.filter(
            calls__action="buy_credits_url",
            calls__outcome="answered",
            calls__started_at__gt=now - SHOPPING,
        )
        return self.answered_to().filter(
            Q(stage=Stage.NUMBER_CLAIMED, credits_settled_at=None)
            | Q(stage=Stage.READY, pk__in=in_the_shop.values("pk")),
            check_after__lte=now,
        )

    def usable(self, now: datetime) -> Self:
        """Accounts that may send patients' texts now."""
        return self.filter(
            Q(limited_until=None) | Q(limited_until__lte=now),
            stage=Stage.READY,
            suspended_at=None,
            out_of_credit_at=None,
            credentials_refused_at=None,
        )


class ProviderAccount(models.Model):
    """The practice's account at the provider: the practice owns it and pays there."""

    practice = models.OneToOneField(
        Practice, on_delete=models.CASCADE, related_name="account"
    )
    stage = models.CharField(max_length=16, choices=Stage, default=Stage.DRAFT)
    stage_since = models.DateTimeField()
    interface = models.CharField(
        max_length=10, choices=Interface, default=Interface.CONNECT
    )
    # The owner had this account before, or opened it without us.
    brought = models.BooleanField(default=False)
    # The watcher asks the provider about a waiting account when this has passed.
    check_after = models.DateTimeField(null=True, blank=True)
    # A provider call for this account is under way until then (double clicks, tabs).
    busy_until = models.DateTimeField(null=True, blank=True)

    # What the provider knows the practice by. The password is ours, never the user's,
    # except where the owner brought an account along or had it replaced.
    username = models.CharField(max_length=128, blank=True)
    password = EncryptedTextField(default=new_provider_password)
    email_address = models.EmailField(max_length=64, blank=True)
    mobile_number = models.CharField(max_length=16, blank=True, help_text="E.164")
    country_id = models.PositiveIntegerField(null=True, blank=True)
    account_type_id = models.PositiveIntegerField(null=True, blank=True)
    code_sent_at = models.DateTimeField(null=True, blank=True)
    user_number = models.CharField(max_length=32, blank=True)
    api_id = models.CharField(max_length=32, blank=True)
    # Connections we let go of, comma separated: their late callbacks are still ours.
    former_api_ids = models.CharField(max_length=200, blank=True)
    api_key = EncryptedTextField(blank=True, default="", help_text="One API only")
    # A number that a text from the owner's mobile told us the account has. E.164.
    seen_number = models.CharField(max_length=16, blank=True)

    # How the provider calls back: the secret path, and Basic auth on top of it.
    hook_secret = models.CharField(max_length=64, unique=True, default=new_hook_secret)
    hook_password = EncryptedTextField(default=new_hook_password)

    # Conditions beside the stage: since when, or null.
    locked_at = models.DateTimeField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    out_of_credit_at = models.DateTimeField(null=True, blank=True)
    credentials_refused_at = models.DateTimeField(null=True, blank=True)
    credit_low_at = models.DateTimeField(null=True, blank=True)
    # The provider texts no more codes (102); only its support can help.
    mobile_tries_used_up_at = models.DateTimeField(null=True, blank=True)
    # The provider's allowance is used up until then (error 130 names the instant).
    limited_until = models.DateTimeField(null=True, blank=True)

    balance = models.DecimalField(
        max_digits=12, decimal_places=3, null=True, blank=True
    )
    balance_at = models.DateTimeField(null=True, blank=True)
    # Empty: credits, of which a text part takes about one. Else an ISO 4217 code.
    currency = models.CharField(max_length=3, blank=True)
    # At or below this the owners are told.
    low_balance = models.DecimalField(max_digits=12, decimal_places=3, default=50)
    # When the owner bought credits, or chose to go on without.
    credits_settled_at = models.DateTimeField(null=True, blank=True)

    objects = ProviderAccountQuerySet.as_manager()

    HOOK_USER = "frontdesk"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=Stage.values), name="account_stage_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(
                    stage__in=SENDING_STAGES, interface=Interface.CONNECT, api_id=""
                ),
                name="connected_account_has_api_id",
            ),
            models.CheckConstraint(
                condition=~Q(
                    stage__in=SENDING_STAGES, interface=Interface.ONE_API, api_key=""
                ),
                name="connected_account_has_api_key",
            ),
            models.CheckConstraint(
                condition=Q(interface__in=Interface.values),
                name="account_interface_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practice} ({self.get_stage_display()})"

    def owns_connection(self, api_id: str) -> bool:
        """Whether a callback that names this connection is about this account."""
        return api_id in (self.api_id, *self.former_api_ids.split(","))

    def has_reached(self, stage: Stage) -> bool:
        """Whether the account is at this stage or past it."""
        return Stage(self.stage).position >= stage.position

    @property
    def is_registered(self) -> bool:
        """Whether people may work in the app: the provider knows, or knew, us."""
        return self.stage != Stage.DRAFT

    @property
    def has_password(self) -> bool:
        """Whether the provider knows it by a user name and a password."""
        return self.interface == Interface.CONNECT and self.has_reached(
            Stage.REGISTERED
        )

    @property
    def unit(self) -> str:
        """What the balance is counted in: a currency's code, or the word for credits."""
        return self.currency or gettext("credits")

    def beginning(self) -> "StageChange | None":
        """How the present account began: when, and by whom."""
        without = (Stage.DRAFT, Stage.DISCONNECTED)
        changes = self.stage_changes.select_related("by")
        return changes.filter(before__in=without).last()

    def is_usable(self, now: datetime) -> bool:
        """Whether patients' texts may go out now."""
        return self.stage == Stage.READY and not (
            self.suspended_at
            or self.out_of_credit_at
            or self.credentials_refused_at
            or (self.limited_until and self.limited_until > now)
        )

    def is_busy(self, now: datetime) -> bool:
        """Whether a provider call for it is under way, as far as this row knows."""
        return self.busy_until is not None and self.busy_until > now

    def take_turn(self, now: datetime, until: datetime) -> bool:
        """Claim the account for one provider call; False when another has it.

        A claim runs out at `until`, so a killed process blocks nobody for long.
        """
        return (
            ProviderAccount.objects.filter(
                Q(busy_until=None) | Q(busy_until__lte=now), pk=self.pk
            ).update(busy_until=until)
            == 1
        )

    def end_turn(self, until: datetime) -> None:
        """Give the claim of `take_turn` back, unless it ran out and another has one."""
        ProviderAccount.objects.filter(pk=self.pk, busy_until=until).update(
            busy_until=None
        )

    def take_look(self, now: datetime, next_look: datetime) -> bool:
        """Claim one look at a waiting account; False when another worker has it."""
        return (
            ProviderAccount.objects.filter(pk=self.pk, check_after__lte=now).update(
                check_after=next_look
            )
            == 1
        )
