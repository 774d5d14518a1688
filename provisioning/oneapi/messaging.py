"""One API: texts, what became of one, the balance.

Source: the provider's pages "One API: Send plain text message", "Get message status"
and "Get balance", with their tables of errors and statuses. The key of the integration
goes in a header, bare, and nowhere else.

Every call can raise Unavailable (network, 18, 19, 43), Refused (1, 2, 3 and what a table
says of the account), NotAllowed (7 and our own defects) and Unknown.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar

from provisioning.exchange.family import ProviderError, Unavailable
from provisioning.exchange.reading import Fault
from provisioning.exchange.transport import NOT_OK, Question, Transport, WireCall

from . import document, masking
from .document import Row, malformed
from .errors import read_fault, status_named
from .types import Balance, MessageStatus, TextAnswer, TextOrder

T = TypeVar("T")

# One page says 200; a client of 2022 keeps to 100, and so do we.
MESSAGES_LIMIT = 100
_TAKEN = range(200, 300)
# A refusal is a document as well, so its HTTP status decides nothing by itself.
_DOCUMENTS = (*_TAKEN, *range(400, 600))
_CLIENT_ID = re.compile("[0-9A-Za-z]{1,32}")
_MESSAGE_ID = "[0-9A-Za-z-]{1,64}"
_STATUS = "[A-Z_]{1,40}"
_CURRENCY = "[A-Z]{3}"
# No key is documented to look otherwise, and other characters do not travel in headers.
_KEY = re.compile("[!-~]{0,200}")
# Faults with a field of these speak of one text, never of a whole call.
_OF_ONE_TEXT = frozenset({"to", "content"})


class OneApi:
    """The API at ``url`` (".../", without ``v1``), for the integration of the key.

    Raises ValueError for a key with blanks or other than ASCII characters.
    """

    def __init__(self, url: str, api_key: str, transport: Transport) -> None:
        if not _KEY.fullmatch(api_key):
            message = "the API key holds characters that cannot travel"
            raise ValueError(message)
        self._base = url.rstrip("/")
        self._headers = {"Authorization": api_key, "Accept": "application/json"}
        self._transport = transport

    def send(self, orders: Sequence[TextOrder]) -> list[TextAnswer]:
        """Send up to 100 texts in one call; never repeated by itself.

        The answer has no client id. That it keeps the order of the question is
        INFERRED, so each place must name the number that was written to, and a list of
        another length cannot be read. **An order without an answer is unknown**, and as
        no question by our own id is documented, only its receipt can tell. A refused
        text is an answer with a fault, not an error.

        ``POST /v1/message``: 202, or 207 when at least one was refused; a single text
        that is refused has the status of its own code (20 402, others mostly 400).
        After an error with ``maybe_done`` all the orders are unknown. Raises ValueError
        before anything is sent: over 100 orders, a client id twice or not of 1 to 32
        letters and digits, a character JSON cannot carry.
        """
        if not orders:
            return []
        _check(orders)
        messages = [_message(order) for order in orders]

        def read(call: WireCall, answer: Row) -> list[TextAnswer]:
            if answer.get("messages"):
                return _answers(orders, answer, call)
            fault = _whole_fault(answer, call)
            if fault.field not in _OF_ONE_TEXT:
                raise _refusal(fault, call)
            if len(orders) > 1:  # whose number or text is it?
                raise malformed()
            return [TextAnswer(orders[0].client_id, "", fault)]

        return self._ask("POST", "message", read, messages)

    def status(self, message_id: str) -> MessageStatus:
        """What became of a text, by the platform's id; UNKNOWN when it knows none such.

        ``GET /v1/message/{id}``. Raises ValueError for what is no such id.
        """
        if not re.fullmatch(_MESSAGE_ID, message_id):
            message = "message_id is not of 1 to 64 letters, digits and hyphens"
            raise ValueError(message)

        def read(call: WireCall, answer: Row) -> MessageStatus:
            sms = document.row(_accepted(answer, call).get("sms"))
            return MessageStatus(
                message_id,
                status_named(document.pattern(sms, "status", _STATUS)).code,
                document.milliseconds(sms, "timestamp"),
            )

        return self._ask("GET", f"message/{message_id}", read, action="message/id")

    def balance(self) -> Balance:
        """Money left on the account. ``GET /v1/balance``."""

        def read(call: WireCall, answer: Row) -> Balance:
            left = _accepted(answer, call)
            return Balance(
                document.amount(left, "balance"),
                document.pattern(left, "currency", _CURRENCY),
            )

        return self._ask("GET", "balance", read)

    def _ask(
        self,
        method: Literal["GET", "POST"],
        path: str,
        read: Callable[[WireCall, Row], T],
        messages: Sequence[Mapping[str, str]] = (),
        action: str = "",
    ) -> T:
        address = f"{self._base}/v1/{path}"
        headers, body, request = self._headers, None, ""
        if messages:
            headers = {**headers, "Content-Type": "application/json"}
            body = document.write({"messages": messages})
            request = document.shown(masking.masked({"messages": messages}))
        call = WireCall("one_api", f"v1/{action or path}", address, request)
        echoes = masking.echoes(self._headers)
        for message in messages:
            echoes |= masking.echoes(message)

        def answered(data: bytes) -> T:
            call.response = masking.shown(data, echoes)
            return read(call, _document(data, call))

        question = Question(method, address, body, headers, _DOCUMENTS)
        return self._transport.ask(question, call, answered, repeatable=not messages)


def check(order: TextOrder) -> None:
    """Raise ValueError for an order that `OneApi.send` would refuse to carry."""
    _check([order])


def _check(orders: Sequence[TextOrder]) -> None:
    if len(orders) > MESSAGES_LIMIT:
        message = f"{len(orders)} orders in one call, the limit is {MESSAGES_LIMIT}"
        raise ValueError(message)
    if len({order.client_id for order in orders}) < len(orders):
        message = "a client_id is used twice in one call"
        raise ValueError(message)
    for order in orders:
        if not _CLIENT_ID.fullmatch(order.client_id):
            message = "client_id is not of 1 to 32 letters and digits"
            raise ValueError(message)
        try:
            document.write(_message(order))
        except UnicodeEncodeError:  # its own words would repeat the text
            message = "the text holds half of a surrogate pair"
            raise ValueError(message) from None


def _message(order: TextOrder) -> dict[str, str]:
    message = {"channel": "sms", "to": order.to}
    if order.sender:
        message["from"] = order.sender
    return {**message, "content": order.text, "clientMessageId": order.client_id}


def _document(data: bytes, call: WireCall) -> Row:
    try:
        return document.row(document.read(data))
    except Unavailable:
        if call.http_status in _TAKEN:
            raise
        # A page of some server on the way, which knows nothing of our request.
        raise Unavailable.because(NOT_OK, maybe_done=True) from None


def _accepted(answer: Row, call: WireCall) -> Row:
    """The answer to a question; raises what it says instead of one."""
    if call.http_status not in _TAKEN or answer.get("error") is not None:
        raise _refusal(_whole_fault(answer, call), call)
    return answer


def _whole_fault(answer: Row, call: WireCall) -> Fault:
    """The fault of a whole call; raises Unavailable where there is none."""
    fault = _fault_of(answer.get("error"))
    if fault is None:
        raise malformed()
    call.codes = (fault.code,)
    return fault


def _refusal(fault: Fault, call: WireCall) -> ProviderError:
    """The error of a whole call.

    A refusal that comes as a success, or as a defect of the server's, may have been
    carried out all the same.
    """
    error = fault.error()
    if call.http_status not in range(400, 500):
        error.maybe_done = True
    return error


def _answers(
    orders: Sequence[TextOrder], answer: Row, call: WireCall
) -> list[TextAnswer]:
    found = document.rows(answer["messages"])
    if len(found) != len(orders):
        raise malformed()
    read = (_answer(order, each) for order, each in zip(orders, found, strict=True))
    answers = [each for each in read if each]
    faults = (each.fault.code for each in answers if each.fault)
    call.codes = tuple(dict.fromkeys(faults))
    told = Counter(each.message_id for each in answers)
    return [each for each in answers if each.fault or _holds(each, told, call)]


def _holds(answer: TextAnswer, told: Counter[str], call: WireCall) -> bool:
    """Whether an acceptance is beyond doubt: no other has its id, no status denies it."""
    return told[answer.message_id] == 1 and call.http_status in _TAKEN


def _answer(order: TextOrder, found: Any) -> TextAnswer | None:
    """What became of one order; None when the answer says neither, or both."""
    try:
        row = document.row(found)
        to = document.pattern(row, "to", r"\+?.{1,40}").removeprefix("+")
        fault = _fault_of(row.get("error"))
    except Unavailable:
        return None
    message_id, accepted = row.get("apiMessageId"), row.get("accepted")
    if to != order.to:
        return None
    if accepted is False and fault and not message_id:
        return TextAnswer(order.client_id, "", fault)
    is_id = isinstance(message_id, str) and re.fullmatch(_MESSAGE_ID, message_id)
    if accepted is True and is_id and not fault:
        return TextAnswer(order.client_id, str(message_id))
    return None


def _fault_of(error: Any) -> Fault | None:
    """The fault in an ``error``; a plain sentence is one without a code.

    The older platform API has a sentence there, about a FROM number for one.
    """
    if error is None:
        return None
    if isinstance(error, str):
        return read_fault("", error)
    row = document.row(error)
    description = row.get("description")
    return read_fault(
        document.pattern(row, "code", "[0-9]{1,4}"),
        description if isinstance(description, str) else "",
    )
