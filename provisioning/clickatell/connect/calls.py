"""One call of the Connect API: written, logged, sent, read, or turned into an error."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from provisioning.clickatell import envelope, values
from provisioning.clickatell.envelope import Answer
from provisioning.clickatell.errors import from_codes
from provisioning.clickatell.masking import masked_answer, masked_fields
from provisioning.clickatell.values import Row
from provisioning.exchange.transport import Transport, WireCall

T = TypeVar("T")
Pairs = list[tuple[str, str]]


class Calls:
    """Calls to one address of the provider.

    ``url`` without the token; ``token`` is the application's and secret.
    """

    def __init__(self, url: str, token: str, transport: Transport) -> None:
        self._base = url.rstrip("/")
        self._token = token
        self._transport = transport
        # The provider refuses plain http (009), so an http address is a sandbox's.
        sandbox = urlsplit(url).scheme == "http"
        self._link_schemes = ("https", "http") if sandbox else ("https",)

    def _link(self, row: Row, name: str) -> str:
        return values.link(row.get(name, ""), self._link_schemes)

    def _list(self, action: str, read: Callable[[Row], T]) -> list[T]:
        return self._ask(
            action,
            [],
            lambda answer: [read(row) for row in answer.values],
            repeatable=True,
        )

    def _ask(
        self,
        action: str,
        fields: Pairs,
        read: Callable[[Answer], T],
        *,
        state: str = "",
        repeatable: bool = False,
    ) -> T:
        """Make one call. ``state``: the code that is an answer to it, not a fault."""
        document = envelope.write_call(action, fields)
        masked = envelope.write_call(action, masked_fields(fields))
        call = WireCall("connect", action, f"{self._base}/[token]", masked.decode())

        def answered(body: bytes) -> T:
            call.response = masked_answer(body, fields)
            answer = envelope.read_answer(body)
            call.codes = tuple(code for code, _label in answer.errors)
            if not answer.ok and call.codes != (state,):
                raise from_codes(answer.errors)
            return read(answer)

        return self._transport.post(
            f"{self._base}/{self._token}",
            "XML",
            document,
            call,
            answered,
            repeatable=repeatable,
        )


def first(answer: Answer) -> Row:
    """The only value of an answer that is not a list; empty when there is none."""
    return answer.values[0] if answer.values else {}
