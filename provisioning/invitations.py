"""Inviting somebody to work at the practice, from the form to the membership.

    invited → mailed → accepted | withdrawn | run out

The row is committed before the mail leaves, so that a mail that fails is seen and can
be sent again. The link in it is a signature: it names the row and the moment of the
invitation, and whoever has it may take the place. It is in no log and no table.
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from provisioning import mail
from provisioning.models import Invitation, Membership, Practice, User

log = structlog.get_logger(__name__)

SALT = "provisioning.invitation"
# Between two mails of one invitation, or two tries of one: a double click sends one.
PAUSE = timedelta(minutes=1)
# A practice invites at most so many addresses a day, so that nobody uses us for spam.
A_DAY = timedelta(days=1)
MOST_A_DAY = 30


class InvitedAlready(Exception):
    """There is an invitation for this address, which can be sent again."""


class TooMany(Exception):
    """The practice has invited as many as it may in one day."""


class TooSoon(Exception):
    """The same mail left, or was tried, a moment ago."""


class UnknownLink(Exception):
    """No invitation of ours has this link."""


class Over(Exception):
    """The link was good once; `because` says in one word why it no longer is."""

    def __init__(self, because: str) -> None:
        super().__init__(because)
        self.because = because


class WorksElsewhere(Exception):
    """The person belongs to a practice; one sign-in works for one practice."""


class AddressTaken(Exception):
    """Somebody signed up with this address a moment ago."""


# --- From the practice's side -----------------------------------------------------------


def invite(
    practice: Practice, email: str, role: str, *, by: User, now: datetime
) -> Invitation:
    """Write the invitation down and mail it; `mailed_at` says whether that worked.

    Raises InvitedAlready and TooMany.
    """
    if practice.invitations.filter(invited_at__gt=now - A_DAY).count() >= MOST_A_DAY:
        raise TooMany
    try:
        with transaction.atomic():
            invitation = practice.invitations.create(
                email=email.lower(), role=role, invited_by=by, invited_at=now
            )
    except IntegrityError as error:
        raise InvitedAlready from error
    _mail(invitation, now)
    return invitation


def resend(invitation: Invitation, *, now: datetime) -> None:
    """Mail a pending invitation again; the link of the earlier mail is dead from now.

    Raises TooSoon within a minute of the last try, since that may be on its way still,
    and Over when the invitation
    is not pending any more.
    """
    pending = Invitation.objects.pending().filter(pk=invitation.pk)
    if not pending.exists():
        raise Over(_state(invitation, now))
    renewed = pending.filter(invited_at__lte=now - PAUSE).update(
        invited_at=now, mailed_at=None
    )
    if not renewed:
        raise TooSoon
    invitation.refresh_from_db()
    _mail(invitation, now)


def withdraw(invitation: Invitation, *, now: datetime) -> bool:
    """Take a pending invitation back; False when it is over already."""
    pending = Invitation.objects.pending().filter(pk=invitation.pk)
    return pending.update(withdrawn_at=now) == 1


def _mail(invitation: Invitation, now: datetime) -> None:
    """Send the link, and note that it left."""
    practice = invitation.practice
    address = settings.BASE_URL + reverse("join", args=[link(invitation)])
    try:
        mail.post(
            practice,
            "invitation",
            subject=_("Invitation to %s") % practice.name,
            to=[invitation.email],
            context={"invitation": invitation, "address": address},
        )
    except OSError as error:
        log.warning(
            "invitation_not_sent",
            invitation=invitation.pk,
            error=type(error).__name__,
        )
        return
    row = Invitation.objects.filter(pk=invitation.pk, invited_at=invitation.invited_at)
    row.update(mailed_at=now)
    invitation.mailed_at = now


# --- From the invited person's side -----------------------------------------------------


def link(invitation: Invitation) -> str:
    """The part of the address that lets the invited person in."""
    named = [invitation.pk, invitation.invited_at.timestamp()]
    return signing.dumps(named, salt=SALT)


def find(token: str, now: datetime) -> Invitation:
    """The invitation that a link is good for; raises UnknownLink and Over."""
    try:
        pk, invited_at = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise UnknownLink from None
    rows = Invitation.objects.select_related("practice__account", "invited_by")
    invitation = rows.filter(pk=pk).first()
    if invitation is None:
        raise UnknownLink
    if state := _state(invitation, now):
        raise Over(state)
    if invitation.invited_at.timestamp() != invited_at:
        raise Over("replaced")
    return invitation


def accept(invitation: Invitation, user: User, *, now: datetime) -> Membership:
    """Let somebody with a sign-in here take the place.

    Raises Over when it is taken or gone by now, and WorksElsewhere: a person works for
    one practice, since a user gets the first of several.
    """
    with transaction.atomic():
        # Held, so that two invitations cannot be accepted at the same moment.
        person = User.objects.select_for_update().get(pk=user.pk)
        if person.memberships.exists():
            raise WorksElsewhere
        return _take_place(invitation, person, now)


def accept_as_new(
    invitation: Invitation,
    *,
    first_name: str,
    last_name: str,
    password: str,
    now: datetime,
) -> Membership:
    """Let somebody new take the place, with a sign-in of their own.

    That the link came to their mailbox proves the address. Raises Over and
    AddressTaken.
    """
    person = User(email=invitation.email, first_name=first_name, last_name=last_name)
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save()
            return _take_place(invitation, person, now)
    except IntegrityError as error:
        raise AddressTaken from error


def _take_place(invitation: Invitation, person: User, now: datetime) -> Membership:
    """Accept once: of two clicks one gets the place, and a withdrawal beats both."""
    mine = Invitation.objects.open(now).filter(
        pk=invitation.pk, invited_at=invitation.invited_at
    )
    if not mine.update(accepted_at=now):
        invitation.refresh_from_db()
        raise Over(_state(invitation, now) or "replaced")
    return Membership.objects.create(
        practice=invitation.practice, user=person, role=invitation.role
    )


def _state(invitation: Invitation, now: datetime) -> str:
    """Why the invitation cannot be accepted any more; empty while it can."""
    if invitation.accepted_at:
        return "accepted"
    if invitation.withdrawn_at:
        return "withdrawn"
    return "run_out" if invitation.ends_at <= now else ""
