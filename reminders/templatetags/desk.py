"""What templates need to speak the project's language; `{% load desk %}`.

Pure presentation: words, icons and tones for states, US reading of phone numbers, and
times as people at a front desk say them. Times are shown in the active time zone,
which is the practice's; nothing here reads the clock.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import phonenumbers
from django import template
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from lucide.templatetags.lucide import lucide

register = template.Library()

ICON_SIZE = 18  # px before CSS, which sizes icons relative to their text


class Badge(NamedTuple):
    """How a state looks: its word, its lucide icon, its tone (a class of the parts)."""

    word: str | Promise
    icon: str
    tone: str


# One table for every state a badge can show. The colour comes third: no two states of
# one kind share both word and icon.
BADGES: Mapping[str, Badge] = {
    # Appointments
    "booked": Badge(gettext_lazy("Booked"), "calendar", "neutral"),
    "confirmed": Badge(gettext_lazy("Confirmed"), "calendar-check", "ok"),
    "cancelled": Badge(gettext_lazy("Cancelled"), "calendar-x", "bad"),
    "arrived": Badge(gettext_lazy("Arrived"), "door-open", "info"),
    "completed": Badge(gettext_lazy("Completed"), "circle-check", "neutral"),
    "no_show": Badge(gettext_lazy("No-show"), "user-x", "warn"),
    # Texts
    "queued": Badge(gettext_lazy("Queued"), "hourglass", "neutral"),
    "sending": Badge(gettext_lazy("Sending"), "send", "info"),
    "sent": Badge(gettext_lazy("Sent"), "check", "info"),
    "delivered": Badge(gettext_lazy("Delivered"), "check-check", "ok"),
    "undelivered": Badge(gettext_lazy("Not delivered"), "message-circle-x", "bad"),
    "failed": Badge(gettext_lazy("Failed"), "triangle-alert", "bad"),
    "unknown": Badge(gettext_lazy("Outcome unknown"), "circle-question-mark", "warn"),
    "withheld": Badge(gettext_lazy("Not sent"), "ban", "warn"),
    "received": Badge(gettext_lazy("Received"), "message-square", "neutral"),
    # Reminders
    "planned": Badge(pgettext_lazy("reminder", "Planned"), "clock", "neutral"),
    "held": Badge(gettext_lazy("Held"), "hand", "warn"),
    "skipped": Badge(pgettext_lazy("reminder", "Will not go"), "ban", "warn"),
    # Phones
    "mobile": Badge(gettext_lazy("Mobile"), "smartphone", "neutral"),
    "landline": Badge(gettext_lazy("Landline"), "phone", "warn"),
    "unreachable": Badge(gettext_lazy("Out of service"), "phone-off", "bad"),
    "opted_out": Badge(gettext_lazy("Opted out"), "bell-off", "bad"),
    "paused": Badge(gettext_lazy("Paused"), "circle-pause", "warn"),
    # The provider account and its calls
    "draft": Badge(gettext_lazy("Not registered yet"), "circle-dashed", "neutral"),
    "disconnected": Badge(gettext_lazy("Disconnected"), "unplug", "neutral"),
    "registered": Badge(gettext_lazy("Registered"), "mail", "info"),
    "email_activated": Badge(gettext_lazy("E-mail confirmed"), "mail-check", "info"),
    "phone_verified": Badge(gettext_lazy("Mobile verified"), "smartphone", "info"),
    "connected": Badge(gettext_lazy("Connected"), "plug", "info"),
    "number_claimed": Badge(gettext_lazy("Number claimed"), "hash", "info"),
    "ready": Badge(gettext_lazy("Ready"), "circle-check", "ok"),
    "suspended": Badge(gettext_lazy("Suspended"), "octagon-x", "bad"),
    "locked": Badge(gettext_lazy("Locked"), "lock", "warn"),
    "pending": Badge(gettext_lazy("Under way"), "hourglass", "info"),
    "answered": Badge(gettext_lazy("Answered"), "check", "ok"),
    "refused": Badge(gettext_lazy("Refused"), "circle-x", "bad"),
}

TONE_ICONS: Mapping[str, str] = {
    "ok": "circle-check",
    "success": "circle-check",
    "info": "info",
    "debug": "info",
    "warn": "triangle-alert",
    "warning": "triangle-alert",
    "bad": "octagon-alert",
    "error": "octagon-alert",
}


@register.simple_tag
def icon(name: str, classes: str = "") -> str:
    """Draw a lucide icon beside a word; screen readers pass it by."""
    return lucide(
        name,
        size=ICON_SIZE,
        **{"class": f"icon {classes}".strip(), "aria-hidden": "true"},
    )


@register.simple_tag
def tone_icon(tone: str) -> str:
    """Draw the icon of a tone or of a message level."""
    return icon(TONE_ICONS.get(tone, "info"))


@register.inclusion_tag("_badge.html")
def badge(state: str, word: str = "", *, plain: bool = False) -> dict[str, Any]:
    """Show a state as icon and word; `word` replaces the usual one.

    An unknown state shows its own name rather than nothing.
    """
    known = BADGES.get(
        state, Badge(str(state).replace("_", " "), "circle-question-mark", "neutral")
    )
    return {**known._asdict(), "word": word or known.word, "plain": plain}


@register.filter
def phone(number: str | None) -> str:
    """Write an E.164 number for US readers: (415) 555-0100; others internationally.

    What cannot be read as a number is returned as it is.
    """
    try:
        parsed = phonenumbers.parse(number or "", None)
    except phonenumbers.NumberParseException:
        return number or ""
    national = parsed.country_code == 1
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(
        parsed, form.NATIONAL if national else form.INTERNATIONAL
    )


def _day(day: date, today: date) -> str:
    distance = (day - today).days
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    if distance in near:
        return near[distance]
    return date_format(day, "D M j" if day.year == today.year else "D M j, Y")


@register.filter
def day(value: date | datetime, now: datetime) -> str:
    """Say which day: today, tomorrow, Tue Mar 10, with the year if it is another."""
    on = localtime(value).date() if isinstance(value, datetime) else value
    return _day(on, localtime(now).date())


@register.filter
def when(value: datetime | None, now: datetime) -> str:
    """Say when: "today 2:30 PM", "Tue Mar 10, 2:30 PM", in the active time zone."""
    if value is None:
        return ""
    local = localtime(value)
    clock = date_format(local, "g:i A")
    words = _day(local.date(), localtime(now).date())
    distance = abs((local.date() - localtime(now).date()).days)
    return f"{words} {clock}" if distance <= 1 else f"{words}, {clock}"


@register.filter
def zone(value: datetime) -> str:
    """Name the active zone at that time: EST; "Dubai time" where it has no letters."""
    local = localtime(value)
    name = local.tzname() or ""
    if name.isalpha():
        return name
    return _("%(city)s time") % {"city": _city(local)}


def _city(local: datetime) -> str:
    return str(local.tzinfo).rpartition("/")[2].replace("_", " ")


@register.simple_tag
def moment(value: datetime | None, now: datetime) -> SafeString:
    """Show `when` as a <time>, with the full date and the zone on hovering."""
    if value is None:
        return SafeString("")
    local = localtime(value)
    return format_html(
        '<time datetime="{}" title="{} {}">{}</time>',
        local.isoformat(timespec="seconds"),
        date_format(local, "l, F j, Y g:i A"),
        zone(local),
        when(value, now),
    )


@register.filter
def initials(name: str) -> str:
    """Return the first letters of the first and last word of a name."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    ends = words if len(words) < 2 else [words[0], words[-1]]
    return "".join(word[0] for word in ends).upper()
