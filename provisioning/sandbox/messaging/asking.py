"""Every command but ``sendMsg``: sessions, message status, charge, balance."""

from ..answers import Pairs
from ..models import MessagingSession, Text
from .command import Command, Fault
from .sending import CREDITS_PER_PART, recipient, route_is_open


def auth(command: Command) -> Pairs:
    """A session, good for 15 idle minutes."""
    session = MessagingSession.objects.create(
        connection=command.connection, last_used_at=command.now
    )
    return [("session_id", session.session_id)]


def ping(command: Command) -> Pairs:
    """Keeps the session alive; letting the command in has done that already."""
    if not command.question["session_id"]:
        raise Fault("005")
    return [("ok", "")]


def query(command: Command) -> Pairs:
    """The status of one text."""
    text = _text(command)
    return [("apiMsgId", text.message_id), ("status", text.status)]


def charge(command: Command) -> Pairs:
    """The status and price of one text."""
    text = _text(command)
    price = f"{text.charge.normalize():f}"
    return [("apiMsgId", text.message_id), ("status", text.status), ("charge", price)]


def delete(command: Command) -> Pairs:
    """Stops a text that is still queued for later, and gives its price back."""
    text = _text(command)
    stopped = Text.objects.filter(pk=text.pk, status=Text.Status.SCHEDULED).update(
        status=Text.Status.CANCELLED, charge=0
    )
    if stopped:
        command.account.receive(text.charge)
    return query(command)


def balance(command: Command) -> Pairs:
    """Credits left, with one decimal."""
    return [("ok", f"{command.account.credit:.1f}")]


def coverage(command: Command) -> Pairs:
    """Whether a number can be reached; the refusal is a sentence without a code."""
    digits = recipient(command, "msisdn")
    if not route_is_open(command, digits):
        return [("fault", "This prefix is not currently supported.")]
    return [
        ("ok", "This prefix is covered."),
        ("charge", f"{CREDITS_PER_PART.normalize():f}"),
    ]


def _text(command: Command) -> Text:
    """By ``apiMsgId`` or ``cliMsgId``; of several with one client id the latest."""
    api_id, client_id = command.question["apimsgid"], command.question["climsgid"]
    if not api_id and not client_id:
        raise Fault("109")
    texts = Text.objects.filter(
        account=command.account, direction=Text.Direction.TO_HANDSET
    )
    if api_id:
        text = texts.filter(message_id=api_id).first()
    else:
        text = texts.filter(client_id=client_id).first()
    if text is None:
        raise Fault("103" if api_id else "104")
    return text
