"""Invitation: somebody is asked to work at the practice, with a role."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from provisioning.models.people import Membership, Practice, User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Questions about many invitations."""

    def pending(self) -> Self:
        """Neither accepted nor withdrawn; the link of some may have run out."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def open(self, now: datetime) -> Self:
        """Invitations that can still be accepted."""
        return self.pending().filter(invited_at__gt=now - Invitation.LASTS)

    def dead_since(self, moment: datetime) -> Self:
        """Invitations that were over before `moment`, one way or another."""
        return self.filter(
            Q(accepted_at__lt=moment)
            | Q(withdrawn_at__lt=moment)
            | Q(accepted_at=None, invited_at__lt=moment - Invitation.LASTS)
        )


class Invitation(models.Model):
    """Somebody is asked, by e-mail, to work at the practice.

    The link in the mail is a signature over the row's id and `invited_at`, so sending
    it again kills the older link; nothing in the database lets anybody in.
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

    @property
    def ends_at(self) -> datetime:
        """When its link stops working, unless it is sent again."""
        return self.invited_at + self.LASTS
