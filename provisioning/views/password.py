"""The provider's password: shown to an owner, typed anew, or forgotten.

Each page asks for one's own password first. What is typed there never waits in the
session while somebody proves who they are: a form whose proof ran out is empty after it.
"""

from functools import wraps
from typing import Any

import structlog
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from provisioning import clock, owner_mail, steps, throttle
from provisioning.forms import ForgotForm, PasswordForm, StepForm
from provisioning.views import captcha
from provisioning.views.answering import answer
from provisioning.views.confirmed import Page, confirmed
from provisioning.views.door import SetupRequest, setup
from provisioning.views.press import press

log = structlog.get_logger(__name__)

SHOWN = _("the password at the SMS provider was shown")
REPLACED = _("The provider accepts this password. Texts that waited go on.")
ON_ITS_WAY = _("The provider has mailed a new password. Type it here when it is there.")
ANSWER_LOST = _(
    "The provider's answer was lost, so we do not know whether it mails a new password. "
    "Look into the mailbox; if nothing comes, ask again."
)


def with_password(view: Page) -> Page:
    """Not found where the account has no password: before it is registered, or One API."""

    @wraps(view)
    def guarded(request: SetupRequest) -> HttpResponse:
        if not request.account.has_password:
            raise Http404
        return view(request)

    return guarded


@setup
@require_http_methods(["GET", "POST"])
@with_password
@confirmed
def provider_password(request: SetupRequest) -> HttpResponse:
    """Show the stored password once, or take the one that is valid now."""
    if request.method == "GET":
        return _page(request, PasswordForm(account=request.account))
    match request.POST.get("do"):
        case "reveal":
            return _reveal(request)
        case "replace":
            return _replace(request)
    raise Http404


def _reveal(request: SetupRequest) -> HttpResponse:
    """Show it on this page alone, which nobody may store; the owners are told."""
    account, by, now = request.account, request.user, clock.now()
    log.info("provider_password_shown", account=account.pk, user=by.pk)
    told = owner_mail.send(
        account.practice, "password_shown", SHOWN, {"by": by, "now": now}
    )
    return _page(request, PasswordForm(account=account), revealed=True, told=told)


def _replace(request: SetupRequest) -> HttpResponse:
    account, now = request.account, clock.now()
    if captcha.pressed(request):
        form = PasswordForm(account=account)
        captcha.redraw(request, form)
        return _page(request, form)
    form = PasswordForm(request.POST, account=account)

    def act() -> None:
        typed = form.cleaned_data["password"]
        with throttle.trying(
            user=request.user,
            address=request.META.get("REMOTE_ADDR", ""),
            username=account.username,
            now=now,
            captcha=form.answer,
        ):
            replaced = steps.replace_password(
                account, typed, by=request.user, now=now, captcha=form.answer
            )
        if replaced:
            who = {"account": account.pk, "user": request.user.pk}
            log.info("provider_password_replaced", **who)
            messages.success(request, REPLACED)

    press(form, act)
    if form.errors:
        account.refresh_from_db()
        return _page(request, form)
    return redirect("account")


@setup
@require_http_methods(["GET", "POST"])
@with_password
@confirmed
def forgot(request: SetupRequest) -> HttpResponse:
    """Have the provider mail a new password; the stored one is dead from then on."""
    account, now = request.account, clock.now()
    if request.method == "GET" or captcha.pressed(request):
        initial = {"email_address": account.email_address, **request.POST.dict()}
        form = ForgotForm(account=account, initial=initial)
        if request.method == "GET":
            captcha.show_picture(form)
        else:
            captcha.redraw(request, form)
        return _forgot_page(request, form)
    form = ForgotForm(request.POST, account=account)

    def act() -> None:
        address = form.cleaned_data["email_address"]
        answered = steps.forgot_password(
            account, address, by=request.user, now=now, captcha=form.picture
        )
        messages.success(request, ON_ITS_WAY if answered else ANSWER_LOST)

    press(form, act)
    if form.errors:
        return _forgot_page(request, form)
    log.info("provider_password_forgotten", account=account.pk, user=request.user.pk)
    return redirect("provider_password")


def _page(request: SetupRequest, form: StepForm, **more: Any) -> HttpResponse:
    return answer(request, "provisioning/password.html", form, more)


def _forgot_page(request: SetupRequest, form: ForgotForm) -> HttpResponse:
    return answer(request, "provisioning/forgot.html", form, {})
