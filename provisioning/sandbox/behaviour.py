"""The switchboard's rules at work: answers with a code, delays, garbage, silence.

A view cannot close its connection without a word. It returns ``hung_up()`` instead:
a response with the header ``Sandbox-Hang-Up``. The server in ``__main__`` closes the
connection on seeing it; an in-process test adapter should raise a connection error.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from . import answers
from .models import Rule
from .platform import tables

HANG_UP = "Sandbox-Hang-Up"

WIRE_KINDS = tuple(kind for kind in Rule.Kind if kind is not Rule.Kind.ANSWER)

GARBAGE = (
    "<html><head><title>502 Bad Gateway</title></head>"
    "<body><h1>502 Bad Gateway</h1><hr>nginx/0.7.65<br></body>"
)

# The longest answer in earnest, the list of countries, is some twenty thousand bytes.
HUGE_BYTES = 8_000_000
PADDING = b" " * 50_000


def add_rule(
    *,
    action: str,
    kind: str,
    code: str,
    seconds: float,
    times: int | None,
    user: str = "",
) -> Rule:
    """Put a rule in force; raises ValueError for one that could never work.

    ``user`` need not be registered yet: a rule may wait for an account.
    """
    if kind not in Rule.Kind.values:
        raise ValueError(f"kind is one of {', '.join(Rule.Kind.values)}")
    known = (
        answers.CONNECT_ERRORS.keys()
        | answers.MESSAGING_ERRORS.keys()
        | tables.ERRORS.keys()
    )
    if kind == Rule.Kind.ANSWER and code not in known:
        raise ValueError("code is one of an error table")
    if seconds < 0 or (times is not None and times < 1):
        raise ValueError("seconds and times are positive")
    return Rule.objects.create(
        action=action,
        user=user.strip(),
        kind=kind,
        code=code,
        seconds=seconds,
        times=times,
    )


def clear_rules(which: str) -> None:
    """Remove one rule by its id, or ``all`` of them."""
    if which == "all":
        Rule.objects.all().delete()
    else:
        Rule.objects.filter(pk=int(which)).delete()


def code_for(action: str, known: Collection[str], users: Iterable[str] = ()) -> str:
    """The code a rule wants this call answered with; empty without a rule.

    Codes that the API called does not know are left for the other API. ``users``
    are the user names in the call; without them only rules for every account apply.
    """
    rules = Rule.objects.filter(code__in=known)
    rule = rules.take(action, [Rule.Kind.ANSWER], users)
    return rule.code if rule else ""


def play(
    action: str, work: Callable[[], bytes], users: Iterable[str] = ()
) -> HttpResponseBase:
    """Do the work and answer with its document, unless a rule says otherwise.

    ``work`` opens and closes its own transaction: a delay never holds one open.
    ``users`` are the user names in the call, as for ``code_for``.
    """
    rule = Rule.objects.take(action, WIRE_KINDS, users)
    if rule is None:
        return _document(work())
    if rule.kind == Rule.Kind.LOST:
        work()
        time.sleep(rule.seconds)
        return hung_up()
    time.sleep(rule.seconds)
    if rule.kind == Rule.Kind.SILENT:
        return hung_up()
    if rule.kind == Rule.Kind.GARBAGE:
        return HttpResponse(GARBAGE, content_type="text/html")
    document = work()
    if rule.kind == Rule.Kind.HUGE:
        return StreamingHttpResponse(_swollen(document), content_type="text/xml")
    if rule.kind == Rule.Kind.MISENCODED:
        return HttpResponse(
            _misencoded(document), content_type="text/xml; charset=utf-8"
        )
    if rule.kind == Rule.Kind.TRUNCATED:
        document = document[: len(document) // 2]
    return _document(document)


def hung_up() -> HttpResponse:
    """Stands for a connection that is closed without an answer."""
    return HttpResponse(status=503, headers={HANG_UP: "1"})


def _document(document: bytes) -> HttpResponse:
    # The provider names no charset; readers are meant to go by the XML (INFERRED).
    return HttpResponse(document, content_type="text/xml")


def _swollen(document: bytes) -> Iterator[bytes]:
    """The right document, with megabytes of blanks before its last closing mark.

    Nothing but its size is wrong with it: who reads it to the end gets the answer,
    who cuts it at a limit gets half a document.
    """
    head, mark, tail = document.rpartition(b"<" if _is_xml(document) else b"}")
    yield head
    for _ in range(HUGE_BYTES // len(PADDING)):
        yield PADDING
    yield mark + tail


def _misencoded(document: bytes) -> bytes:
    """The right document in UTF-16, behind a first line that says UTF-8."""
    prolog = b'<?xml version="1.0" encoding="UTF-8"?>' if _is_xml(document) else b""
    body = document.removeprefix(answers.PROLOG).decode()
    return prolog + b"\n" + body.encode("utf-16")


def _is_xml(document: bytes) -> bool:
    return document.startswith(b"<")
