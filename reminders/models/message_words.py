"""What a text is, how far it got, and who goes first: the words of `Message`."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Direction(models.TextChoices):
    """From us or to us."""

    OUT = "out", _("Sent")
    IN = "in", _("Received")


class Kind(models.TextChoices):
    """What the text is."""

    REMINDER = "reminder", _("Reminder")
    # Apart from reminders, since the caps on those do not count it.
    BOOKING = "booking", _("Booking confirmation")
    STAFF = "staff", _("Written by staff")
    ANSWER = "answer", _("Automatic answer")
    # The one text that may pass the opt-out it confirms.
    OPT_OUT_CONFIRMATION = "opt_out_confirmation", _("Opt-out confirmation")
    OPT_IN_CONFIRMATION = "opt_in_confirmation", _("Opt-in confirmation")
    HELP = "help", _("Help")
    INBOUND = "inbound", _("From the patient")


class State(models.TextChoices):
    """How far the text got."""

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    UNKNOWN = "unknown", _("Outcome unknown")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    UNDELIVERED = "undelivered", _("Not delivered")
    FAILED = "failed", _("Failed")
    WITHHELD = "withheld", _("Not sent")
    RECEIVED = "received", _("Received")


class Priority(models.IntegerChoices):
    """Who goes first on a line that carries one part a second."""

    LEGAL = 0, _("Opt-out and help answers")
    CONVERSATION = 10, _("Answers and staff")
    VISIT = 20, _("Reminders, the next visit first")


# A receipt may only raise the rank; equal final states keep the first.
RANK = {
    State.QUEUED: 0,
    State.SENDING: 1,
    State.UNKNOWN: 1,
    State.SENT: 2,
    State.UNDELIVERED: 3,
    State.FAILED: 3,
    State.DELIVERED: 4,
}

# Kinds about visits: they have hours, caps and a last-moment look at the visit.
REMINDING = (Kind.REMINDER, Kind.BOOKING)
# What the law asks for in answer to a patient's own text, opt-out or not.
LAWFUL = (Kind.OPT_OUT_CONFIRMATION, Kind.OPT_IN_CONFIRMATION, Kind.HELP)
WENT_OUT = (State.SENDING, State.UNKNOWN, State.SENT, State.DELIVERED)
