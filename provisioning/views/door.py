"""The way in: owners of a practice, and what each page shows of the wire."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from provisioning import clock, throttle
from provisioning.models import (
    Membership,
    ProviderAccount,
    ProviderCall,
    Stage,
    User,
)

P = ParamSpec("P")

BUSY = _("The provider is being asked about this already. Look again in a moment.")
ONLY_OWNERS = _("Only an owner of the practice can set up its SMS account.")
TOO_OFTEN = _("Too many requests came from here. Try again in a quarter of an hour.")
CALLS_SHOWN = 8
# A whole waiting room behind one address stays far below it.
MOST_BY_STRANGERS = 200


class SetupRequest(HttpRequest):
    """A request that has passed `setup`."""

    user: User
    membership: Membership
    account: ProviderAccount


def setup(
    view: Callable[Concatenate[SetupRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let in owners; somebody without a practice starts at the first page.

    Times are shown in the practice's zone.
    """

    @login_required
    @never_cache
    @wraps(view)
    def guarded(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        known = cast("SetupRequest", request)
        membership = known.user.membership()
        if membership is None:
            return redirect("start")
        if not membership.is_owner:
            raise PermissionDenied(ONLY_OWNERS)
        known.membership = membership
        known.account = membership.practice.account
        with timezone.override(membership.practice.zone):
            return view(known, *args, **kwargs)

    return guarded


class NewcomerRequest(HttpRequest):
    """A request that has passed `entrance`."""

    person: User | None
    account: ProviderAccount | None


def sparingly(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Turn away a stranger whose address asks far more often than people do.

    For doors that anybody may open and behind which the provider is asked: it sees one
    address, ours, whoever is at the door.
    """

    @wraps(view)
    def guarded(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if not request.user.is_authenticated:
            now, address = clock.now(), request.META.get("REMOTE_ADDR", "")
            try:
                throttle.allow("stranger", address, most=MOST_BY_STRANGERS, now=now)
            except throttle.TooMany:
                return HttpResponse(TOO_OFTEN, status=429, content_type="text/plain")
            throttle.count("stranger", address, now=now)
        return view(request, *args, **kwargs)

    return guarded


def entrance(
    view: Callable[[NewcomerRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let in strangers, and owners whose practice has no account at the provider.

    Strangers come in `sparingly`. Owners of a practice that has one are led to the page that is due.
    """

    @never_cache
    @sparingly
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        known = cast("NewcomerRequest", request)
        known.person = request.user if request.user.is_authenticated else None
        membership = known.person.membership() if known.person else None
        if membership and not membership.is_owner:
            raise PermissionDenied(ONLY_OWNERS)
        known.account = membership.practice.account if membership else None
        if known.account and known.account.has_reached(Stage.REGISTERED):
            return redirect("wizard")
        return view(known)

    return guarded


def last_calls(
    account: ProviderAccount | None, count: int = CALLS_SHOWN
) -> list[ProviderCall]:
    """Return the newest rows of the wire log, for the panel beside each page."""
    if account is None:
        return []
    return list(account.calls.select_related("by").order_by("-pk")[:count])
