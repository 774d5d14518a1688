"""Line: the US long number that texts come from; TwoWayTest: the proof that it works."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from provisioning.models.account import ProviderAccount, Stage


class LineQuerySet(models.QuerySet["Line"]):
    """Questions about many numbers."""

    def live(self) -> Self:
        """Numbers that are in use, at most one for each account."""
        return self.filter(retired_at=None)

    def with_credentials(self) -> Self:
        """With the account as far as sending wants it: what is not read is not
        decrypted.
        """
        return self.select_related("account").only(
            "number",
            "account__practice_id",
            "account__interface",
            "account__username",
            "account__password",
            "account__api_id",
            "account__api_key",
        )

    def in_use_elsewhere(self, number: str, account: ProviderAccount | None) -> bool:
        """Whether a practice other than the account's sends from this number."""
        return self.live().filter(number=number).exclude(account=account).exists()


class Line(models.Model):
    """A US long number of the practice's account.

    `free_at` is the pacing: a long number carries about one text part a second, so a
    claim takes the line's next free instant and moves it on by the parts it sends.
    """

    account = models.ForeignKey(
        ProviderAccount, on_delete=models.CASCADE, related_name="lines"
    )
    number = models.CharField(max_length=16, help_text="E.164")
    claimed_at = models.DateTimeField()
    proven_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the live two-way test succeeded.")
    )
    retired_at = models.DateTimeField(null=True, blank=True)
    free_at = models.DateTimeField(
        help_text=_("No text leaves this number before this instant.")
    )

    objects = LineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "account", condition=Q(retired_at=None), name="one_live_line"
            )
        ]
        indexes = [
            # Who has been free for longest, a claim asks.
            models.Index(
                "free_at", "id", condition=Q(retired_at=None), name="lines_free"
            )
        ]

    def __str__(self) -> str:
        return self.number

    def was_on_former_account(self) -> bool:
        """Whether the practice has let go of the provider account it was on."""
        return self.account.stage_changes.filter(
            after=Stage.DISCONNECTED, at__gte=self.claimed_at
        ).exists()


class TwoWayTestQuerySet(models.QuerySet["TwoWayTest"]):
    """Questions about the live tests."""

    def waiting(self, since: datetime) -> Self:
        """Tests begun after `since` that nobody has answered yet."""
        return self.filter(answered_at=None, started_at__gte=since)


class TwoWayTest(models.Model):
    """We text the owner's mobile; the owner answers; the number is proven."""

    class State(models.TextChoices):
        """How our half of the test fares."""

        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Unknown")

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="tests")
    mobile_number = models.CharField(max_length=16, help_text="E.164")
    client_id = models.CharField(max_length=32, unique=True)
    provider_id = models.CharField(max_length=64, blank=True)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.SENDING
    )
    problem = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=160, blank=True)
    # The provider repeats callbacks: the answer's own id tells a repeat from a text.
    answer_id = models.CharField(max_length=64, blank=True)

    objects = TwoWayTestQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.line} → {self.mobile_number}: {self.state}"
