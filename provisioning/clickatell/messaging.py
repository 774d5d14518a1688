"""The XML messaging API: packets of texts, and questions about them.

Source: "XML API Specification V2.4.9" (Nov 2013), with the codes of "HTTP API
Specification V2.5.3". Each text carries its own account, options and answer, so one
packet may hold texts of several practices. Credentials go with every command; no
sessions are opened.

Questions raise Unavailable (network, 130, 901), Refused (001, 002, 004, 301, 302),
NotAllowed (007, 108 and our own defects) and Unknown.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from provisioning.exchange.transport import Transport, WireCall

from . import envelope, values
from .envelope import Reply
from .errors import Fault, read_fault
from .masking import mask, masked_answer, masked_fields
from .types import (
    ApiCredentials,
    MessageCharge,
    MessageStatus,
    TextAnswer,
    TextOrder,
)

T = TypeVar("T")
Pairs = list[tuple[str, str]]

# The specification names no limit; 100 is the HTTP API's for a list (INFERRED safe).
PACKET_LIMIT = 100
PARTS_LIMIT = 35
# Texts of a packet, and answers without a fault, that the wire log shows. The others are
# alike, and each has a row of its own in the ledger.
SHOWN = 5
NEVER_ARRIVED = frozenset({"103", "104"})
# Faults of the account, found before any of its texts was looked at.
OF_ACCOUNT = frozenset({"001", "002", "004", "007", "108"})
# Every status except "unknown" is pushed to us. XML API Specification, ``callback``.
_ALL_STATUSES = "3"
_CLIENT_ID = re.compile("[0-9A-Za-z]{1,32}")
_MESSAGE_ID = re.compile("[0-9A-Za-z]{1,64}")


class Messaging:
    """The XML messaging API at ``url``, the full address (".../xml/xml")."""

    def __init__(self, url: str, transport: Transport) -> None:
        self._url = url
        self._transport = transport

    def send(self, orders: Sequence[TextOrder]) -> list[TextAnswer]:
        """Send up to 100 texts in one packet; never repeated by itself.

        Answers are matched by ``sequence_no``, which is the order's client id, never
        by position. **An order without an answer in the list is unknown**: ask about
        its client id before sending it again. So is one with contradicting answers.
        A refused text is an answer with a fault, not an error; a fault of the whole
        packet about the account is given to each of its texts, if they share one.

        Texts in the GSM alphabet go as characters, others (``unicode``) as hex of
        UTF-16BE. Section ``sendMsg``. Raises Unavailable; after ``maybe_done`` all the
        orders are unknown. Raises ValueError before anything is sent: over 100 orders,
        a client id twice or not of 1-32 letters and digits, 0 or over 35 parts, a
        character XML cannot carry.
        """
        if not orders:
            return []
        _check(orders)
        sent = [(order, _order_fields(order)) for order in orders]
        return self._ask(
            [("sendMsg", fields) for _order, fields in sent],
            [("sendMsg", _shown(order, fields)) for order, fields in sent[:SHOWN]],
            lambda replies: _answers(orders, replies),
        )

    def query(
        self,
        credentials: ApiCredentials,
        client_id: str | None = None,
        message_id: str | None = None,
    ) -> MessageStatus | None:
        """What became of a text, by exactly one of our id and the provider's.

        None: the provider does not know it (103, 104), so it never arrived. Status 001
        only means that the report is delayed. Section ``queryMsg``.
        """
        return self._question(
            "queryMsg",
            credentials,
            _which(client_id, message_id),
            lambda row: MessageStatus(_id_in(row), values.status(row, "status")),
        )

    def charge(
        self,
        credentials: ApiCredentials,
        client_id: str | None = None,
        message_id: str | None = None,
    ) -> MessageCharge | None:
        """What a text cost, up to 15 days back; None as in ``query``.

        Section ``getMsgCharge``.
        """
        return self._question(
            "getMsgCharge",
            credentials,
            _which(client_id, message_id),
            lambda row: MessageCharge(
                _id_in(row),
                values.status(row, "status"),
                values.decimal(row, "charge"),
            ),
        )

    def balance(self, credentials: ApiCredentials) -> Decimal:
        """Credits left on the account. Section ``getBalance``."""
        credit = self._question(
            "getBalance", credentials, [], lambda row: values.decimal(row, "ok")
        )
        if credit is None:  # 103 or 104: no answer to this question
            raise values.malformed()
        return credit

    def _question(
        self,
        command: str,
        credentials: ApiCredentials,
        which: Pairs,
        read: Callable[[Mapping[str, str]], T],
    ) -> T | None:
        fields = [*_account(credentials), *which]

        def answered(replies: list[Reply]) -> T | None:
            wanted = {f"{command.lower()}resp", "fault"}
            row = next((r.values for r in replies if r.command in wanted), {})
            if "fault" not in row:
                return read(row)
            fault = read_fault(row["fault"])
            if fault.code in NEVER_ARRIVED:
                return None
            raise fault.error()

        return self._ask(
            [(command, fields)],
            [(command, masked_fields(fields))],
            answered,
            repeatable=True,
        )

    def _ask(
        self,
        commands: Sequence[tuple[str, envelope.Fields]],
        shown: Iterable[tuple[str, envelope.Fields]],
        read: Callable[[list[Reply]], T],
        *,
        repeatable: bool = False,
    ) -> T:
        document = envelope.write_packet(commands)
        masked = envelope.write_packet(shown).decode("ascii")
        if len(commands) > SHOWN:
            masked += f"\n[and {len(commands) - SHOWN} more]"
        call = WireCall("messaging", commands[0][0], self._url, masked)

        def answered(body: bytes) -> T:
            sent = [field for _command, fields in commands for field in fields]
            call.response = masked_answer(body, sent, SHOWN)
            replies = envelope.read_packet(body)
            faults = (read_fault(text) for text in _faults(replies))
            call.codes = tuple(dict.fromkeys(fault.code for fault in faults))
            return read(replies)

        return self._transport.post(
            self._url, "data", document, call, answered, repeatable=repeatable
        )


def check(order: TextOrder) -> None:
    """Raise ValueError for an order that `Messaging.send` would refuse to carry."""
    _check([order])
    envelope.check(_order_fields(order))


def _check(orders: Sequence[TextOrder]) -> None:
    if len(orders) > PACKET_LIMIT:
        message = f"{len(orders)} orders in one packet, the limit is {PACKET_LIMIT}"
        raise ValueError(message)
    if len({order.client_id for order in orders}) < len(orders):
        message = "a client_id is used twice in one packet"
        raise ValueError(message)
    for order in orders:
        if not _CLIENT_ID.fullmatch(order.client_id):
            message = "client_id is not of 1 to 32 letters and digits"
            raise ValueError(message)
        if not 1 <= order.max_parts <= PARTS_LIMIT:
            message = f"max_parts is not from 1 to {PARTS_LIMIT}"
            raise ValueError(message)


def _order_fields(order: TextOrder) -> Pairs:
    fields = [*_account(order.credentials), ("to", order.to)]
    if order.sender:  # both are needed for the reply to come back to our number
        fields += [("from", order.sender), ("mo", "1")]
    fields += [
        ("callback", _ALL_STATUSES),
        ("concat", str(order.max_parts)),
        ("cliMsgId", order.client_id),
    ]
    if order.unicode:
        fields += [("unicode", "1"), ("text", _hex(order.text))]
    else:
        fields += [("text", order.text)]
    return [*fields, ("sequence_no", order.client_id)]


def _hex(text: str) -> str:
    return text.encode("utf-16-be").hex().upper()


def _shown(order: TextOrder, fields: Pairs) -> Pairs:
    return [
        (name, mask(name, order.text if name == "text" else value))
        for name, value in fields
    ]


def _account(credentials: ApiCredentials) -> Pairs:
    return [
        ("api_id", credentials.api_id),
        ("user", credentials.user),
        ("password", credentials.password),
    ]


def _which(client_id: str | None, message_id: str | None) -> Pairs:
    if client_id and not message_id:
        return [("cliMsgId", client_id)]
    if message_id and not client_id:
        return [("apiMsgId", message_id)]
    message = "give either client_id or message_id"
    raise ValueError(message)


def _id_in(row: Mapping[str, str]) -> str:
    """The provider's id; "" where it is missing or no such thing."""
    message_id = row.get("apimsgid", "")
    return message_id if _MESSAGE_ID.fullmatch(message_id) else ""


def _faults(replies: Iterable[Reply]) -> Iterator[str]:
    return (reply.values["fault"] for reply in replies if "fault" in reply.values)


def _answers(orders: Sequence[TextOrder], replies: list[Reply]) -> list[TextAnswer]:
    whole = _fault_of_packet(orders, replies)
    if whole:
        return [TextAnswer(order.client_id, "", whole) for order in orders]
    ours = {order.client_id for order in orders}
    found = {
        (reply.values.get("sequence_no", ""), _taken(reply))
        for reply in replies
        if reply.command == "sendmsgresp"
    }
    told = Counter(client_id for client_id, _result in found)
    answers = {
        client_id: TextAnswer(client_id, *result)
        for client_id, result in found
        if client_id in ours and result and told[client_id] == 1
    }
    return [answers[order.client_id] for order in orders if order.client_id in answers]


def _taken(reply: Reply) -> tuple[str, Fault | None] | None:
    """(message id, fault) of one text; None when the reply says neither or both."""
    message_id = reply.values.get("apimsgid", "")
    fault = reply.values.get("fault", "")
    if fault and not message_id:
        return "", read_fault(fault)
    if not fault and _MESSAGE_ID.fullmatch(message_id):
        return message_id, None
    return None


def _fault_of_packet(orders: Sequence[TextOrder], replies: list[Reply]) -> Fault | None:
    """The fault that speaks for all orders: the only reply, and not numbered."""
    if len(replies) != 1 or replies[0].values.get("sequence_no"):
        return None
    _message_id, fault = _taken(replies[0]) or ("", None)
    shared = len({order.credentials for order in orders}) == 1
    if fault and (len(orders) == 1 or (shared and fault.code in OF_ACCOUNT)):
        return fault
    return None
