"""The switchboard's memory: rules for misbehaving, and standing switches."""

from collections.abc import Collection, Iterable

from django.db import models
from django.db.models import F

ANY_ACTION = "any"


class RuleQuerySet(models.QuerySet["Rule"]):
    """Questions about many rules."""

    def take(
        self, action: str, kinds: Collection[str], users: Iterable[str] = ()
    ) -> "Rule | None":
        """The oldest rule for this call, counted as used; None without one.

        ``users`` are the user names the call is made with: a rule for one account
        applies only when that account is among them.
        """
        names = {user.lower() for user in users}
        for rule in self.filter(kind__in=kinds, action__in=[action, ANY_ACTION]):
            if rule.concerns(names) and rule.use():
                return rule
        return None


class Rule(models.Model):
    """What the next calls of one action meet."""

    class Kind(models.TextChoices):
        """How the sandbox misbehaves."""

        ANSWER = "answer", "answers with a code"
        SLOW = "slow", "does the work, but answers slowly"
        SILENT = "silent", "does nothing and does not answer"
        GARBAGE = "garbage", "does nothing and answers garbage"
        LOST = "lost", "does the work, then does not answer"
        TRUNCATED = "truncated", "does the work, then breaks off halfway"
        HUGE = "huge", "does the work, then answers many megabytes"
        MISENCODED = "misencoded", "does the work, then answers in a wrong encoding"

    action = models.CharField(max_length=40, default=ANY_ACTION)
    # The account it is meant for, by user name; empty means every account.
    user = models.CharField(max_length=128, blank=True)
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

    def concerns(self, names: Collection[str]) -> bool:
        """Whether it applies to a call made with these lower-case user names."""
        return not self.user or self.user.lower() in names

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
