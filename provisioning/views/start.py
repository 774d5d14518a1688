"""The first page: a practice registers, with its user, in one form."""

from typing import Any

from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from provisioning import clock, offers, signup, steps, support
from provisioning import wizard as table
from provisioning.clickatell.errors import ProviderError
from provisioning.forms import RegisterForm
from provisioning.models import ProviderAccount, User
from provisioning.views import captcha
from provisioning.views.door import BUSY, ONLY_OWNERS, last_calls

# The provider knows the e-mail address already (Connect API User Guide, errors).
MATCHING_ACCOUNT = "105"


@never_cache
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Register a practice: user, practice and provider account from one form."""
    user = request.user if request.user.is_authenticated else None
    membership = user.membership() if user else None
    if membership and not membership.is_owner:
        raise PermissionDenied(ONLY_OWNERS)
    account = membership.practice.account if membership else None
    if account and account.is_registered:
        return redirect("wizard")
    try:
        form = _register_form(request, user, account)
        if form.is_bound and form.is_valid():
            return _register(request, form, user, account)
        if form.is_bound:
            captcha.keep_picture(form)
    except ProviderError as error:
        return unreachable(request, error, account)
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
    if request.method == "POST" and captcha.pressed(request) is None:
        return RegisterForm(request.POST, **lists)
    initial: dict[str, Any] = {
        "country": offers.home_country(),
        "account_type": offers.small_business(),
    }
    if user and account:
        initial |= signup.typed_before(user, account)
    initial |= request.POST.dict()
    form = RegisterForm(initial=initial, **lists)
    if request.method == "POST":
        captcha.redraw(request, form)
    else:
        form.show_captcha(offers.new_captcha())
    return form


def _register(
    request: HttpRequest,
    form: RegisterForm,
    user: User | None,
    account: ProviderAccount | None,
) -> HttpResponse:
    now = clock.now()
    details = steps.Details(
        captcha=form.cleaned_data["captcha_code"],
        create_anyway=form.cleaned_data["create_anyway"],
    )
    try:
        account = signup.open_practice(form.cleaned_data, user=user, now=now)
        if user is None:
            user = account.practice.memberships.get().user
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            form.forget_password(user)
        steps.register(account, details, by=user, now=now)
    except signup.AddressTaken:
        form.say_address_taken()
        captcha.keep_picture(form)
    except steps.Busy:
        form.add_error(None, BUSY)
        captcha.keep_picture(form)
    except ProviderError as error:
        form.add_provider_error(error)
        captcha.after_refusal(form, error)
        if MATCHING_ACCOUNT in error.codes:
            form.ask_to_create_anyway()
    else:
        return redirect("wizard")
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
            "calls": last_calls(account),
        },
        status=422 if form.is_bound else 200,
    )


def unreachable(
    request: HttpRequest, error: ProviderError, account: ProviderAccount | None = None
) -> HttpResponse:
    """Say that the provider cannot be asked for what a page needs."""
    return render(
        request,
        "provisioning/unreachable.html",
        {
            "problems": error.problems,
            "support": support.words(error),
            "steps": table.progress(account),
        },
        status=503,
    )


@require_GET
def terms(request: HttpRequest) -> HttpResponse:
    """Lead to the provider's terms for a country."""
    country = request.GET.get("country", "")
    if not (country.isdecimal() and len(country) < 10):
        raise Http404
    try:
        return redirect(offers.terms_address(int(country)))
    except ProviderError as error:
        return unreachable(request, error)
