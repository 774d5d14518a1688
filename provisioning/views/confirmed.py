"""Asking for one's own password before what is worth protecting."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from provisioning.views.door import SetupRequest

Page = Callable[[SetupRequest], HttpResponse]


def confirmed(view: Page) -> Page:
    """Let in who typed their own password, or a one-time code, minutes ago.

    Whoever has to do so first comes back to an empty page. allauth's own decorator
    would keep what was posted in the session meanwhile, passwords and all.
    """

    @wraps(view)
    def guarded(request: SetupRequest) -> HttpResponse:
        if is_reauthentication_required(request, app=""):
            back = urlencode({"next": request.path})
            return redirect(f"{reverse('account_reauthenticate')}?{back}")
        return view(request)

    return guarded
