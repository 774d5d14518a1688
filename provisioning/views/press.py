"""Pressing a button: run its act, and put what the provider objects to on the form."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from provisioning import offers, steps
from provisioning.clickatell.errors import NeedsCaptcha, ProviderError
from provisioning.forms import StepForm
from provisioning.views.door import BUSY

# The button for another picture, where there is no JavaScript.
NEW_PICTURE = "new_picture"
NO_PICTURE = _("The provider cannot be reached for a picture. Try again in a moment.")


def press(form: StepForm, act: Callable[[], str | None]) -> str | None:
    """Run the act if the form is valid; where it leads to, if anywhere.

    `form.errors` says what went wrong. When the provider wants a picture code, or the
    one that was typed is spent, the form shows a fresh picture.
    """
    try:
        if form.is_valid():
            return act()
        _keep_picture(form)
    except steps.Busy:
        form.add_error(None, BUSY)
        _keep_picture(form)
    except ProviderError as error:
        form.add_provider_error(error)
        if isinstance(error, NeedsCaptcha) or "captcha_code" in form.fields:
            show_picture(form)
    return None


def show_picture(form: StepForm) -> None:
    """Show a fresh picture on the form, or say that there is none to be had."""
    try:
        form.show_captcha(offers.new_captcha())
    except ProviderError:
        form.add_error(None, NO_PICTURE)


def _keep_picture(form: StepForm) -> None:
    """Nothing was sent: the picture and what was read in it stay good."""
    if "captcha_code" in form.fields:
        typed = form.data.get("captcha_code", "")
        form.show_captcha(
            offers.same_captcha(form.data.get("captcha_id", "")), typed=typed
        )
