"""The switchboard's rules at work: answers with a code, delays, garbage, silence.

A view cannot close its connection without a word. It returns ``hung_up()`` instead:
a response with the header ``Sandbox-Hang-Up``. The server in ``__main__`` closes the
connection on seeing it; an in-process test adapter should raise a connection error.
"""

import time
from collections.abc import Callable, Collection

from django.http import HttpResponse

from . import answers
from .models import Rule
from .platform import tables

HANG_UP = "Sandbox-Hang-Up"

WIRE_KINDS = tuple(kind for kind in Rule.Kind if kind is not Rule.Kind.ANSWER)

GARBAGE = (
    "<html><head><title>502 Bad Gateway</title></head>"
    "<body><h1>502 Bad Gateway</h1><hr>nginx/0.7.65<br></body>"
)


def add_rule(
    *, action: str, kind: str, code: str, seconds: float, times: int | None
) -> Rule:
    """Put a rule in force; raises ValueError for one that could never work."""
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
        action=action, kind=kind, code=code, seconds=seconds, times=times
    )


def clear_rules(which: str) -> None:
    """Remove one rule by its id, or ``all`` of them."""
    if which == "all":
        Rule.objects.all().delete()
    else:
        Rule.objects.filter(pk=int(which)).delete()


def code_for(action: str, known: Collection[str]) -> str:
    """The code a rule wants this call answered with; empty without a rule.

    Codes that the API called does not know are left for the other API.
    """
    rule = Rule.objects.filter(code__in=known).take(action, [Rule.Kind.ANSWER])
    return rule.code if rule else ""


def play(action: str, work: Callable[[], bytes]) -> HttpResponse:
    """Do the work and answer with its document, unless a rule says otherwise.

    ``work`` opens and closes its own transaction: a delay never holds one open.
    """
    rule = Rule.objects.take(action, WIRE_KINDS)
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
    if rule.kind == Rule.Kind.TRUNCATED:
        document = document[: len(document) // 2]
    return _document(document)


def hung_up() -> HttpResponse:
    """Stands for a connection that is closed without an answer."""
    return HttpResponse(status=503, headers={HANG_UP: "1"})


def _document(document: bytes) -> HttpResponse:
    # The provider names no charset; readers are meant to go by the XML (INFERRED).
    return HttpResponse(document, content_type="text/xml")
