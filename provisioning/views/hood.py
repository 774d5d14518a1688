"""What is new under the hood, for pages that wait."""

from itertools import takewhile

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from provisioning import clock, wire
from provisioning.models import ProviderAccount, ProviderCall
from provisioning.views.door import SetupRequest, setup

MOST = 20
# Ids go up to here in both databases.
LARGEST_ID = 2**63 - 1


@setup
@require_GET
def wire_news(request: SetupRequest) -> HttpResponse:
    """Calls since `?after=` that have ended, newest first; 204 where there are none."""
    if not wire.is_shown_to(request.user):
        raise Http404
    after = request.GET.get("after", "")
    if not (after.isascii() and after.isdecimal() and int(after[:20]) <= LARGEST_ID):
        raise Http404
    calls = _ended(request.account, int(after[:20]))
    if not calls:
        return HttpResponse(status=204)
    return render(
        request,
        "provisioning/_wire_news.html",
        {"news": calls, "newest": calls[0].pk, "account": request.account},
    )


def _ended(account: ProviderAccount, after: int) -> list[ProviderCall]:
    """The next calls in their order, up to one that is still under way."""
    rows = account.calls.filter(pk__gt=after).select_related("by").order_by("pk")
    ended = takewhile(lambda call: not call.is_under_way(clock.now()), rows[:MOST])
    return list(ended)[::-1]
