"""The page behind an invitation's link: whoever holds it may take the place, once."""

from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from provisioning import clock, invitations
from provisioning.forms import JoinForm
from provisioning.models import Invitation, User

UNPROCESSABLE, GONE, CONFLICT = 422, 410, 409

UNKNOWN = _(
    "We do not know this link. Was it copied whole? Open it from the mail once more."
)
WHY_OVER = {
    "accepted": _("This invitation has been accepted already. Just sign in."),
    "withdrawn": _("This invitation was withdrawn. Ask the practice for another one."),
    "run_out": _("This invitation has run out. Ask the practice to send it again."),
    "replaced": _("A newer mail has replaced this link. Open the one in that mail."),
}
ELSEWHERE = _(
    "You work at a practice here already, and one sign-in works for one practice. "
    "Ask for an invitation to another e-mail address, or leave the other practice first."
)


@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show who invites; POST takes the place, in the way that fits who is there."""
    try:
        invitation = invitations.find(token, clock.now())
        if not request.user.is_authenticated:
            return _as_stranger(request, invitation)
        if request.user.email.lower() != invitation.email.lower():
            return _show(request, invitation, "other")
        if request.method == "GET":
            return _show(request, invitation, "yours")
        invitations.accept(invitation, request.user, now=clock.now())
    except invitations.UnknownLink:
        return _closed(request, UNKNOWN, 404)
    except invitations.Over as over:
        return _closed(request, WHY_OVER[over.because], GONE)
    except invitations.WorksElsewhere:
        return _closed(request, ELSEWHERE, CONFLICT)
    return redirect("today")


def _as_stranger(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Names and a password; never for an address that has a sign-in here."""
    if User.objects.filter(email__iexact=invitation.email).exists():
        return _show(request, invitation, "known")
    form = JoinForm(request.POST or None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        try:
            membership = invitations.accept_as_new(
                invitation,
                first_name=form.cleaned_data["first_name"],
                last_name=form.cleaned_data["last_name"],
                password=form.cleaned_data["app_password"],
                now=clock.now(),
            )
        except invitations.AddressTaken:
            return _show(request, invitation, "known")
        login(
            request,
            membership.user,
            backend="django.contrib.auth.backends.ModelBackend",
        )
        return redirect("today")
    return _show(request, invitation, "new", form=form)


def _show(
    request: HttpRequest,
    invitation: Invitation,
    who: str,
    form: JoinForm | None = None,
) -> HttpResponse:
    """`who`: new, known (has a sign-in), yours (is signed in), other (somebody else)."""
    context: dict[str, Any] = {"invitation": invitation, "who": who, "form": form}
    status = UNPROCESSABLE if form and form.errors else 200
    return render(request, "provisioning/join.html", context, status=status)


def _closed(request: HttpRequest, words: Any, status: int) -> HttpResponse:
    return render(request, "provisioning/join.html", {"closed": words}, status=status)
