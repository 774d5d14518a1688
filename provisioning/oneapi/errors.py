"""The codes and the statuses of One API, each with what it means to us.

Sources: the provider's pages "One API: Error messages" (29 March 2019) and "Errors
Table" (33, 46), "One API: Message status codes" (4 April 2019) and "Message Status
Table" (85). Which class a code belongs to, and what becomes of the text, is our reading
(INFERRED). The numbers differ from those of ``provisioning.clickatell``.
"""

from provisioning.exchange.family import Code, NotAllowed, Refused, Unavailable
from provisioning.exchange.family import gettext_noop as _
from provisioning.exchange.reading import LABEL_LIMIT, Fault, entry_of
from provisioning.exchange.statuses import Status, status_in

from .masking import sentence

_DEFECT = _("This is a mistake in our program. Please tell us about it.")
_ASK_OPERATOR = _("We have to put this right; the texts wait until then.")
_PORTAL = _("Look at the integration on the provider's portal; the texts wait.")
_SUPPORT = _("Contact Clickatell support; the texts wait.")
_PHONE = _("Phone the patient, and ask for another mobile number.")
_BUY = _("Top the account up on the provider's portal; the texts wait until then.")
_SHORTEN = _("Shorten the text.")
_BROKEN = _("Something went wrong at the SMS provider.")
_NOBODY_KNOWS = _("It may have worked all the same: wait for the delivery report.")

# One row a code: a table is read as a table.
# fmt: off
CODES: dict[str, Code] = {row.code: row for row in (
    # Whole account: every one of its texts waits
    Code("1", Refused, "api_key", _("The SMS provider does not accept the API key."),
         _("Copy the key again from the provider's portal; the texts wait."), "person",
         "Invalid or missing integration API Key", "after_change"),
    Code("2", Refused, "", _("Your account at the SMS provider is not active."),
         _SUPPORT, "person", "Account is not active", "after_change"),
    Code("3", Refused, "api_key", _("The integration of this API key is not active."),
         _PORTAL, "person", "Integration is not active", "after_change"),
    Code("7", NotAllowed, "",
         _("The SMS provider accepts no calls from the address of our server."),
         _ASK_OPERATOR, "operator",
         "Originating IP address is not approved in your account", "after_change"),
    Code("20", Refused, "", _("There is no money left on the account."), _BUY, "person",
         "Insufficient account balance", "after_change"),
    Code("38", Refused, "", _("Texting is not switched on for this API key."), _PORTAL,
         "person", "Channel is not active on integration", "after_change"),
    Code("39", Refused, "", _("Texting is not available for this API key."), _PORTAL,
         "person", "Channel is not available on integration", "after_change"),
    Code("44", Refused, "from",
         _("The SMS provider has suspended the number we send from."), _SUPPORT,
         "person", "FROM number is suspended", "after_change"),
    Code("45", Refused, "from",
         _("The number we send from does not belong to this API key."), _PORTAL,
         "person", "FROM number is not related to integration", "after_change"),
    Code("46", Refused, "", _("The trial period of the account is over."), _BUY,
         "person", "Demo access has expired", "after_change"),
    Code("110", Refused, "from",
         _("Texts to the USA need an integration with a two-way number."), _PORTAL,
         "person", "USA country limit: must use two-way integration", "after_change"),
    Code("111", Refused, "",
         _("Texts to the USA need the STOP and SUBSCRIBE commands."),
         _("Switch both commands on, on the provider's portal; the texts wait."),
         "person",
         "USA country limit: must enable STOP/SUBSCRIBE commands on integration",
         "after_change"),
    # Too fast: the answer does not say how long to wait
    Code("43", Unavailable, "", _("The SMS provider takes no more texts for a moment."),
         _("The texts wait a little and go out then."), "later", "Rate limit",
         "at_time"),
    # This text or this phone: not sent again
    Code("24", Refused, "content", _("The text is too long."), _SHORTEN, "person",
         "Maximum message content size exceeded"),
    Code("25", Refused, "to", _("This is not a number that texts can be sent to."),
         _PHONE, "person", "Invalid recipient address"),
    Code("26", Refused, "to", _("This person has asked to receive no more texts."),
         _("Phone the patient. Only they can start the texts again."), "person",
         "Recipient opted out"),
    Code("27", Refused, "to", _("The SMS provider cannot reach this number by text."),
         _PHONE, "person", "Recipient not available on channel"),
    Code("28", Refused, "to",
         _("A trial account may only text the numbers on its list."),
         _("Put the number on the list, on the provider's portal."), "person",
         "Recipient not available on sandbox"),
    Code("100", Refused, "content", _("The text has too many parts."), _SHORTEN,
         "person", "Maximum message parts exceeded"),
    Code("101", Refused, "to", _("No answer could come back from this number."), _PHONE,
         "person", "Destination does not support two-way messaging"),
    # Ours to mend
    Code("21", NotAllowed, "", _("The SMS provider could not read the call."), _DEFECT,
         "developer", "Payload data is malformed"),
    Code("22", NotAllowed, "", _("There were too many texts in one call."), _DEFECT,
         "developer", "Maximum messages per request payload exceeded"),
    Code("23", NotAllowed, "", _("Something in the call was missing or not accepted."),
         _DEFECT, "developer", "Invalid or missing parameter"),
    Code("30", NotAllowed, "", _("The kind of content was not accepted."), _DEFECT,
         "developer", "Content type not supported"),
    Code("31", NotAllowed, "", _("The file was too large."), _DEFECT, "developer",
         "Media file size exceeds limit"),
    Code("32", NotAllowed, "", _("The files together were too large."), _DEFECT,
         "developer", "Media payload size exceeds limit"),
    Code("33", NotAllowed, "", _("The file was not found."), _DEFECT, "developer",
         "Media item not found"),
    Code("40", NotAllowed, "", _("The character set was not accepted."), _DEFECT,
         "developer", "Character set is not supported"),
    Code("41", NotAllowed, "", _("The SMS provider does not know what we asked for."),
         _DEFECT, "developer", "Resource does not exist"),
    Code("42", NotAllowed, "", _("The SMS provider does not know this function."),
         _DEFECT, "developer", "HTTP method is not supported on this resource"),
    # Their fault. There is no way to ask what became of a text by our id
    Code("18", Unavailable, "", _BROKEN, _NOBODY_KNOWS, "later", "Internal error",
         "retry", maybe_done=True),
    Code("19", Unavailable, "", _BROKEN, _NOBODY_KNOWS, "later",
         "Internal error, please retry", "retry", maybe_done=True),
)}
# fmt: on


def read_fault(code: str, description: str = "") -> Fault:
    """The fault of a code; "" for an error without one, such as a plain sentence.

    Numbers in ``description``, the provider's own words, are masked: it repeats what
    was written to, "Invalid recipient address: …".
    """
    return Fault(code, sentence(description)[:LABEL_LIMIT], entry_of(code, CODES))


_WAY = _("On its way through the network.")
_LIMIT = _("The allowance of texts was used up.")
_CONTENT = _("The network refused the content.")
_WHATSAPP = _("A report about another channel than texts.")

# One row a code: a table is read as a table. That EMULATED was never on the network is
# INFERRED from its word.
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
    Status("23", "DELIVERY_FAILURE", "failed", True,
           _("The network could not deliver it.")),
    Status("24", "EMULATED", "undelivered", True,
           _("Only pretended, as trial accounts do.")),
    Status("25", "INSUFFICIENT_ACCOUNT_BALANCE", "failed", True,
           _("There was no money left on the account.")),
    Status("26", "VOLUME_LIMIT", "failed", True, _LIMIT),
    Status("27", "VOLUME_LIMIT_DAILY", "failed", True, _LIMIT),
    Status("28", "VOLUME_LIMIT_MONTHLY", "failed", True, _LIMIT),
    Status("29", "RECIPIENT_DOES_NOT_EXIST", "failed", True,
           _("There is no phone with this number.")),
    Status("60", "ENCRYPTION_ACCESS_DENIED", "failed", True, _CONTENT),
    Status("61", "ENCRYPTION_CONTENT_ERROR", "failed", True, _CONTENT),
    Status("80", "MEDIA_NOT_FOUND", "failed", True, _CONTENT),
    Status("81", "MEDIA_SIZE_ERROR", "failed", True, _CONTENT),
    Status("82", "MEDIA_CHECKSUM_FAILURE", "failed", True, _CONTENT),
    Status("83", "MEDIA_REJECTED_BY_SUPPLIER", "failed", True, _CONTENT),
    Status("84", "MEDIA_METADATA_ERROR", "failed", True, _CONTENT),
    Status("85", "MEDIA_ACCESS_ERROR", "failed", True, _CONTENT),
    Status("100", "ROUTING_ERROR", "failed", True,
           _("There was no way to this number.")),
    # 130 and above are of WhatsApp, which we never use
    Status("130", "WHATSAPP_ACCOUNT_PAYMENT_ISSUE", "unknown", False, _WHATSAPP),
)}
# fmt: on
_BY_NAME = {row.label: row for row in STATUSES.values()}


def status_of(code: str) -> Status:
    """The row of ``code``; a code nobody told us about is unknown and not final."""
    return status_in(STATUSES, code)


def status_named(name: str) -> Status:
    """The row of a status by its word, as answers to a question have it."""
    return _BY_NAME.get(name) or status_in({}, name)
