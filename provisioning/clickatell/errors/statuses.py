"""What became of a text: the provider's status codes in our words.

Source: HTTP API Specification V2.5.3, "Message status". 013 does not exist; that 014
is final is INFERRED. Only the states of our own messages appear here.
"""

from provisioning.exchange.family import gettext_noop as _
from provisioning.exchange.statuses import Status, status_in

# One row a code: a table is read as a table.
# fmt: off
STATUSES: dict[str, Status] = {row.code: row for row in (
    Status("001", "Message unknown", "unknown", False,
           _("The report is delayed.")),
    Status("002", "Message queued", "queued", False,
           _("The SMS provider will try again.")),
    Status("003", "Delivered to gateway", "sent", False,
           _("On its way through the network.")),
    Status("004", "Received by recipient", "delivered", True,
           _("Arrived on the phone.")),
    Status("005", "Error with message", "failed", True,
           _("The network refused the content.")),
    Status("006", "User cancelled message delivery", "undelivered", True,
           _("Stopped before it was delivered.")),
    Status("007", "Error delivering message", "failed", True,
           _("The network could not deliver it.")),
    Status("008", "OK", "sent", False,
           _("Accepted by the SMS provider.")),
    Status("009", "Routing error", "failed", True,
           _("There was no way to this number.")),
    Status("010", "Message expired", "undelivered", True,
           _("The phone was off for too long.")),
    Status("011", "Message queued for later delivery", "queued", False,
           _("The SMS provider sends it later.")),
    Status("012", "Out of credit", "failed", True,
           _("The account had no credit left.")),
    Status("014", "Maximum MT limit exceeded", "failed", True,
           _("The allowance of texts was used up.")),
)}
# fmt: on


def status_of(code: str) -> Status:
    """The row of ``code``; a code nobody told us about is unknown and not final."""
    return status_in(STATUSES, code)
