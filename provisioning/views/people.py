"""Who works here: invite, send again, withdraw; another role; somebody who leaves."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from provisioning import clock, invitations, staff
from provisioning.forms import InviteForm, RoleForm
from provisioning.models import Invitation, Membership
from provisioning.views.door import SetupRequest, setup

UNPROCESSABLE = 422
# The invitations say each by itself whether their mail left.
MAILED = gettext_lazy("The invitation is on its way.")
NOT_MAILED = gettext_lazy(
    "The invitation is noted, but its mail could not be sent. Send it again in a while."
)
TOO_MANY = gettext_lazy(
    "The practice has invited as many people as it may in one day. Go on tomorrow."
)
TOO_SOON = gettext_lazy(
    "That was tried a moment ago. Wait a minute before the next mail."
)
OVER = gettext_lazy("That invitation is over already.")
LAST_OWNER = gettext_lazy(
    "A practice needs an owner. Make somebody else an owner first."
)


@setup
@require_http_methods(["GET", "POST"])
def people(request: SetupRequest) -> HttpResponse:
    """List who works here and who is asked to; POST invites somebody."""
    practice = request.membership.practice
    if not request.account.is_registered:
        return redirect("wizard")
    form = InviteForm(request.POST or None, practice=practice)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invitations.invite(
                practice, **form.cleaned_data, by=request.user, now=clock.now()
            )
        except invitations.InvitedAlready:
            form.say_invited()
        except invitations.TooMany:
            form.add_error(None, TOO_MANY)
        else:
            _say_mailed(request, invitation)
            return redirect("people")
    return _list(request, form)


def _list(request: SetupRequest, form: InviteForm) -> HttpResponse:
    practice = request.membership.practice
    context: dict[str, Any] = {
        "form": form,
        "now": clock.now(),
        "people": practice.memberships.select_related("user").order_by(
            "user__last_name", "user__first_name", "pk"
        ),
        "invitations": _pending(request).select_related("invited_by"),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "provisioning/people.html", context, status=status)


def _pending(request: SetupRequest) -> QuerySet[Invitation]:
    return request.membership.practice.invitations.pending()


def _say_mailed(request: SetupRequest, invitation: Invitation) -> None:
    if invitation.mailed_at:
        messages.success(request, MAILED)
    else:
        messages.warning(request, NOT_MAILED)


@setup
@require_POST
def invitation_resend(request: SetupRequest, pk: int) -> HttpResponse:
    """Mail an invitation again; the older link is dead from then on."""
    invitation = get_object_or_404(request.membership.practice.invitations, pk=pk)
    try:
        invitations.resend(invitation, now=clock.now())
    except invitations.TooSoon:
        messages.warning(request, TOO_SOON)
    except invitations.Over:
        messages.warning(request, OVER)
    else:
        _say_mailed(request, invitation)
    return redirect("people")


@setup
@require_POST
def invitation_withdraw(request: SetupRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(request.membership.practice.invitations, pk=pk)
    if invitations.withdraw(invitation, now=clock.now()):
        messages.success(request, _("The invitation is withdrawn; its link is dead."))
    else:
        messages.warning(request, OVER)
    return redirect("people")


@setup
@require_http_methods(["GET", "POST"])
def person(request: SetupRequest, pk: int) -> HttpResponse:
    """One person: POST gives another role, or ends their access."""
    them = get_object_or_404(
        request.membership.practice.memberships.select_related("user"), pk=pk
    )
    form = RoleForm(initial={"role": them.role})
    if request.method == "GET":
        return _person(request, them, form)
    match request.POST.get("do"):
        case "role":
            form = RoleForm(request.POST)
            return _change_role(request, them, form)
        case "remove":
            return _remove(request, them, form)
    raise Http404


def _change_role(
    request: SetupRequest, them: Membership, form: RoleForm
) -> HttpResponse:
    if form.is_valid():
        try:
            staff.change_role(them, form.cleaned_data["role"])
        except staff.LastOwner:
            form.add_error("role", LAST_OWNER)
        else:
            messages.success(request, _("The role is changed."))
            # Whoever gave the role of an owner away may not open the list any more.
            given_away = form.cleaned_data["role"] != Membership.Role.OWNER
            mine = them.pk == request.membership.pk
            return redirect("today" if mine and given_away else "people")
    return _person(request, them, form)


def _remove(request: SetupRequest, them: Membership, form: RoleForm) -> HttpResponse:
    try:
        staff.remove(them)
    except staff.LastOwner:
        return _person(request, them, form, problem=LAST_OWNER)
    if them.pk == request.membership.pk:
        logout(request)
        messages.success(request, _("You have left the practice."))
        return redirect("account_login")
    messages.success(request, _("Their access has ended."))
    return redirect("people")


def _person(
    request: SetupRequest, them: Membership, form: RoleForm, **more: Any
) -> HttpResponse:
    context = {
        "form": form,
        "person": them,
        "is_me": them.pk == request.membership.pk,
        "now": clock.now(),
        **more,
    }
    status = UNPROCESSABLE if form.errors or more else 200
    return render(request, "provisioning/person.html", context, status=status)
