"""The buttons of a table: their forms, and what pressing one comes to."""

from collections.abc import Callable, Mapping

from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from provisioning import clock, steps, throttle
from provisioning.clickatell.errors import ProviderError
from provisioning.forms import StepForm
from provisioning.templatetags.countdown import time_left
from provisioning.views import captcha
from provisioning.views.door import BUSY, SetupRequest
from provisioning.wizard import Act

NotNow = (steps.Busy, steps.TooSoon, throttle.TooMany)


def forms_of(
    request: SetupRequest, acts: Mapping[str, Act], *, pressed: str = ""
) -> dict[str, StepForm]:
    """The form of each button by its name; bound is the one of the button pressed."""
    return {
        name: act.form(
            request.POST if name == pressed else None,
            account=request.account,
            initial=act.initial(request.account),
            auto_id=f"{name}_%s",
        )
        for name, act in acts.items()
    }


def press(form: StepForm, act: Callable[[], str | None]) -> str | None:
    """Run the act if the form is valid; where it leads to, if anywhere.

    `form.errors` says what went wrong. When the provider wants a picture code, or the
    one that was typed is spent and another is wanted, the form shows a fresh picture.
    """
    if not form.is_valid():
        captcha.keep_picture(form)
        return None
    try:
        address = act()
    except NotNow as error:
        form.add_error(None, not_now(error))
        captcha.keep_picture(form)
    except ProviderError as error:
        captcha.refuse(form, error)
    else:
        captcha.spend(form)
        if form.errors:
            form.hide_captcha()
        return address
    return None


def leave(act: Act, address: str | None, page: str) -> HttpResponse:
    """Lead to where an act leads, or else to a page of ours: out of the house only by
    an act of the table that is marked so.
    """
    if not address:
        return redirect(page)
    if act.leads_away or url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return HttpResponseRedirect(address)
    raise SuspiciousOperation("An act that stays in the house led out of it.")


def not_now(error: steps.Busy | steps.TooSoon | throttle.TooMany) -> str:
    """Why nothing was sent, and how long to wait."""
    if isinstance(error, steps.TooSoon):
        words = gettext("The last one is on its way. Another can be sent in %(left)s.")
        return words % {"left": time_left(error.left)}
    if isinstance(error, throttle.TooMany):
        words = gettext("Too many passwords were wrong. Try again in %(left)s.")
        return words % {"left": time_left(error.until - clock.now())}
    return str(BUSY)
