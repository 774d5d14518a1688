"""The time zones that forms offer, for the desk's forms too."""

import zoneinfo
from functools import cache
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# The zones most practices are in come first; the rest follow in order.
USUAL_ZONES = {
    "America/New_York": _("Eastern"),
    "America/Chicago": _("Central"),
    "America/Denver": _("Mountain"),
    "America/Phoenix": _("Arizona"),
    "America/Los_Angeles": _("Pacific"),
    "America/Anchorage": _("Alaska"),
    "Pacific/Honolulu": _("Hawaii"),
}


def zone_name(zone: str) -> str:
    """Its everyday name, or what it is listed as."""
    return str(USUAL_ZONES.get(zone) or zone.replace("_", " "))


def zone_choices(known: str = "") -> list[tuple[str, Any]]:
    """Time zones: the usual ones by their everyday name, then all of them.

    `known` is one that is set already and stays to be had, however odd: UTC.
    """
    others = _other_zones()
    if known and known not in USUAL_ZONES and known not in others:
        others = [known, *others]
    return [
        (gettext("United States"), list(USUAL_ZONES.items())),
        (gettext("Others"), [(name, name.replace("_", " ")) for name in others]),
    ]


@cache
def _other_zones() -> list[str]:
    """Looked up once: the standard library reads some six hundred files for it."""
    return sorted(
        name
        for name in zoneinfo.available_timezones()
        if "/" in name
        and not name.startswith(("Etc/", "SystemV/", "posix/", "right/"))
        and name not in USUAL_ZONES
    )
