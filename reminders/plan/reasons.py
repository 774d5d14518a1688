"""Why a reminder does not go out, in words, and whom to phone instead."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class SkipReason(StrEnum):
    """The one reason a reminder was skipped; SKIP_WORDS says it to staff."""

    BOOKED_TOO_LATE = "booked_too_late"
    QUIET_HOURS = "quiet_hours"
    MOVED = "moved"
    CANCELLED = "cancelled"
    ALREADY_CONFIRMED = "already_confirmed"
    OPTED_OUT = "opted_out"
    PATIENT_ASKED = "patient_asked"
    NO_CONSENT = "no_consent"
    NO_MOBILE = "no_mobile"
    LANDLINE = "landline"
    UNREACHABLE = "unreachable"
    DUPLICATE = "duplicate"
    DAILY_CAP = "daily_cap"
    WEEKLY_CAP = "weekly_cap"
    ACCOUNT_NOT_READY = "account_not_ready"
    NO_CREDIT = "no_credit"
    MISSED = "missed"
    HELD = "held"
    PAUSED = "paused"
    RULE_OFF = "rule_off"
    RULE_CAME_LATE = "rule_came_late"
    VISIT_STARTED = "visit_started"


SKIP_WORDS: dict[SkipReason, _StrPromise] = {
    SkipReason.BOOKED_TOO_LATE: _(
        "The visit was booked after this reminder should have gone."
    ),
    SkipReason.QUIET_HOURS: _(
        "Between the booking and the visit there was no hour in which texts may go."
    ),
    SkipReason.MOVED: _("The visit was moved to another time."),
    SkipReason.CANCELLED: _("The visit was cancelled."),
    SkipReason.ALREADY_CONFIRMED: _("The patient has already confirmed."),
    SkipReason.OPTED_OUT: _("This phone has opted out of texts."),
    SkipReason.PATIENT_ASKED: _(
        "Someone on this phone seems to have asked us to stop. "
        "Texts wait until you have looked."
    ),
    SkipReason.NO_CONSENT: _("There is no consent on record to text this phone."),
    SkipReason.NO_MOBILE: _("No mobile number is on file."),
    SkipReason.LANDLINE: _("The number is a landline and cannot take texts."),
    SkipReason.UNREACHABLE: _("Texts to this number do not arrive."),
    SkipReason.DUPLICATE: _("Another text to the same phone already says this."),
    SkipReason.DAILY_CAP: _("This phone has had its reminder for the day."),
    SkipReason.WEEKLY_CAP: _("This phone has had its reminders for the week."),
    SkipReason.ACCOUNT_NOT_READY: _(
        "The practice's texting account was not ready in time."
    ),
    SkipReason.NO_CREDIT: _("The practice's texting account was out of credit."),
    SkipReason.MISSED: _(
        "Sending was down when this was due, and now it is too late to be useful."
    ),
    SkipReason.HELD: _("Staff held this back until it was too late to be useful."),
    SkipReason.PAUSED: _(
        "Reminder texts were paused when this was due, and now it is too late."
    ),
    SkipReason.RULE_OFF: _("The rule for this reminder was switched off."),
    SkipReason.RULE_CAME_LATE: _(
        "The rule for this reminder was made after the reminder should have gone."
    ),
    SkipReason.VISIT_STARTED: _(
        "The visit would have begun before this text could go."
    ),
}

CALL_INSTEAD: frozenset[SkipReason] = frozenset(
    {
        SkipReason.OPTED_OUT,
        SkipReason.PATIENT_ASKED,
        SkipReason.NO_CONSENT,
        SkipReason.NO_MOBILE,
        SkipReason.LANDLINE,
        SkipReason.UNREACHABLE,
        SkipReason.ACCOUNT_NOT_READY,
        SkipReason.NO_CREDIT,
        SkipReason.MISSED,
        SkipReason.HELD,
        SkipReason.PAUSED,
        SkipReason.VISIT_STARTED,
    }
)
"""Reasons after which nobody has told the patient, so that a person should phone.

Not among them: who booked too late, or at night for the morning, has just spoken to
the practice; a rule that came late is one text more than was planned; what a cap held
back follows a text that did arrive. Nobody is phoned about a visit that has begun; but
one may begin before texts may go again, and be hours away still.
"""
