"""The sandbox provider's own tables, one subject a module."""

from .accounts import Account, ApiConnection
from .gates import Captcha, MessagingSession, SourceAddress, Ticket
from .jobs import CallbackJob
from .mails import Mail
from .numbers import Handset, Number, Stop
from .platform import Integration, PlatformStop
from .switches import Rule, Switches
from .texts import Text

__all__ = [
    "Account",
    "ApiConnection",
    "CallbackJob",
    "Captcha",
    "Handset",
    "Integration",
    "Mail",
    "MessagingSession",
    "Number",
    "PlatformStop",
    "Rule",
    "SourceAddress",
    "Stop",
    "Switches",
    "Text",
    "Ticket",
]
