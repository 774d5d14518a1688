"""The first page: a practice registers, with its user, in one form."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from provisioning import offers, steps
from provisioning.clickatell.errors import ProviderError
from provisioning.forms import RegisterForm
from provisioning.models import ProviderAccount, User
from provisioning.views import captcha, ways
from provisioning.views.door import NewcomerRequest, entrance, sparingly

# The provider knows the e-mail address already; it may not open an account for the
# country, or for our address (Connect API User Guide, errors).
MATCHING_ACCOUNT = "105"
EMBARGO = "106"


@require_http_methods(["GET", "POST"])
@entrance
def start(request: NewcomerRequest) -> HttpResponse:
    """Register a practice: user, practice and provider account from one form."""
    try:
        form = _form(request)
        if form.is_bound and form.is_valid():
            return _register(request, form)
        if form.is_bound:
            captcha.keep_picture(form)
    except ProviderError as error:
        return ways.unreachable(request, error, request.account)
    return ways.show(request, "start", form)


def _form(request: NewcomerRequest) -> RegisterForm:
    options: dict[str, Any] = {
        "countries": offers.countries(),
        "account_types": offers.account_types(),
        "user": request.person,
        "account": request.account,
    }
    if ways.is_sent(request):
        return RegisterForm(request.POST, **options)
    usual = {"country": offers.home_country(), "account_type": offers.small_business()}
    form = RegisterForm(initial=usual | ways.typed_before(request), **options)
    if request.method == "POST":
        captcha.redraw(request, form)
    else:
        form.show_captcha(offers.new_captcha())
    return form


def _register(request: NewcomerRequest, form: RegisterForm) -> HttpResponse:
    details = steps.Details(
        captcha=form.cleaned_data["captcha_code"],
        create_anyway=form.cleaned_data["create_anyway"],
    )

    def step(account: ProviderAccount, by: User, now: datetime) -> None:
        steps.register(account, details, by=by, now=now)

    refused: tuple[str, ...] = ()
    try:
        if done := ways.enter(request, form, step):
            return done
    except ProviderError as error:
        refused = error.codes
        if MATCHING_ACCOUNT in refused:
            form.ask_to_create_anyway()
        captcha.refuse(form, error)
    return ways.show(request, "start", form, embargoed=EMBARGO in refused)


@require_GET
@sparingly
def terms(request: HttpRequest) -> HttpResponse:
    """Lead to the provider's terms for a country."""
    country = request.GET.get("country", "")
    if not (country.isdecimal() and len(country) < 10):
        raise Http404
    try:
        return redirect(offers.terms_address(int(country)))
    except ProviderError as error:
        return ways.unreachable(request, error)
