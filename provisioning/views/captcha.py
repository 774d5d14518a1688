"""The provider's picture on any form: shown, renewed alone, read by somebody else.

Beside the doors, what other doors do with the picture of a form that comes back:
`show_picture`, `keep_picture`, `refuse`. And, where there is no JavaScript, the
buttons under a picture: they send the form, which is drawn again (`pressed`, `redraw`).
"""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import retarget

from provisioning import clock, offers, reading, throttle
from provisioning.clickatell.errors import NeedsCaptcha, ProviderError
from provisioning.forms import CaptchaInput, HelperForm, StepForm
from provisioning.forms.captcha import helper_context, picture_context
from provisioning.lockout import BAD_CREDENTIALS
from provisioning.offers import Picture
from provisioning.views.door import sparingly

NEW, ASK, LOOK = "new_picture", "ask_helper", "look_for_answer"
BOX = "captcha_code"
# An address may look at helpers' pages and answer on them so often in a while.
MOST_BY_HELPER = 40
NO_PICTURE = gettext_lazy(
    "There is no picture to be had from the provider. Try again in a moment."
)


# --- For other doors ------------------------------------------------------------------


def show_picture(form: StepForm) -> None:
    """Show a fresh picture, or say that there is none; nothing typed is lost."""
    try:
        form.show_captcha(offers.new_captcha())
    except ProviderError:
        form.add_error(None, NO_PICTURE)


def keep_picture(form: StepForm) -> None:
    """Show the same picture again: nothing has been sent, so its code is still good."""
    if BOX not in form.fields and not form.needs_captcha:
        return
    try:
        kept = offers.same_captcha(form.data.get("captcha_id", ""))
    except ProviderError:
        form.add_error(None, NO_PICTURE)
        return
    same = kept.id == form.data.get("captcha_id")
    form.show_captcha(kept, typed=form.data.get(BOX, "") if same else "")


def refuse(form: StepForm, error: ProviderError) -> None:
    """Say what the provider objects to; show the picture that it wants, if any.

    The picture comes first, so that there is a field for what is said about it. One
    that is spent, and wanted no more, goes.
    """
    spend(form)
    wrong_password = form.answer and BAD_CREDENTIALS.intersection(error.codes)
    if form.needs_captcha or isinstance(error, NeedsCaptcha) or wrong_password:
        show_picture(form)
    else:
        form.hide_captcha()
    form.add_provider_error(error)


def spend(form: StepForm) -> None:
    """Forget the picture whose code was sent: it cannot be tried or read again."""
    if form.answer:
        offers.spend_captcha(form.answer.id)


def pressed(request: HttpRequest) -> str | None:
    """The id of the box under whose picture a button was pressed; None for none."""
    for name in (NEW, ASK, LOOK):
        if name in request.POST:
            return request.POST[name]
    return None


def redraw(request: HttpRequest, form: StepForm) -> None:
    """Do on an unbound form what the button under the picture asks for."""
    if NEW in request.POST:
        show_picture(form)
        return
    try:
        kept = offers.same_captcha(request.POST.get("captcha_id", ""))
    except ProviderError:
        form.add_error(None, NO_PICTURE)
        return
    read = reading.answer(kept.id)
    form.show_captcha(
        kept,
        typed=read or request.POST.get(BOX, ""),
        asking=not read,
        came=bool(read),
    )


# --- Doors ----------------------------------------------------------------------------


@never_cache
@require_GET
@sparingly
def captcha(request: HttpRequest) -> HttpResponse:
    """A new picture alone; everything typed in the form around it stays."""
    try:
        picture = offers.new_captcha()
    except ProviderError as error:
        return HttpResponse(str(error), status=503, content_type="text/plain")
    return _part(request, picture, news=_("A new picture is here."))


@never_cache
@require_GET
def captcha_help(request: HttpRequest) -> HttpResponse:
    """The link by which somebody else can read the picture; keeps nothing."""
    picture = offers.kept_captcha(request.GET.get("captcha", ""))
    if picture is None:
        return retarget(captcha(request), "closest .picture")
    return render(
        request,
        "provisioning/_picture_help.html",
        {"box": _box(request), **helper_context(picture.id)},
    )


@never_cache
@require_GET
def captcha_answer(request: HttpRequest) -> HttpResponse:
    """The picture with what the helper read; 204 as long as nothing has come."""
    picture = offers.kept_captcha(request.GET.get("captcha", ""))
    if picture is None:
        return captcha(request)
    read = reading.answer(picture.id)
    if not read:
        return HttpResponse(status=204)
    news = _("The characters have come and are filled in.")
    return _part(request, picture, typed=read, news=news)


@never_cache
@require_http_methods(["GET", "POST"])
def captcha_helper(request: HttpRequest) -> HttpResponse:
    """For whoever helps: the picture and a box, and nothing about anybody. No sign-in."""
    now, address = clock.now(), request.META.get("REMOTE_ADDR", "")
    try:
        throttle.allow("helper", address, most=MOST_BY_HELPER, now=now)
    except throttle.TooMany:
        return _helper_page(request, "too_many", status=429)
    throttle.count("helper", address, now=now)
    token = request.GET.get("t", "")
    picture = reading.picture_of(token)
    if picture is None:
        return _helper_page(request, "over", status=410)
    if reading.answer(picture.id):
        return _helper_page(request, "done")
    form = HelperForm(request.POST or None)
    if form.is_valid():
        reading.pass_on(picture.id, form.cleaned_data["code"])
        return redirect(reverse("captcha_helper", query={"t": token}))
    return _helper_page(
        request,
        "open",
        status=422 if form.is_bound else 200,
        form=form,
        **picture_context(picture, now),
    )


def _helper_page(
    request: HttpRequest, state: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    context["state"] = state
    return render(request, "provisioning/helper.html", context, status=status)


def _box(request: HttpRequest) -> str:
    """The id of the box on the page that asks; only what is surely an id."""
    box = request.GET.get("id", "")
    return box if re.fullmatch(r"[\w-]{1,64}", box, re.ASCII) else f"id_{BOX}"


def _part(
    request: HttpRequest, picture: Picture, *, news: str, typed: str = ""
) -> HttpResponse:
    box = _box(request)
    widget = CaptchaInput(picture, came=bool(typed))
    context = widget.get_context(BOX, (picture.id, typed), {"id": box})
    return render(
        request, "provisioning/_picture_renewed.html", {**context, "news": news}
    )
