"""Who works at a practice: another role for somebody, and somebody who leaves.

A practice always keeps an owner who can sign in. Both verbs lock the practice first,
so that two owners who remove each other at the same moment cannot both succeed.
"""

from django.db import transaction

from provisioning.models import Membership, Practice


class LastOwner(Exception):
    """Nobody would be left who may act on the provider account."""


def change_role(membership: Membership, role: str) -> None:
    """Give a person another role; raises LastOwner."""
    with transaction.atomic():
        if role != Membership.Role.OWNER:
            _keep_an_owner(membership)
        Membership.objects.filter(pk=membership.pk).update(role=role)


def remove(membership: Membership) -> None:
    """End a person's access at once; raises LastOwner.

    The user stays, for the histories that name them and for another practice that
    may invite them.
    """
    with transaction.atomic():
        _keep_an_owner(membership)
        Membership.objects.filter(pk=membership.pk).delete()


def _keep_an_owner(membership: Membership) -> None:
    """Raise LastOwner if the practice has no owner but this one; holds its row."""
    practice = Practice.objects.select_for_update().get(pk=membership.practice_id)
    owners = practice.memberships.owners()
    if (
        owners.filter(pk=membership.pk).exists()
        and not owners.exclude(pk=membership.pk).exists()
    ):
        raise LastOwner
