"""The way in with an API key of the present-day platform, and the key typed anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from provisioning import clock, steps, throttle
from provisioning.exchange.family import ProviderError
from provisioning.forms import KeyForm, NewKeyForm
from provisioning.models import Interface, ProviderAccount, User
from provisioning.views import ways
from provisioning.views.answering import answer
from provisioning.views.confirmed import confirmed
from provisioning.views.door import NewcomerRequest, SetupRequest, entrance, setup
from provisioning.views.press import press

log = structlog.get_logger(__name__)

# Keys are long and random; this only keeps a script from trying many.
MOST_BY_ADDRESS = 20
REPLACED = _("The provider accepts this key. Texts that waited go on.")


@require_http_methods(["GET", "POST"])
@entrance
def key(request: NewcomerRequest) -> HttpResponse:
    """Take up the account that an API key opens."""
    person, account = request.person, request.account
    if request.method == "GET":
        known = ways.typed_before(request)
        form = KeyForm(initial=known, user=person, account=account)
        return ways.show(request, "key", form)
    form = KeyForm(request.POST, user=person, account=account)
    if not form.is_valid():
        return ways.show(request, "key", form)
    typed = form.cleaned_data

    def step(account: ProviderAccount, by: User, now: datetime) -> None:
        with _trying(request, now):
            steps.take_key(account, typed["api_key"], typed["number"], by=by, now=now)

    try:
        if done := ways.enter(request, form, step):
            return done
    except ProviderError as error:
        form.add_provider_error(error)
    return ways.show(request, "key", form)


@setup
@require_http_methods(["GET", "POST"])
@confirmed
def provider_key(request: SetupRequest) -> HttpResponse:
    """Take the key that is valid now; the kept one is never shown."""
    account, now = request.account, clock.now()
    if account.interface != Interface.ONE_API:
        raise Http404
    if request.method == "GET":
        form = NewKeyForm(account=account)
        return answer(request, "provisioning/new_key.html", form, {})
    form = NewKeyForm(request.POST, account=account)

    def act() -> None:
        key = form.cleaned_data["api_key"]
        with _trying(request, now):
            if steps.replace_key(account, key, by=request.user, now=now):
                log.info(
                    "provider_key_replaced", account=account.pk, user=request.user.pk
                )
                messages.success(request, REPLACED)

    press(form, act)
    if form.errors:
        account.refresh_from_db()
        return answer(request, "provisioning/new_key.html", form, {})
    return redirect("account")


@contextmanager
def _trying(request: HttpRequest, now: datetime) -> Iterator[None]:
    """Let one try of a typed key through, and count what the provider refused."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    throttle.allow("key", address, most=MOST_BY_ADDRESS, now=now)
    try:
        yield
    except ProviderError as error:
        if error.codes:
            throttle.count("key", address, now=now)
        raise
