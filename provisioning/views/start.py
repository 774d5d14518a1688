"""The first page: a practice registers, with its user, in one form."""

from typing import Any

from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from provisioning import clock, offers, signup, steps
from provisioning import wizard as table
from provisioning.clickatell.errors import ProviderError
from provisioning.forms import CaptchaInput, RegisterForm
from provisioning.models import ProviderAccount, User
from provisioning.views.door import BUSY, ONLY_OWNERS, last_calls

# The provider knows the e-mail address already (Connect API User Guide, errors).
MATCHING_ACCOUNT = "105"
# The button for another picture, where there is no JavaScript.
NEW_PICTURE = "new_picture"


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
            # Nothing has been sent, so the picture and what was read in it stay good.
            captcha = offers.same_captcha(request.POST.get("captcha_id", ""))
            form.show_captcha(captcha, typed=request.POST.get("captcha_code", ""))
    except ProviderError as error:
        return _unreachable(request, error, account)
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
            "calls": last_calls(account),
        },
        status=422 if form.is_bound else 200,
    )


def _unreachable(
    request: HttpRequest, error: ProviderError, account: ProviderAccount | None = None
) -> HttpResponse:
    return render(
        request,
        "provisioning/unreachable.html",
        {"problems": error.problems, "steps": table.progress(account)},
        status=503,
    )


@never_cache
@require_GET
def captcha(request: HttpRequest) -> HttpResponse:
    """A new picture alone; everything typed in the form around it stays."""
    attrs = {"id": request.GET.get("id", "id_captcha_code")[:64]}
    try:
        widget = CaptchaInput(offers.new_captcha())
    except ProviderError as error:
        return HttpResponse(str(error), status=503, content_type="text/plain")
    return HttpResponse(widget.render("captcha_code", None, attrs))


@require_GET
def terms(request: HttpRequest) -> HttpResponse:
    """Lead to the provider's terms for a country."""
    country = request.GET.get("country", "")
    if not (country.isdecimal() and len(country) < 10):
        raise Http404
    try:
        return redirect(offers.terms_address(int(country)))
    except ProviderError as error:
        return _unreachable(request, error)
