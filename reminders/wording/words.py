"""Days and times in the words of a text message, written by us, not by a locale.

Short, the same on every machine, and inside the GSM alphabet: one letter outside it
and a text holds 70 characters instead of 160. That alphabet has é and ñ but neither
á, í, ó nor ú, hence "sab".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class _Calendar:
    weekdays: tuple[str, ...]  # Monday first
    short_months: tuple[str, ...]
    months: tuple[str, ...]
    day: str
    date: str


_CALENDARS = {
    "en": _Calendar(
        weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        short_months=(
            *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
            *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        ),
        months=(
            *("January", "February", "March", "April", "May", "June", "July"),
            *("August", "September", "October", "November", "December"),
        ),
        day="{weekday} {short_month} {number}",
        date="{month} {number}, {year}",
    ),
    "es": _Calendar(
        weekdays=("lun", "mar", "mié", "jue", "vie", "sab", "dom"),
        short_months=(
            *("ene", "feb", "mar", "abr", "may", "jun"),
            *("jul", "ago", "sep", "oct", "nov", "dic"),
        ),
        months=(
            *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio"),
            *("agosto", "septiembre", "octubre", "noviembre", "diciembre"),
        ),
        day="{weekday} {number} {short_month}",
        date="{number} de {month} de {year}",
    ),
}

LANGUAGES: tuple[str, ...] = tuple(_CALENDARS)


def time_words(at: time, language: str) -> str:
    """ "2:30 PM" in English, "14:30" in Spanish."""
    if language == "es":
        return f"{at.hour}:{at.minute:02}"
    half = "AM" if at.hour < 12 else "PM"
    return f"{at.hour % 12 or 12}:{at.minute:02} {half}"


def visit_words(starts_at: datetime, zone: ZoneInfo, language: str) -> dict[str, str]:
    """The values of {day}, {date} and {time} for a visit, on the wall in `zone`.

    "Tue Mar 10", "March 10, 2026", "2:30 PM"; "mar 10 mar", "10 de marzo de 2026",
    "14:30". A language we do not write gets English.
    """
    local = starts_at.astimezone(zone)
    calendar = _CALENDARS.get(language, _CALENDARS["en"])
    parts = {
        "weekday": calendar.weekdays[local.weekday()],
        "short_month": calendar.short_months[local.month - 1],
        "month": calendar.months[local.month - 1],
        "number": str(local.day),
        "year": str(local.year),
    }
    return {
        "day": calendar.day.format(**parts),
        "date": calendar.date.format(**parts),
        "time": time_words(local.time(), language),
    }
