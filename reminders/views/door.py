"""The way in: who may open a page of the desk, and for which practice.

`desk` puts `practice` and `membership` on the request and makes the practice's zone
the one that times are shown in. Every view of the desk wears one of these three. A
notice (`messages`) travels in a cookie, which anyone at the computer can read: it names
no patient.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from provisioning.models import Membership, Practice, User

P = ParamSpec("P")

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

NO_PRACTICE = _("Your sign-in does not belong to a practice.")
ONLY_LOOKS = _("Your role lets you look at everything here, but not change it.")
ONLY_MANAGES = _("Only owners and managers change clinicians and kinds of visit.")


class DeskRequest(HttpRequest):
    """A request that has passed `desk`."""

    user: User
    practice: Practice
    membership: Membership
    htmx: HtmxDetails


Page = Callable[Concatenate[DeskRequest, P], HttpResponse]
Door = Callable[Concatenate[HttpRequest, P], HttpResponse]


def desk(view: Page[P]) -> Door[P]:
    """Let in members of a registered practice; only writers may do more than look.

    Strangers are led to the sign-in, and members of a practice that the provider does
    not know yet to the wizard; operators who work nowhere find health where the others
    find today. Raises PermissionDenied in words for the rest.
    """

    @wraps(view)
    def guarded(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        known = cast("DeskRequest", request)
        if not request.user.is_authenticated:
            return _lead(known, redirect_to_login(_here(known)).url)
        membership = known.user.membership()
        if membership is None:
            if known.user.is_staff and request.path == reverse("today"):
                return _lead(known, reverse("health"))
            raise PermissionDenied(NO_PRACTICE)
        if not membership.practice.account.is_registered:
            return _lead(known, reverse("wizard"))
        if request.method not in SAFE_METHODS:
            _demand(membership.may_write, ONLY_LOOKS)
        known.membership, known.practice = membership, membership.practice
        with timezone.override(known.practice.zone):
            answer = view(known, *args, **kwargs)
        # No copy stays behind on a shared computer, for the back button least of all.
        add_never_cache_headers(answer)
        return answer

    return guarded


def desk_write(view: Page[P]) -> Door[P]:
    """As `desk`, for pages that exist only to change something."""

    @desk
    @wraps(view)
    def guarded(
        request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        _demand(request.membership.may_write, ONLY_LOOKS)
        return view(request, *args, **kwargs)

    return guarded


def desk_manage(view: Page[P]) -> Door[P]:
    """As `desk_write`, for the clinic's own furniture: owners and managers."""

    @desk_write
    @wraps(view)
    def guarded(
        request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        _demand(request.membership.may_manage, ONLY_MANAGES)
        return view(request, *args, **kwargs)

    return guarded


def back(request: HttpRequest, otherwise: str, *args: int) -> HttpResponse:
    """Redirect to the page that the form names in `next`, if it is one of ours."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    ):
        # Not `redirect`, which takes a word for the name of a page.
        return HttpResponseRedirect(wanted)
    return redirect(otherwise, *args)


def _demand(allowed: bool, otherwise: Promise) -> None:
    if not allowed:
        raise PermissionDenied(otherwise)


def _here(request: DeskRequest) -> str:
    """Where to return after signing in: the page itself, even for a part of one."""
    if request.htmx.current_url_abs_path:
        return request.htmx.current_url_abs_path
    return request.get_full_path() if request.method == "GET" else reverse("today")


def _lead(request: DeskRequest, url: str) -> HttpResponse:
    """Redirect the whole page, also when htmx asked for a part of it."""
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
