"""One Connect call on its way through the stages, and how it is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ..answers import CONNECT_ERRORS, Pairs
from ..models import Account
from ..questions import Question


class Refused(Exception):
    """The call ends here, with one or several codes."""

    def __init__(self, *codes: str, value: Pairs = (), label: str = "") -> None:
        """Keep the codes; ``label`` replaces the description of a single one."""
        super().__init__(" ".join(codes))
        self.errors = [(code, label or CONNECT_ERRORS[code]) for code in codes]
        self.value = value


@dataclass
class Call:
    """What was asked, from where, when, and by which account once that is known."""

    question: Question
    source_ip: str
    now: datetime
    absolute: Callable[[str], str]
    account: Account | None = None

    @property
    def user(self) -> str:
        """The user name in the call.

        The guide's sample of ``forgot_password`` spells the element ``username``,
        its table and all clients ``user``; that call takes both.
        """
        asked = self.question
        if asked.name == "forgot_password":
            return asked["user"] or asked["username"]
        return asked["user"]

    @property
    def owner(self) -> Account:
        """The authenticated account; only calls behind the login may ask."""
        if self.account is None:
            raise LookupError(self.question.name)
        return self.account


Rows = list[Pairs]
