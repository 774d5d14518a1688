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

from provisioning.models import Membership, ProviderAccount, ProviderCall, User

P = ParamSpec("P")

BUSY = _("The provider is being asked about this already. Look again in a moment.")
ONLY_OWNERS = _("Only an owner of the practice can set up its SMS account.")
CALLS_SHOWN = 8


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


def last_calls(
    account: ProviderAccount | None, count: int = CALLS_SHOWN
) -> list[ProviderCall]:
    """Return the newest rows of the wire log, for the panel beside each page."""
    if account is None:
        return []
    return list(account.calls.select_related("by").order_by("-pk")[:count])
