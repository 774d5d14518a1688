"""One messaging command on its way, and how it is refused."""

from dataclasses import dataclass
from datetime import datetime

from ..models import Account, ApiConnection, MessagingSession
from ..questions import Question


class Fault(Exception):
    """The command ends here with a code of the messaging table."""

    def __init__(self, code: str, detail: str = "") -> None:
        """``detail`` follows the label, as the time does in 130."""
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass
class Command:
    """What was asked, from where, when, and over which connection."""

    question: Question
    source_ip: str
    now: datetime
    connection: ApiConnection

    @property
    def account(self) -> Account:
        """Whose connection it is."""
        return self.connection.account


def admit(question: Question, source_ip: str, now: datetime) -> Command:
    """Find the connection by session, or by user, password and api_id."""
    if question["session_id"]:
        connection = _by_session(question["session_id"], now)
    else:
        connection = _by_credentials(question)
    if not connection.account.is_active:
        raise Fault("004")
    if not connection.admits(source_ip):
        raise Fault("007")
    return Command(question, source_ip, now, connection)


def user_of(question: Question, now: datetime) -> str:
    """Whose command it is by its session or its ``user``, known or not; may be empty."""
    if question["session_id"]:
        session = MessagingSession.objects.alive(question["session_id"], now)
        return session.connection.account.user if session else ""
    return question["user"]


def _by_session(session_id: str, now: datetime) -> ApiConnection:
    session = MessagingSession.objects.alive(session_id, now)
    if session is None:
        raise Fault("003")
    session.touch(now)
    return session.connection


def _by_credentials(question: Question) -> ApiConnection:
    account = Account.objects.named(question["user"]).first()
    if account is None or not account.accepts(question["password"]):
        raise Fault("001")
    api_id = question["api_id"]
    if not api_id.isascii() or not api_id.isdecimal():
        raise Fault("108")
    connection = account.connections.live().filter(api_id=int(api_id)).first()
    if connection is None:
        raise Fault("108")
    return connection
