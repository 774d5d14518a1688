"""The pages of the wizard's table: show one, press a button on it, wait on it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from provisioning import clock, steps
from provisioning import wizard as table
from provisioning.forms import StepForm
from provisioning.models import ProviderAccount, Stage, TwoWayTest
from provisioning.views import captcha
from provisioning.views.door import SetupRequest, last_calls, setup
from provisioning.views.press import forms_of, leave, press


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
    if request.method == "GET":
        return _show(request, page, forms_of(request, page.buttons))
    if box := captcha.pressed(request):
        return _redraw(request, page, box.removesuffix(f"_{captcha.BOX}"))
    name = request.POST.get("do", "")
    if name not in page.buttons:
        raise Http404
    return _act(request, page, name, forms_of(request, page.buttons, pressed=name))


def _redraw(request: SetupRequest, page: table.Page, name: str) -> HttpResponse:
    """Show a form again for a button under its picture; what was typed stays."""
    forms = forms_of(request, page.buttons)
    if name not in forms:
        raise Http404
    forms[name].initial = {**forms[name].initial, **request.POST.dict()}
    captcha.redraw(request, forms[name])
    return _show(request, page, forms)


def _act(
    request: SetupRequest, page: table.Page, name: str, forms: dict[str, StepForm]
) -> HttpResponse:
    form, act = forms[name], page.buttons[name]
    now = clock.now()
    address = press(form, lambda: act.run(request.account, form, request.user, now))
    if not form.errors:
        return leave(act, address, "wizard")
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
        status=422 if any(form.is_bound for form in forms.values()) else 200,
    )


def context_of(account: ProviderAccount) -> dict[str, Any]:
    """What every page about an account shows."""
    line = account.lines.live().first()
    return {
        "account": account,
        "practice": account.practice,
        "line": line,
        "test": TwoWayTest.objects.filter(line=line).first() if line else None,
        "is_stopped": steps.is_stopped(account),
        "steps": table.progress(account),
        "begun": account.beginning(),
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
    if page.live is None:
        raise Http404
    live = page.live(request.account, clock.now())
    return render(
        request,
        f"provisioning/_{slug}_state.html",
        {"page": page, "account": request.account, **live},
    )
