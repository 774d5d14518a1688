"""The switchboard's memory: rules for misbehaving, and standing switches."""

from collections.abc import Collection

from django.db import models
from django.db.models import F

ANY_ACTION = "any"


class RuleQuerySet(models.QuerySet["Rule"]):
    """Questions about many rules."""

    def take(self, action: str, kinds: Collection[str]) -> "Rule | None":
        """The oldest rule for this call, counted as used; None without one."""
        for rule in self.filter(kind__in=kinds, action__in=[action, ANY_ACTION]):
            if rule.use():
                return rule
        return None


class Rule(models.Model):
    """What the next calls of one action meet."""

    class Kind(models.TextChoices):
        """How the sandbox misbehaves."""

        ANSWER = "answer", "answers with a code"
        SLOW = "slow", "answers slowly"
        SILENT = "silent", "does not answer"
        GARBAGE = "garbage", "answers garbage"
        TRUNCATED = "truncated", "breaks off halfway"
        LOST = "lost", "does the work, then does not answer"

    action = models.CharField(max_length=40, default=ANY_ACTION)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    code = models.CharField(max_length=3, blank=True)
    seconds = models.FloatField(default=0)
    # Calls it still applies to; NULL means until it is removed.
    times = models.PositiveIntegerField(null=True, default=1)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.action}: {self.kind}"

    def use(self) -> bool:
        """Count one call; the rule goes when its last one is used."""
        if self.times is None:
            return True
        counted = Rule.objects.filter(pk=self.pk, times__gt=0).update(
            times=F("times") - 1
        )
        Rule.objects.filter(pk=self.pk, times=0).delete()
        return bool(counted)


class SwitchesQuerySet(models.QuerySet["Switches"]):
    """Access to the one row."""

    def current(self) -> "Switches":
        """The switches as they stand."""
        return self.get_or_create(pk=1)[0]


class Switches(models.Model):
    """Standing switches, one row.

    ``receipt_seconds``  from the gateway to the handset
    ``strict_buying``    the pages for credits and numbers want an SMS-active account,
                         as the guide's prose says; off, as its diagram says
    """

    receipt_seconds = models.FloatField(default=1.0)
    strict_buying = models.BooleanField(default=True)

    objects = SwitchesQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1), name="sandbox_one_row_of_switches"
            )
        ]

    def __str__(self) -> str:
        return "switches"
