"""Says how long something still takes; `js/countdown.js` goes on from there."""

import math
from datetime import timedelta

from django import template
from django.utils.translation import ngettext

register = template.Library()

# From here on in minutes.
SHORT = 90


@register.filter
def time_left(left: timedelta | int) -> str:
    """Return "45 seconds" or "14 minutes", rounded up."""
    seconds = left.total_seconds() if isinstance(left, timedelta) else left
    if seconds <= SHORT:
        number = max(math.ceil(seconds), 1)
        words = ngettext("%(number)d second", "%(number)d seconds", number)
    else:
        number = math.ceil(seconds / 60)
        words = ngettext("%(number)d minute", "%(number)d minutes", number)
    return words % {"number": number}


@register.filter
def whole_seconds(left: timedelta) -> int:
    """The same for the script, in seconds."""
    return math.ceil(left.total_seconds())
