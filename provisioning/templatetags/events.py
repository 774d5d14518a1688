"""Words for what has happened to an account; `{% load events %}`."""

from collections.abc import Mapping

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from provisioning.models import StageChange
from provisioning.stages import Event

register = template.Library()

HAPPENED: Mapping[str, str | Promise] = {
    Event.REGISTERED: _("The provider opened the account, or knew it already."),
    Event.EMAIL_CONFIRMED: _("The link in the provider's mail was opened."),
    Event.MOBILE_VERIFIED: _("The code from the provider's text was right."),
    Event.CONNECTED: _("The provider made the connection for texts."),
    Event.NUMBER_NOTED: _("An owner named the number."),
    Event.ANSWERED: _("A text went out, and the answer came in."),
    Event.NUMBER_GIVEN_UP: _("An owner gave the number up for another one."),
    Event.KEY_ACCEPTED: _("The provider accepted the key."),
    Event.DISCONNECTED: _("An owner let go of the account."),
}


@register.filter
def happened(change: StageChange) -> str | Promise:
    """Why the account moved; rows from before events were kept say nothing."""
    return HAPPENED.get(change.event, "")
