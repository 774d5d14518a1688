"""The pages of the wizard's table: show one, press a button on it, wait on it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from provisioning import clock, offers, steps
from provisioning import wizard as table
from provisioning.clickatell.errors import NeedsCaptcha, ProviderError
from provisioning.forms import StepForm
from provisioning.models import ProviderAccount, Stage, TwoWayTest
from provisioning.views.door import BUSY, SetupRequest, last_calls, setup


@setup
@require_GET
def wizard(request: SetupRequest) -> HttpResponse:
    """Lead to the page that is due."""
    if not request.account.has_reached(Stage.REGISTERED):
        return redirect("start")
    page = table.current(request.account)
    return redirect("wizard_page", page.slug) if page else redirect("account")


@setup
@require_http_methods(["GET", "POST"])
def wizard_page(request: SetupRequest, slug: str) -> HttpResponse:
    """One page of the table; a page that is not due leads to the one that is."""
    page = next((page for page in table.PAGES if page.slug == slug), None)
    if page is None:
        raise Http404
    if table.current(request.account) is not page:
        return redirect("wizard")
    name = request.POST.get("do", "")
    forms = {
        other: _form(
            request, page, other, bound=request.method == "POST" and other == name
        )
        for other in page.acts
    }
    if request.method == "GET":
        return _show(request, page, forms)
    if name not in page.acts:
        raise Http404
    return _act(request, page, name, forms)


def _form(
    request: SetupRequest, page: table.Page, name: str, *, bound: bool
) -> StepForm:
    act = page.acts[name]
    return act.form(
        request.POST if bound else None,
        account=request.account,
        initial=act.initial(request.account),
        auto_id=f"{name}_%s",
    )


def _act(
    request: SetupRequest, page: table.Page, name: str, forms: dict[str, StepForm]
) -> HttpResponse:
    form, act = forms[name], page.acts[name]
    if not form.is_valid():
        return _show(request, page, forms)
    try:
        address = act.run(request.account, form, request.user, clock.now())
    except steps.Busy:
        form.add_error(None, BUSY)
    except ProviderError as error:
        form.add_provider_error(error)
        if isinstance(error, NeedsCaptcha):
            form.show_captcha(offers.new_captcha())
    else:
        if not form.errors:
            return redirect(address or "wizard")
    request.account.refresh_from_db()
    if table.current(request.account) is not page:
        return redirect("wizard")
    return _show(request, page, forms)


def _show(
    request: SetupRequest, page: table.Page, forms: dict[str, StepForm]
) -> HttpResponse:
    return render(
        request,
        f"provisioning/{page.slug}.html",
        {
            "page": page,
            "forms": forms,
            **context_of(request.account),
            **page.shows(request.account, clock.now()),
        },
        status=422 if request.method == "POST" else 200,
    )


def context_of(account: ProviderAccount) -> dict[str, Any]:
    """What every page about an account shows."""
    line = account.lines.filter(retired_at=None).first()
    return {
        "account": account,
        "practice": account.practice,
        "line": line,
        "test": TwoWayTest.objects.filter(line=line).first() if line else None,
        "steps": table.progress(account),
        "calls": last_calls(account),
        "receipt_address": steps.receipt_address(account),
        "text_address": steps.text_address(account),
    }


@setup
@require_GET
def wizard_state(request: SetupRequest, slug: str) -> HttpResponse:
    """Answer a waiting page's poll: move on, show the live part, or say nothing."""
    page = table.current(request.account)
    if page is None or page.slug != slug:
        return HttpResponseClientRedirect(reverse("wizard"))
    if not page.polls:
        raise Http404
    return render(
        request,
        f"provisioning/_{slug}_state.html",
        {
            "page": page,
            **context_of(request.account),
            **page.shows(request.account, clock.now()),
        },
    )
