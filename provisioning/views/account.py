"""The account as it stands: stages with who and when, number, balance, the wire."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from provisioning import accounts, clock
from provisioning import wizard as table
from provisioning.clickatell.errors import ProviderError
from provisioning.models import Stage
from provisioning.views.door import SetupRequest, last_calls, setup
from provisioning.views.pages import context_of

HISTORY_SHOWN = 30


@setup
@require_http_methods(["GET", "POST"])
def account(request: SetupRequest) -> HttpResponse:
    """The account as it stands: stages with who and when, number, balance, the wire."""
    if not request.account.has_reached(Stage.REGISTERED):
        return redirect("wizard")
    problems: list[Any] = []
    if request.method == "POST":
        try:
            accounts.try_again(request.account)
            accounts.refresh_balance(request.account, clock.now())
            return redirect("account")
        except ProviderError as error:
            problems = list(error.problems)
            request.account.refresh_from_db()
    return render(
        request,
        "provisioning/account.html",
        {
            **context_of(request.account),
            "calls": last_calls(request.account, HISTORY_SHOWN),
            "changes": request.account.stage_changes.select_related("by"),
            "due": table.current(request.account),
            "problems": problems,
        },
        status=422 if problems else 200,
    )
