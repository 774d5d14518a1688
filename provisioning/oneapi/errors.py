"""The codes and the statuses of One API, each with what it means to us.

Source: "One API: Error messages" and "Message Status Table". Which class a code belongs
to, and what becomes of the text, is our reading (INFERRED). The numbers differ from
those of ``provisioning.clickatell``.
"""

from dataclasses import dataclass
from typing import Literal

from provisioning.exchange.family import (
    Code,
    NotAllowed,
    Refused,
    Unavailable,
)
from provisioning.exchange.family import gettext_noop as _
from provisioning.exchange.reading import Fault, entry_of

State = Literal["queued", "sent", "delivered", "undelivered", "failed", "unknown"]

_DEFECT = _("This is a mistake in our program. Please tell us about it.")
_ASK_OPERATOR = _("We have to put this right; the texts wait until then.")
_PORTAL = _("Look at the integration on the provider's portal; the texts wait.")
_PHONE = _("Phone the patient, and ask for another mobile number.")
_BUY = _("Top the account up on the provider's portal; the texts wait until then.")
_SHORTEN = _("Shorten the text.")

# One row a code: a table is read as a table.
# fmt: off
CODES: dict[str, Code] = {row.code: row for row in (
    # Whole account: every one of its texts waits
    Code("1", Refused, "api_key", _("The SMS provider does not accept the API key."),
         _("Copy the key again from the provider's portal."), "person",
         "Invalid or missing integration API Key", "after_change"),
    Code("2", Refused, "", _("Your account at the SMS provider is not active."),
         _PORTAL, "person", "Account inactive", "after_change"),
    Code("3", Refused, "api_key", _("The integration of this API key is not active."),
         _PORTAL, "person", "Integration inactive", "after_change"),
    Code("7", NotAllowed, "",
         _("The SMS provider accepts no calls from the address of our server."),
         _ASK_OPERATOR, "operator", "IP address not approved", "after_change"),
    Code("20", Refused, "", _("There is no money left on the account."), _BUY, "person",
         "Insufficient account balance", "after_change"),
    Code("38", Refused, "", _("Texting is not switched on for this API key."), _PORTAL,
         "person", "Channel not active", "after_change"),
    Code("39", Refused, "", _("Texting is not available for this API key."), _PORTAL,
         "person", "Channel not available", "after_change"),
    Code("44", Refused, "from", _("The SMS provider has suspended the number."),
         _PORTAL, "person", "FROM number suspended", "after_change"),
    Code("45", Refused, "from",
         _("The number does not belong to the integration of this API key."), _PORTAL,
         "person", "FROM number not related to the integration", "after_change"),
    Code("46", Refused, "", _("The trial period of the account is over."), _PORTAL,
         "person", "Demo period over", "after_change"),
    Code("110", Refused, "from",
         _("Texts to the USA need an integration with a two-way number."), _PORTAL,
         "person", "USA: two-way integration required", "after_change"),
    Code("111", Refused, "",
         _("Texts to the USA need the STOP and SUBSCRIBE commands."),
         _("Switch both commands on, on the provider's portal; the texts wait."),
         "person", "USA: STOP/SUBSCRIBE commands must be on", "after_change"),
    # This text or this phone: not sent again
    Code("24", Refused, "text", _("The text is too long."), _SHORTEN, "person",
         "Message too long"),
    Code("25", Refused, "to", _("This is not a number that texts can be sent to."),
         _PHONE, "person", "Invalid recipient address"),
    Code("26", Refused, "to", _("This person has asked to receive no more texts."),
         _("Phone the patient. Only they can start the texts again."), "person",
         "Recipient opted out"),
    Code("27", Refused, "to", _("The SMS provider cannot reach this number by text."),
         _PHONE, "person", "Recipient not available on channel"),
    Code("28", Refused, "to",
         _("The trial account may only text numbers on its list."), _PORTAL, "person",
         "Recipient not on sandbox"),
    Code("100", Refused, "text", _("The text is too long."), _SHORTEN, "person",
         "Too many message parts"),
    Code("101", Refused, "to", _("No answer could come back from this number."), _PHONE,
         "person", "Two-way messaging not available"),
    # Ours to mend
    Code("21", NotAllowed, "", _("The SMS provider could not read the call."), _DEFECT,
         "developer", "Malformed request"),
    Code("22", NotAllowed, "", _("There were too many texts in one call."), _DEFECT,
         "developer", "Too many messages"),
    Code("23", NotAllowed, "", _("Something in the call was missing or not accepted."),
         _DEFECT, "developer", "Invalid parameter"),
    Code("30", NotAllowed, "", _("The picture or file was not accepted."), _DEFECT,
         "developer", "Invalid media"),
    Code("31", NotAllowed, "", _("The kind of file was not accepted."), _DEFECT,
         "developer", "Invalid media type"),
    Code("32", NotAllowed, "", _("The file was too large."), _DEFECT, "developer",
         "Media too large"),
    Code("33", NotAllowed, "", _("The file was not found."), _DEFECT, "developer",
         "Media not found"),
    Code("40", NotAllowed, "text", _("The character set was not accepted."), _DEFECT,
         "developer", "Invalid character set"),
    Code("41", NotAllowed, "", _("The SMS provider does not know this text."), _DEFECT,
         "developer", "Resource not found"),
    Code("42", NotAllowed, "", _("The SMS provider does not know this function."),
         _DEFECT, "developer", "Method not allowed"),
    # Their fault, or too much at once
    Code("18", Unavailable, "", _("Something went wrong at the SMS provider."),
         _("Look whether it worked, then try again in a few minutes."), "later",
         "Internal error", "retry", maybe_done=True),
    Code("19", Unavailable, "", _("Something went wrong at the SMS provider."),
         _("Look whether it worked, then try again in a few minutes."), "later",
         "Internal error, retry", "retry", maybe_done=True),
    Code("43", Unavailable, "", _("The SMS provider takes no more texts for a moment."),
         _("They go out in a minute."), "later", "Rate limit exceeded", "at_time"),
)}
# fmt: on


def read_fault(code: str) -> Fault:
    """The fault of a code, "" where there was none.

    The provider's own words are left out: they repeat the number that was written to.
    """
    entry = entry_of(code, CODES)
    return Fault(code, entry.label, entry)


@dataclass(frozen=True, slots=True)
class Status:
    """One status; ``final``: no later status of this text means anything."""

    code: str
    label: str
    state: State
    final: bool
    sentence: str


_WAY = _("On its way through the network.")
_FAILED = _("The network could not deliver it.")
_LIMIT = _("The allowance of texts was used up.")
_CONTENT = _("The network refused the content.")

# fmt: off
STATUSES: dict[str, Status] = {row.code: row for row in (
    Status("1", "UNKNOWN", "unknown", False, _("The report is delayed.")),
    Status("2", "QUEUED", "queued", False, _("The SMS provider sends it soon.")),
    Status("3", "SCHEDULED", "queued", False, _("The SMS provider sends it later.")),
    Status("4", "SENT_TO_SUPPLIER", "sent", False, _WAY),
    Status("5", "DEVICE_ACK", "delivered", True, _("Arrived on the phone.")),
    Status("6", "READ", "delivered", True, _("Was read on the phone.")),
    Status("20", "EXPIRED", "undelivered", True, _("The phone was off for too long.")),
    Status("21", "STOPPED_BY_USER", "undelivered", True,
           _("Stopped before it was delivered.")),
    Status("22", "STOPPED_BY_ADMIN", "undelivered", True,
           _("Stopped by the SMS provider.")),
    Status("23", "DELIVERY_FAILURE", "failed", True, _FAILED),
    Status("24", "EMULATED", "sent", True, _("Only pretended: a trial account.")),
    Status("25", "INSUFFICIENT_ACCOUNT_BALANCE", "failed", True,
           _("There was no money left on the account.")),
    Status("26", "VOLUME_LIMIT", "failed", True, _LIMIT),
    Status("27", "VOLUME_LIMIT_DAILY", "failed", True, _LIMIT),
    Status("28", "VOLUME_LIMIT_MONTHLY", "failed", True, _LIMIT),
    Status("29", "RECIPIENT_DOES_NOT_EXIST", "failed", True,
           _("There is no phone with this number.")),
    Status("60", "ENCRYPTION_ERROR", "failed", True, _CONTENT),
    Status("61", "DECRYPTION_ERROR", "failed", True, _CONTENT),
    *(Status(str(number), "MEDIA_ERROR", "failed", True, _CONTENT)
      for number in range(80, 86)),
    Status("100", "ROUTING_ERROR", "failed", True,
           _("There was no way to this number.")),
)}
# fmt: on


def status_of(code: str) -> Status:
    """The row of ``code``; one that nobody told us about is unknown and not final."""
    sentence = _("The report is not one that we know.")
    return STATUSES.get(code, Status(code, "", "unknown", False, sentence))
