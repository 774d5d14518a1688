"""One exchange with the provider over HTTP. The only user of ``requests``.

An exchange is one question and ends in a document or in an error, within a total time
and a size. Writes are never repeated, because nobody can say whether the first try was
acted upon. Redirects, compression and cookies are not taken part in.
"""

import ssl
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, Protocol, TypeVar
from urllib.parse import urlencode

import requests
import urllib3.exceptions
from requests.adapters import BaseAdapter

from . import deadline, sessions
from .family import ProviderError, Unavailable
from .family import gettext_noop as _

Outcome = Literal["pending", "answered", "refused", "unknown", "failed"]
T = TypeVar("T")

NOT_REACHED = _("The SMS provider could not be reached.")
LOST = _("The connection to the SMS provider was lost before it answered.")
TOO_SLOW = _("The SMS provider did not answer in time.")
TOO_LARGE = _("The answer of the SMS provider was too large and was not read.")
ENCODED = _("The answer of the SMS provider was compressed and was not read.")
NOT_OK = _("The SMS provider's server answered with a fault of its own.")

_CHUNK = 65_536
_OK = range(200, 300)


@dataclass(frozen=True, slots=True)
class Question:
    """One HTTP request, as it goes over the wire.

    ``url``, ``body`` and ``headers`` may hold secrets: what the wire log and errors
    show of them comes from the WireCall alone. ``documents``: the HTTP statuses whose
    answers are read; any other is a failure of the provider's server, whose words are
    not looked at.
    """

    method: Literal["GET", "POST"]
    url: str = field(repr=False)
    body: bytes | str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    documents: Collection[int] = _OK


@dataclass(slots=True)
class WireCall:
    """One call for the wire log; secrets and patients are masked before it gets here.

    ``outcome``: *pending* until the call ends, then *answered*, *refused* (the
    provider said no), *failed* (certainly not acted upon) or *unknown* (it may have
    been). ``attempts``: 2 when a read was repeated. ``key`` is the recorder's own, to
    find its row again.
    """

    api: Literal["connect", "messaging", "one_api"]
    action: str
    address: str
    request: str
    response: str = ""
    codes: tuple[str, ...] = ()
    outcome: Outcome = "pending"
    http_status: int | None = None
    duration_ms: int | None = None
    attempts: int = 0
    key: object | None = None


class Recorder(Protocol):
    """Keeps the wire log. ``started`` comes before the wire is touched; if it raises,
    nothing is sent. ``ended`` comes after, whatever happened."""

    def started(self, call: WireCall) -> None:
        """Keep the call, still pending, so that a crash leaves a trace of it."""

    def ended(self, call: WireCall) -> None:
        """Complete what ``started`` kept."""


class Transport:
    """Asks questions. One session per Transport; use each in one thread at a time.

    ``adapters`` are mounted on every new session, longest prefix first: tests mount
    one that answers in this process and refuses every other host. The environment's
    proxy, netrc and certificate settings are ignored; where a proxy or a certificate
    authority of one's own is needed, pass a ``session`` that has it. Certificates are
    always checked, whatever the session says.
    """

    adapters: ClassVar[dict[str, BaseAdapter]] = {}

    def __init__(
        self,
        recorder: Recorder | None = None,
        connect_timeout: float = 5,
        read_timeout: float = 20,
        total: float = 30,
        max_bytes: int = 262_144,
        session: requests.Session | None = None,
    ) -> None:
        """Times in seconds: to connect, between two reads, and for the whole call."""
        self._recorder = recorder
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._total = total
        self._max_bytes = max_bytes
        self._session = session or sessions.new(self.adapters)

    def post(
        self,
        url: str,
        field: str,
        document: bytes,
        call: WireCall,
        read: Callable[[bytes], T],
        *,
        repeatable: bool = False,
    ) -> T:
        """Post ``document`` as the form field ``field``; see ``ask``."""
        form = {"Accept": "text/xml", "Content-Type": FORM}
        question = Question("POST", url, urlencode({field: document}), form)
        return self.ask(question, call, read, repeatable=repeatable)

    def ask(
        self,
        question: Question,
        call: WireCall,
        read: Callable[[bytes], T],
        *,
        repeatable: bool = False,
    ) -> T:
        """Ask, and return what ``read`` makes of the answer's body.

        The answer's HTTP status is in ``call`` by then.

        ``repeatable``: the call changes nothing, so it may be sent once more when the
        provider was not reached or too slow. ``read`` raises a ProviderError for an
        answer that is a refusal. Raises Unavailable for everything about the network.
        """
        if self._recorder:
            self._recorder.started(call)
        began = time.monotonic()
        try:
            with deadline.ends_at(began + self._total):
                body = self._tried(question, call, began, repeatable)
            result = read(body)
            call.outcome = "answered"
            return result
        except ProviderError as error:
            call.outcome, error.call = _outcome(error), call.key
            raise
        finally:
            if call.outcome == "pending":  # a worker told to stop, or our own defect
                call.outcome = "unknown"
            call.duration_ms = round((time.monotonic() - began) * 1000)
            if self._recorder:
                self._recorder.ended(call)

    def _tried(
        self, question: Question, call: WireCall, began: float, repeatable: bool
    ) -> bytes:
        answer = self._attempt(question, call, began)
        if isinstance(answer, _Lost) and repeatable and answer.worth_repeating:
            answer = self._attempt(question, call, began)
        if isinstance(answer, _Lost):
            # Raised here, outside any handler: the library's own exceptions hold the
            # address with the token in it and must not travel along.
            raise Unavailable.because(answer.sentence, maybe_done=answer.maybe_done)
        return answer

    def _attempt(
        self, question: Question, call: WireCall, began: float
    ) -> "bytes | _Lost":
        call.attempts += 1
        left = self._total - (time.monotonic() - began)
        if left <= 0:
            return _Lost(TOO_SLOW, maybe_done=True)
        try:
            response = self._session.request(
                question.method,
                question.url,
                data=question.body,
                headers={**_HEADERS, **question.headers},
                timeout=(
                    min(self._connect_timeout, left),
                    min(self._read_timeout, left),
                ),
                allow_redirects=False,
                stream=True,
                verify=self._session.verify or True,
            )
        except requests.RequestException as error:
            return _lost(error)
        with response:
            call.http_status = response.status_code
            return self._received(response, question.documents)

    def _received(
        self, response: requests.Response, documents: Collection[int]
    ) -> "bytes | _Lost":
        if response.status_code not in documents:
            return _Lost(NOT_OK, maybe_done=True)
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            return _Lost(ENCODED, maybe_done=True)
        received = bytearray()
        try:
            while chunk := response.raw.read1(_CHUNK):
                received += chunk
                if len(received) > self._max_bytes:
                    return _Lost(TOO_LARGE, maybe_done=True)
        except urllib3.exceptions.ReadTimeoutError:
            return _Lost(TOO_SLOW, maybe_done=True)
        except urllib3.exceptions.HTTPError:
            return _Lost(LOST, maybe_done=True)
        return bytes(received)


@dataclass(frozen=True, slots=True)
class _Lost:
    """Why there is no answer."""

    sentence: str
    maybe_done: bool
    worth_repeating: bool = False


FORM = "application/x-www-form-urlencoded"
_HEADERS = {"Accept-Encoding": "identity", "User-Agent": "frontdesk"}


def _lost(error: requests.RequestException) -> _Lost:
    if isinstance(error, requests.ReadTimeout):
        return _Lost(TOO_SLOW, maybe_done=True, worth_repeating=True)
    if _never_sent(error):
        return _Lost(NOT_REACHED, maybe_done=False, worth_repeating=True)
    return _Lost(LOST, maybe_done=True)


def _never_sent(error: requests.RequestException) -> bool:
    """Whether the connection failed before any of the request was on its way."""
    if isinstance(error, ValueError):  # an address that cannot be used at all
        return True
    cause = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(cause, urllib3.exceptions.SSLError) and cause.args:
        return isinstance(cause.args[0], ssl.SSLCertVerificationError)
    return isinstance(
        cause,
        urllib3.exceptions.NewConnectionError
        | urllib3.exceptions.ConnectTimeoutError
        | urllib3.exceptions.ProxyError,
    )


def _outcome(error: ProviderError) -> Outcome:
    if error.maybe_done:
        return "unknown"
    return "refused" if error.codes else "failed"
