"""Sign-ups that nobody finished, and invitations that are over: deleted after a while.

A draft holds a name, an address and a phone of somebody who may have gone elsewhere.
It goes only when the provider certainly has no account for it: where a registration
may have been done, the provider is asked first, and what it knows stays.
"""

from datetime import datetime, timedelta

import structlog
from django.db import models, transaction
from django.db.models import Q

from provisioning import lockout, steps
from provisioning.clickatell.errors import ProviderError
from provisioning.models import (
    Invitation,
    Membership,
    Practice,
    ProviderAccount,
    ProviderCall,
    Stage,
    User,
)

log = structlog.get_logger(__name__)

# Drafts that the provider is asked about in one night. Each one it does not know counts
# as a failed sign-in from our address, which ten in a row lock (`provisioning.lockout`).
MOST_ASKED = 3


def clean_up(now: datetime, *, days: int) -> None:
    """Delete drafts that nobody touched for `days`, and invitations over for as long."""
    untouched_since = now - timedelta(days=days)
    near_lock = lockout.failures_in_a_row() >= lockout.ENOUGH
    questions = 0 if near_lock else MOST_ASKED
    practices = 0
    for account in _drafts(untouched_since):
        if account.calls.action_named("register").maybe_done().exists():
            if not questions:
                continue
            questions -= 1
        practices += _let_go(account, untouched_since, now)
    _rows, deleted = Invitation.objects.dead_since(untouched_since).delete()
    log.info(
        "abandoned_cleaned_up",
        practices=practices,
        invitations=deleted.get(Invitation._meta.label, 0),
    )


def _drafts(untouched_since: datetime) -> models.QuerySet[ProviderAccount]:
    """Drafts that neither their stage, nor a call, nor a person has touched since.

    Calls without a person are our own questions, and keep nothing alive.
    """
    calls = ProviderCall.objects.filter(
        started_at__gte=untouched_since, by__isnull=False
    )
    people = Membership.objects.filter(
        Q(user__last_login__gte=untouched_since)
        | Q(user__date_joined__gte=untouched_since)
    )
    return ProviderAccount.objects.filter(
        stage=Stage.DRAFT, stage_since__lt=untouched_since
    ).exclude(
        Q(pk__in=calls.filter(account__isnull=False).values("account"))
        | Q(practice__in=people.values("practice"))
    )


def _let_go(account: ProviderAccount, untouched_since: datetime, now: datetime) -> bool:
    """Delete one draft; False where it stays, and another night may tell."""
    try:
        if steps.find_registration(account, now=now):
            return False
    except steps.Busy:
        return False
    except ProviderError as error:
        log.warning("draft_not_settled", account=account.pk, codes=error.codes)
        return False
    return _delete(account, untouched_since, now)


def _delete(account: ProviderAccount, untouched_since: datetime, now: datetime) -> bool:
    """Delete practice and people, unless somebody came back a moment ago."""
    with transaction.atomic():
        idle = Q(busy_until=None) | Q(busy_until__lte=now)
        still = _drafts(untouched_since).filter(idle, pk=account.pk)
        if not still.select_for_update(of=("self",)):
            return False
        people = list(User.objects.filter(memberships__practice=account.practice_id))
        Practice.objects.filter(pk=account.practice_id).delete()
        for person in people:
            if not _is_needed(person):
                person.delete()
    return True


def _is_needed(person: User) -> bool:
    """Whether somebody works elsewhere, runs the house, or is named in a history."""
    if person.is_staff or person.is_superuser or person.memberships.exists():
        return True
    return any(
        relation.related_model._base_manager.filter(
            **{relation.field.name: person}
        ).exists()
        for relation in User._meta.related_objects
        if relation.on_delete is models.SET_NULL
    )
