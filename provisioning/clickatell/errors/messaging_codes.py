"""The codes of the messaging APIs, each with what to do about the text.

Source: HTTP API Specification V2.5.3, "Error codes"; XML API Specification V2.4.9
(004, 110, 111, 112 and 302); 100 from the archived "API error codes" page. What is
repeated, held or given up is our reading (INFERRED).
"""

from provisioning.exchange.family import (
    AlreadyDone,
    Code,
    NotAllowed,
    Refused,
    Unavailable,
)
from provisioning.exchange.family import gettext_noop as _

_DEFECT = _("This is a mistake in our program. Please tell us about it.")
_ASK_OPERATOR = _("We have to put this right; the texts wait until then.")
_PASSWORD = _("The SMS provider does not accept the password we keep for the account.")
_ENTER_PASSWORD = _("Enter the current password of the account; the texts wait.")
_PHONE = _("Phone the patient, and ask for another mobile number.")
_BUY = _("Buy credits; the texts wait until then.")

# One row a code: a table is read as a table.
# fmt: off
MESSAGING_CODES: dict[str, Code] = {row.code: row for row in (
    # Whole account: every one of its texts waits
    Code("001", Refused, "password", _PASSWORD, _ENTER_PASSWORD, "person",
         "Authentication failed", "after_change"),
    Code("002", Refused, "password", _PASSWORD, _ENTER_PASSWORD, "person",
         "Unknown username or password", "after_change"),
    Code("004", Refused, "", _("The SMS provider has frozen the account."),
         _("Contact Clickatell support; the texts wait."), "person", "Account frozen",
         "after_change"),
    Code("007", NotAllowed, "",
         _("The SMS provider accepts no texts from the address of our server."),
         _ASK_OPERATOR, "operator", "IP Lockdown violation", "after_change"),
    Code("106", NotAllowed, "from",
         _("The SMS provider does not accept the number we send from."), _ASK_OPERATOR,
         "operator", "Invalid source address", "after_change"),
    Code("108", NotAllowed, "api_id",
         _("The SMS provider does not know the connection we send through."),
         _ASK_OPERATOR, "operator", "Invalid or missing API ID", "after_change"),
    Code("123", NotAllowed, "from",
         _("The number we send from is not approved by the SMS provider."),
         _ASK_OPERATOR, "operator", "Invalid Sender ID", "after_change"),
    Code("301", Refused, "", _("The account has no credit left."), _BUY, "person",
         "No credit left", "after_change"),
    Code("302", Refused, "", _("The account has used the credit it is allowed."), _BUY,
         "person", "Max allowed credit", "after_change"),
    Code("130", Unavailable, "", _("The allowance of texts is used up for now."),
         _("The texts wait until the SMS provider takes new ones."), "later",
         "Maximum MT limit exceeded until", "at_time"),
    # This text or this phone: not sent again
    Code("105", Refused, "to", _("This is not a number that texts can be sent to."),
         _PHONE, "person", "Invalid destination address"),
    Code("113", Refused, "text", _("The text is too long."), _("Shorten the text."),
         "person", "Maximum message parts exceeded"),
    Code("114", Refused, "to", _("The SMS provider has no way to reach this number."),
         _PHONE, "person", "Cannot route message"),
    Code("115", Refused, "", _("The text could not be sent in time."),
         _("Phone the patient if it still matters."), "person", "Message expired"),
    Code("121", Refused, "to", _("The SMS provider blocks texts to this number."),
         _PHONE, "person", "Destination mobile number blocked"),
    Code("122", Refused, "to", _("This person has asked to receive no more texts."),
         _("Phone the patient. Only they can start the texts again."), "person",
         "Destination mobile opted out"),
    Code("128", Refused, "to", _("This number is no longer in service for texts."),
         _PHONE, "person", "Number delisted"),
    # Answers to questions
    Code("103", Refused, "", _("The SMS provider does not know this text, or no more."),
         _("It was not sent under this number."), "nobody", "Unknown API message ID"),
    Code("104", Refused, "", _("This text never reached the SMS provider."),
         _("It can be sent again."), "nobody", "Unknown client message ID"),
    # Ours to mend. We open no sessions, so the two about sessions are here as well
    Code("003", NotAllowed, "", _("The session with the SMS provider had ended."),
         _DEFECT, "developer", "Session ID expired"),
    Code("005", NotAllowed, "", _("The call to the SMS provider had no session."),
         _DEFECT, "developer", "Missing session ID"),
    Code("100", NotAllowed, "", _("The SMS provider could not read the call."), _DEFECT,
         "developer", "Data malformed"),
    Code("101", NotAllowed, "", _("Something was missing in the call."), _DEFECT,
         "developer", "Invalid or missing parameters"),
    Code("102", NotAllowed, "", _("The header of the text was not accepted."), _DEFECT,
         "developer", "Invalid user data header"),
    Code("107", NotAllowed, "text", _("The text was empty."), _DEFECT, "developer",
         "Empty message"),
    Code("109", NotAllowed, "", _("The number of the text was missing in the call."),
         _DEFECT, "developer", "Missing message ID"),
    Code("110", NotAllowed, "", _("The SMS provider could not read the e-mail."),
         _DEFECT, "developer", "Error with email message"),
    Code("111", NotAllowed, "", _("The protocol of the text was not accepted."),
         _DEFECT, "developer", "Invalid protocol"),
    Code("112", NotAllowed, "", _("The kind of text was not accepted."), _DEFECT,
         "developer", "Invalid message type"),
    Code("116", NotAllowed, "text", _("The special characters were not accepted."),
         _DEFECT, "developer", "Invalid Unicode data"),
    Code("120", NotAllowed, "", _("The time to send at was not accepted."), _DEFECT,
         "developer", "Invalid delivery time"),
    Code("201", NotAllowed, "", _("The batch of texts is not known."), _DEFECT,
         "developer", "Invalid batch ID"),
    Code("202", NotAllowed, "", _("The batch had no text."), _DEFECT, "developer",
         "No batch template"),
    # Vouchers
    Code("605", AlreadyDone, "", _("The voucher was accepted."),
         _("The credits are on the account."), "nobody", "Voucher accepted"),
    Code("606", Refused, "token", _("The voucher is not valid."),
         _("Check the 16 digits."), "person", "Invalid voucher"),
    Code("607", Refused, "token", _("The voucher has expired."),
         _("Use another voucher."), "person", "Voucher expired"),
    Code("609", NotAllowed, "", _("Vouchers are switched off for this account."),
         _("Buy credits on the SMS provider's page."), "operator", "Vouchers off"),
    # Their fault: ask what became of the text, then send it again
    Code("901", Unavailable, "", _("Something went wrong at the SMS provider."),
         _("We ask what became of it and try again by ourselves."), "later",
         "Internal error", "retry", maybe_done=True),
)}
# fmt: on
