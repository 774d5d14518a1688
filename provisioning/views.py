"""The set-up's doors: GET shows, POST acts, `state` answers polls from our database.

Each view fetches the owner's account, runs one act of `provisioning.wizard` and
answers; the provider's refusals come back on the field they belong to.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from provisioning import accounts, clock, offers, signup, steps
from provisioning import wizard as table
from provisioning.clickatell.errors import NeedsCaptcha, ProviderError
from provisioning.forms import CaptchaInput, RegisterForm, StepForm
from provisioning.models import Membership, ProviderAccount, Stage, TwoWayTest, User

P = ParamSpec("P")
MATCHING_ACCOUNT = "105"
# The button for another picture, where there is no JavaScript.
NEW_PICTURE = "new_picture"
CALLS_SHOWN = 8
HISTORY_SHOWN = 30
BUSY = _("The provider is being asked about this already. Look again in a moment.")
ONLY_OWNERS = _("Only an owner of the practice can set up its SMS account.")


class SetupRequest(HttpRequest):
    """A request that has passed `setup`."""

    user: User
    membership: Membership
    account: ProviderAccount


def setup(
    view: Callable[Concatenate[SetupRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let in owners; somebody without a practice starts at the first page."""

    @login_required
    @never_cache
    @wraps(view)
    def guarded(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        membership = _membership(cast("SetupRequest", request).user)
        if membership is None:
            return redirect("start")
        if not membership.is_owner:
            raise PermissionDenied(ONLY_OWNERS)
        known = cast("SetupRequest", request)
        known.membership = membership
        known.account = membership.practice.account
        return view(known, *args, **kwargs)

    return guarded


def _membership(user: User) -> Membership | None:
    return user.memberships.select_related("practice__account").order_by("pk").first()


# --- The first page ----------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Register a practice: user, practice and provider account from one form."""
    user = request.user if request.user.is_authenticated else None
    membership = _membership(user) if user else None
    account = membership.practice.account if membership else None
    if account and account.is_registered:
        return redirect("wizard")
    try:
        form = _register_form(request, user, account)
        if form.is_bound and form.is_valid():
            return _register(request, form, user)
        if form.is_bound:
            # Nothing has been sent, so the picture and what was read in it stay good.
            captcha = offers.same_captcha(request.POST.get("captcha_id", ""))
            form.show_captcha(captcha, typed=request.POST.get("captcha_code", ""))
    except ProviderError as error:
        return render(
            request,
            "provisioning/unreachable.html",
            {"problems": error.problems, "steps": table.progress(account)},
            status=503,
        )
    return _show_start(request, form, account)


def _register_form(
    request: HttpRequest, user: User | None, account: ProviderAccount | None
) -> RegisterForm:
    lists: dict[str, Any] = {
        "countries": offers.countries(),
        "account_types": offers.account_types(),
        "user": user,
        "account": account,
    }
    if request.method == "POST" and NEW_PICTURE not in request.POST:
        return RegisterForm(request.POST, **lists)
    initial: dict[str, Any] = {
        "country": offers.home_country(),
        "account_type": offers.small_business(),
    }
    if user and account:
        initial |= signup.typed_before(user, account)
    initial |= request.POST.dict()
    return RegisterForm(initial=initial, captcha=offers.new_captcha(), **lists)


def _register(
    request: HttpRequest, form: RegisterForm, user: User | None
) -> HttpResponse:
    now = clock.now()
    account = signup.open_practice(form.cleaned_data, user=user, now=now)
    if user is None:
        user = account.practice.memberships.get().user
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        form.forget_password(user)
    details = steps.Details(
        captcha=form.cleaned_data["captcha_code"],
        create_anyway=form.cleaned_data["create_anyway"],
    )
    try:
        steps.register(account, details, by=user, now=now)
    except steps.Busy:
        form.add_error(None, BUSY)
    except ProviderError as error:
        form.add_provider_error(error)
        if MATCHING_ACCOUNT in error.codes:
            form.ask_to_create_anyway()
    else:
        return redirect("wizard")
    # The picture is spent, whatever the answer was.
    form.show_captcha(offers.new_captcha())
    return _show_start(request, form, account)


def _show_start(
    request: HttpRequest, form: RegisterForm, account: ProviderAccount | None
) -> HttpResponse:
    return render(
        request,
        "provisioning/start.html",
        {
            "form": form,
            "account": account,
            "steps": table.progress(account),
            "calls": _calls(account),
        },
        status=422 if form.is_bound else 200,
    )


@never_cache
@require_GET
def captcha(request: HttpRequest) -> HttpResponse:
    """A new picture alone; everything typed in the form around it stays."""
    attrs = {"id": request.GET.get("id", "id_captcha_code")[:64]}
    widget = CaptchaInput(offers.new_captcha())
    return HttpResponse(widget.render("captcha_code", None, attrs))


@require_GET
def terms(request: HttpRequest) -> HttpResponse:
    """Lead to the provider's terms for a country."""
    country = request.GET.get("country", "")
    if not country.isdecimal():
        raise Http404
    return redirect(offers.terms_address(int(country)))


# --- The pages of the table --------------------------------------------------------


@setup
@require_GET
def wizard(request: SetupRequest) -> HttpResponse:
    """Lead to the page that is due."""
    if request.account.stage == Stage.DRAFT:
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
        {"page": page, "forms": forms, **_context(request.account)},
        status=422 if request.method == "POST" else 200,
    )


def _context(account: ProviderAccount) -> dict[str, Any]:
    line = account.lines.filter(retired_at=None).first()
    return {
        "account": account,
        "practice": account.practice,
        "line": line,
        "test": TwoWayTest.objects.filter(line=line).first() if line else None,
        "steps": table.progress(account),
        "calls": _calls(account),
        "receipt_address": steps.receipt_address(account),
        "text_address": steps.text_address(account),
        "sandbox_url": settings.SANDBOX_URL,
    }


def _calls(account: ProviderAccount | None) -> list[Any]:
    return list(account.calls.order_by("-pk")[:CALLS_SHOWN]) if account else []


@setup
@require_GET
def wizard_state(request: SetupRequest, slug: str) -> HttpResponse:
    """Answer a waiting page's poll: move on, show the live part, or say nothing."""
    page = table.current(request.account)
    if page is None or page.slug != slug:
        return HttpResponseClientRedirect("/setup/")
    return render(
        request,
        f"provisioning/_{slug}_state.html",
        {"page": page, **_context(request.account)},
    )


@setup
@require_http_methods(["GET", "POST"])
def account(request: SetupRequest) -> HttpResponse:
    """The account as it stands: stages with who and when, number, balance, the wire."""
    if not request.account.is_registered:
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
            **_context(request.account),
            "calls": request.account.calls.order_by("-pk")[:HISTORY_SHOWN],
            "changes": request.account.stage_changes.select_related("by"),
            "due": table.current(request.account),
            "problems": problems,
        },
        status=422 if problems else 200,
    )
