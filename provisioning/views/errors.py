"""Every code of the provider's, to look up: for owners, and for operators."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from provisioning import catalogue
from provisioning import wizard as table
from provisioning.models import User
from provisioning.views.door import ONLY_OWNERS

LONGEST_SEARCH = 100


@login_required
@never_cache
@require_GET
def error_codes(request: HttpRequest) -> HttpResponse:
    """Codes with what they mean; `?q=` searches, `?who=` says who can act."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    membership = user.membership()
    if not user.is_staff and not (membership and membership.is_owner):
        raise PermissionDenied(ONLY_OWNERS)
    account = membership.practice.account if membership else None
    words = request.GET.get("q", "")[:LONGEST_SEARCH]
    who = request.GET.get("who", "")
    who = who if who in catalogue.WHO else ""
    tables = catalogue.find(account, words, who)
    return render(
        request,
        "provisioning/error_codes.html",
        {
            "account": account,
            "steps": table.progress(account),
            "tables": tables,
            "found": sum(len(rows) for rows in tables.values()),
            "q": words,
            "who": who,
            "whos": catalogue.WHO.items(),
        },
    )
