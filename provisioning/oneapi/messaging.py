"""One API: texts, what became of one, the balance.

Source: "One API: Send plain text message"; section numbers below are those of its
page. The key of the integration goes in the header, bare. Every call can raise
Unavailable (network, 18, 19, 43), NotAllowed (7, 21, 22, 42 and our own defects),
Refused (1, 2, 3, 20, 44, 46) and Unknown.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from provisioning.exchange.reading import Fault, error_for
from provisioning.exchange.transport import Question, Transport, WireCall

from . import document, masking
from .document import Row, malformed
from .errors import CODES, read_fault
from .types import Balance, TextAnswer, TextOrder

T = TypeVar("T")

# One page says 200; a client of the provider's own keeps to 100.
MESSAGES_LIMIT = 100
# Refusals are documents as well: their HTTP status only repeats the code.
DOCUMENTS = range(200, 600)
_CLIENT_ID = re.compile("[0-9A-Za-z]{1,32}")
_MESSAGE_ID = "[0-9A-Za-z-]{1,64}"
_CURRENCY = "[A-Z]{3}"


class OneApi:
    """The API at ``url`` (".../", without ``v1``), for the integration of the key."""

    def __init__(self, url: str, api_key: str, transport: Transport) -> None:
        self._base = url.rstrip("/")
        self._headers = {"Authorization": api_key, "Accept": "application/json"}
        self._transport = transport

    def send(self, orders: Sequence[TextOrder]) -> list[TextAnswer]:
        """Send up to 100 texts in one call; never repeated by itself.

        The answer has no client id. That it keeps the order of the question is
        INFERRED, so each place must name the number that was written to; **an order
        without an answer in the list is unknown**. When the list is of another length,
        that is all of them. Section ``POST /v1/message``: 202, or 207 when at least one
        was refused. Raises ValueError before anything is sent: over 100 orders, a
        client id twice or not of 1 to 32 letters and digits.
        """
        if not orders:
            return []
        _check(orders)
        messages = [_message(order) for order in orders]
        return self._ask(
            "POST",
            "v1/message",
            "v1/message",
            lambda answer: _answers(orders, answer),
            {"messages": messages},
        )

    def status(self, message_id: str) -> str:
        """What became of a text, by the platform's id: a name such as DEVICE_ACK.

        No page tells of a question by our own id. Section ``GET /v1/message/{id}``.
        """
        return self._ask(
            "GET",
            "v1/message/id",
            f"v1/message/{message_id}",
            lambda answer: document.pattern(
                document.row(answer.get("sms")), "status", "[A-Z_]{1,40}"
            ),
        )

    def balance(self) -> Balance:
        """Money left on the account. Section ``GET /v1/balance``."""
        return self._ask(
            "GET",
            "v1/balance",
            "v1/balance",
            lambda answer: Balance(
                document.amount(answer, "balance"),
                document.pattern(answer, "currency", _CURRENCY),
            ),
        )

    def _ask(
        self,
        method: Any,
        action: str,
        path: str,
        read: Callable[[Row], T],
        body: Any = None,
    ) -> T:
        address = f"{self._base}/{path}"
        headers = dict(self._headers)
        sent = shown = None
        if body is not None:
            sent = document.write(body)
            shown = document.write(masking.masked(body)).decode()
            headers["Content-Type"] = "application/json"
        call = WireCall("one_api", action, address, shown or "")

        def answered(data: bytes) -> T:
            call.response = masking.shown(data)
            answer = document.row(document.read(data))
            fault = _fault_of(answer.get("error"))
            if fault:
                call.codes = (fault.code,)
                raise error_for([(fault.code, "")], CODES)
            return read(answer)

        question = Question(method, address, sent, headers, DOCUMENTS)
        return self._transport.ask(question, call, answered, repeatable=method == "GET")


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
    if not all(_CLIENT_ID.fullmatch(order.client_id) for order in orders):
        message = "client_id is not of 1 to 32 letters and digits"
        raise ValueError(message)


def _message(order: TextOrder) -> dict[str, str]:
    return {
        "channel": "sms",
        "to": order.to,
        "from": order.sender,
        "content": order.text,
        "clientMessageId": order.client_id,
    }


def _answers(orders: Sequence[TextOrder], answer: Row) -> list[TextAnswer]:
    found = document.rows(answer.get("messages"))
    if len(found) != len(orders):
        raise malformed()
    answers = (_answer(order, each) for order, each in zip(orders, found, strict=True))
    return [each for each in answers if each]


def _answer(order: TextOrder, found: Any) -> TextAnswer | None:
    """What became of one order; None when the answer says neither, or both."""
    if not isinstance(found, dict) or not _is_about(order, found):
        return None
    message_id = found.get("apiMessageId")
    fault = _fault_of(found.get("error"))
    accepted = found.get("accepted")
    if accepted is False and fault and not message_id:
        return TextAnswer(order.client_id, "", fault)
    is_id = isinstance(message_id, str) and re.fullmatch(_MESSAGE_ID, message_id)
    if accepted is True and is_id and not fault:
        return TextAnswer(order.client_id, str(message_id))
    return None


def _is_about(order: TextOrder, found: Row) -> bool:
    to = found.get("to")
    return isinstance(to, str) and to.removeprefix("+") == order.to


def _fault_of(error: Any) -> Fault | None:
    """The fault in an ``error``; a plain sentence is one without a code.

    Older answers have a sentence there, about a FROM number for one.
    """
    if error is None:
        return None
    if isinstance(error, dict):
        return read_fault(document.pattern(error, "code", "[0-9]{1,4}"))
    return read_fault("")
