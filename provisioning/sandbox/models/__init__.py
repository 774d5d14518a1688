"""The sandbox provider's own tables, one subject a module."""

from .accounts import Account, ApiConnection
from .gates import Captcha, MessagingSession, SourceAddress, Ticket
from .jobs import CallbackJob
from .mails import Mail
from .numbers import Handset, Number, Stop
from .switches import Rule, Switches
from .texts import Text

__all__ = [
    "Account",
    "ApiConnection",
    "CallbackJob",
    "Captcha",
    "Handset",
    "Mail",
    "MessagingSession",
    "Number",
    "Rule",
    "SourceAddress",
    "Stop",
    "Switches",
    "Text",
    "Ticket",
]
