"""ProviderCall: the wire log.

Every call and every callback, with secrets and patient data masked before they are
stored. It is what the "under the hood" panel shows and what support reads; the row is
committed before the wire is touched, so an interrupted call is visible as pending.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _

from provisioning.models.account import ProviderAccount, Stage
from provisioning.models.people import User

# No call takes longer than half of this.
LONGEST_CALL = timedelta(minutes=1)


class ProviderCallQuerySet(models.QuerySet["ProviderCall"]):
    """Questions about the wire log."""

    def action_named(self, action: str) -> Self:
        """Calls of one action, newest first."""
        return self.filter(action=action).order_by("-pk")

    def maybe_done(self) -> Self:
        """Calls that the provider acted upon, or may have: all but refused and failed."""
        return self.exclude(
            outcome__in=[ProviderCall.Outcome.REFUSED, ProviderCall.Outcome.FAILED]
        )

    def with_any_code(self, codes: Collection[str]) -> Self:
        """Calls that were answered with one of these codes."""
        named = Q()
        for code in codes:
            named |= Q(codes__contains=code)
        return self.filter(named)

    def codes_seen(self) -> dict[tuple[str, str], tuple[int, datetime]]:
        """How often each code came and when last, by (api, code)."""
        seen: dict[tuple[str, str], tuple[int, datetime]] = {}
        answers = self.exclude(codes="").order_by().values_list("api", "codes")
        for api, codes, times, last in answers.annotate(Count("pk"), Max("started_at")):
            for code in codes.split(","):
                before, latest = seen.get((api, code), (0, last))
                seen[api, code] = (before + times, max(latest, last))
        return seen

    def settled(self) -> Self:
        """All but registrations of drafts that may have been done.

        They say that the provider has to be asked before the draft is deleted.
        """
        doubtful = self.model._default_manager.filter(
            action="register", account__stage=Stage.DRAFT
        ).maybe_done()
        return self.exclude(pk__in=doubtful.values("pk"))

    def older_than(self, moment: datetime) -> Self:
        """Calls begun before `moment`."""
        return self.filter(started_at__lt=moment)

    def prune(self, batch: int = 1_000) -> None:
        """Delete them a batch at a time: nobody waits long for any of it."""
        oldest = self.order_by("started_at").values_list("pk", flat=True)[:batch]
        while ids := list(oldest.all()):
            self.model._default_manager.filter(pk__in=ids).delete()


class ProviderCall(models.Model):
    """One request to the provider, or one of its callbacks to us."""

    class Api(models.TextChoices):
        """Which part of the wire."""

        CONNECT = "connect", _("Connect API")
        MESSAGING = "messaging", _("Messaging API")
        ONE_API = "one_api", _("One API")
        CALLBACK = "callback", _("Callback to us")

    class Outcome(models.TextChoices):
        """What became of it."""

        PENDING = "pending", _("Under way")  # or the process died: may have been done
        ANSWERED = "answered", _("Answered")
        REFUSED = "refused", _("Refused")  # the provider's error codes say why
        UNKNOWN = "unknown", _("Unknown")  # no usable answer; may have been done
        FAILED = "failed", _("Not reached")  # surely not done

    account = models.ForeignKey(
        ProviderAccount,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="calls",
        help_text=_("Null for lists, and for packets that carry several accounts."),
    )
    by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Whose click it was; null for the workers and the provider."),
    )
    api = models.CharField(max_length=10, choices=Api.choices)
    action = models.CharField(max_length=40)
    # Where in the code: "provisioning/steps/registration.py register".
    step = models.CharField(max_length=100, blank=True)
    method = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=200, help_text=_("Secrets masked."))
    request = models.TextField(help_text=_("Secrets and patient data masked."))
    response = models.TextField(blank=True)
    outcome = models.CharField(
        max_length=10, choices=Outcome.choices, default=Outcome.PENDING
    )
    codes = models.CharField(max_length=100, blank=True, help_text=_("Comma separated"))
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    started_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField(null=True, blank=True)

    objects = ProviderCallQuerySet.as_manager()

    class Meta:
        indexes = [
            # Newest first is by id: it goes up, whatever the clock does.
            models.Index(fields=["account", "-id"], name="calls_of_account"),
            models.Index("started_at", name="calls_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.outcome} {self.codes}".strip()

    def is_under_way(self, now: datetime) -> bool:
        """Whether its answer may still come; a call that died stays pending."""
        young = self.started_at > now - LONGEST_CALL
        return self.outcome == self.Outcome.PENDING and young
