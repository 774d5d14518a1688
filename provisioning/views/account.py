"""The account page: what is the matter, credit, number, sign-in, connection, history."""

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from provisioning import account_page, chart, clock, credit, notices, steps
from provisioning import wizard as table
from provisioning.forms import StepForm
from provisioning.models import ProviderAccount, ProviderCall, Stage
from provisioning.views import captcha
from provisioning.views.door import SetupRequest, last_calls, setup
from provisioning.views.press import forms_of, leave, press

HISTORY_SHOWN = 30
# How long after the last step of the set-up the page congratulates.
FRESH = timedelta(hours=1)
# How many changes of the balance the table beside the chart lists, newest first.
READINGS_SHOWN = 12


@setup
@require_http_methods(["GET", "POST"])
def account(request: SetupRequest) -> HttpResponse:
    """The account as it stands; POST presses the button that `do` names."""
    if not request.account.has_reached(Stage.REGISTERED):
        return redirect("wizard")
    now = clock.now()
    if request.method == "GET":
        return _show(request, forms_of(request, account_page.ACTS), now)
    box = captcha.pressed(request)
    name = request.POST.get("do") or (box or "").removesuffix(f"_{captcha.BOX}")
    if name not in account_page.ACTS:
        raise Http404
    if box:
        forms = forms_of(request, account_page.ACTS)
        captcha.redraw(request, forms[name])
        return _show(request, forms, now)
    forms = forms_of(request, account_page.ACTS, pressed=name)
    form, act = forms[name], account_page.ACTS[name]
    address = press(form, lambda: act.run(request.account, form, request.user, now))
    if not form.errors:
        return leave(act, address, "account")
    request.account.refresh_from_db()
    return _show(request, forms, now)


def _show(
    request: SetupRequest, forms: dict[str, StepForm], now: datetime
) -> HttpResponse:
    account = request.account
    calls = last_calls(account, HISTORY_SHOWN)
    ours = (call for call in calls if call.api != ProviderCall.Api.CALLBACK)
    return render(
        request,
        "provisioning/account.html",
        {
            "account": account,
            "practice": account.practice,
            "receipt_address": steps.receipt_address(account),
            "text_address": steps.text_address(account),
            **_number(account),
            **_credit(account, now),
            "forms": forms,
            "now": now,
            "calls": calls,
            "last_answer": next(ours, None),
            "changes": account.stage_changes.select_related("by").reverse(),
            "due": table.current(account),
            "is_fresh": account.stage == Stage.READY
            and now - account.stage_since < FRESH,
            "holding": notices.holding(account),
        },
        status=422 if request.method == "POST" else 200,
    )


def _number(account: ProviderAccount) -> dict[str, Any]:
    line = account.lines.live().first()
    return {"line": line, "test": line.tests.first() if line else None}


def _credit(account: ProviderAccount, now: datetime) -> dict[str, Any]:
    known = credit.readings(account, now)
    # Of a young account all there is, and not a stroke at the end of empty weeks.
    since = max(now - credit.SHOWN, known[0].at) if known else now - credit.SHOWN
    points = [(reading.at, reading.balance) for reading in known]
    return {
        "use": credit.use(known, account.balance, now),
        "chart": chart.steps(points, since=since, until=now, limit=account.low_balance),
        "since": since,
        "readings": known[::-1][:READINGS_SHOWN],
    }


# --- Parts that ask every few seconds ---------------------------------------------------


@setup
@require_GET
def credit_state(request: SetupRequest) -> HttpResponse:
    """The balance as our database has it; the workers ask the provider."""
    return _part(request, "credit", _credit(request.account, clock.now()))


@setup
@require_GET
def test_state(request: SetupRequest) -> HttpResponse:
    """The ticks of the live test."""
    return _part(request, "test", _number(request.account))


def _part(request: SetupRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    if not request.account.has_reached(Stage.REGISTERED):
        return HttpResponseClientRedirect(reverse("wizard"))
    return render(
        request,
        f"provisioning/account/_{name}_state.html",
        {"account": request.account, "now": clock.now(), **context},
    )
