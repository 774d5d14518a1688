"""Pressing a button: run its act, and put what the provider objects to on the form."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from provisioning import offers, steps
from provisioning.clickatell.errors import NeedsCaptcha, ProviderError
from provisioning.forms import StepForm
from provisioning.views.door import BUSY

NO_PICTURE = _("The provider wants a picture code and cannot be reached for one.")


def press(form: StepForm, act: Callable[[], str | None]) -> str | None:
    """Run the act; where it leads to, if anywhere. `form.errors` says what went wrong.

    When the provider wants a picture code the form shows a picture from then on.
    """
    try:
        return act()
    except steps.Busy:
        form.add_error(None, BUSY)
    except ProviderError as error:
        form.add_provider_error(error)
        if isinstance(error, NeedsCaptcha):
            show_picture(form)
    return None


def show_picture(form: StepForm) -> None:
    """Show a fresh picture on the form, or say that there is none to be had."""
    try:
        form.show_captcha(offers.new_captcha())
    except ProviderError:
        form.add_error(None, NO_PICTURE)
