"""Invitation: somebody is asked to work at the practice, with a role."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from provisioning.models.people import Membership, Practice, User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Questions about many invitations."""

    def open(self, now: datetime) -> Self:
        """Invitations that can still be accepted."""
        return self.filter(
            accepted_at=None, withdrawn_at=None, invited_at__gt=now - Invitation.LASTS
        )


class Invitation(models.Model):
    """Somebody is asked, by e-mail, to work at the practice.

    The link in the mail is a signature over the row's id; nothing in the database
    lets anybody in.
    """

    LASTS = timedelta(days=7)

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(max_length=64)
    role = models.CharField(max_length=12, choices=Membership.Role.choices)
    invited_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    invited_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "practice",
                Lower("email"),
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.practice}"
