"""StageChange: one move of an account, for its history."""

from django.db import models
from django.db.models import F

from provisioning.models.account import ProviderAccount, Stage
from provisioning.models.people import User


class StageChange(models.Model):
    """One move from stage to stage: when, why, and by whom (null: the watcher)."""

    account = models.ForeignKey(
        ProviderAccount, on_delete=models.CASCADE, related_name="stage_changes"
    )
    before = models.CharField(max_length=16, choices=Stage)
    after = models.CharField(max_length=16, choices=Stage)
    event = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True)

    class Meta:
        ordering = [F("at").asc(), "pk"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
