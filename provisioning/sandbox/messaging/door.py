"""The view of the XML messaging API."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from .. import answers, behaviour, clock
from ..questions import Question, Unreadable, messaging_questions
from . import asking, sending
from .command import Command, Fault, admit, user_of

COMMANDS: dict[str, Callable[[Command], answers.Pairs]] = {
    "auth": asking.auth,
    "ping": asking.ping,
    "sendMsg": sending.send,
    "queryMsg": asking.query,
    "getMsgCharge": asking.charge,
    "delMsg": asking.delete,
    "getBalance": asking.balance,
    "routeCoverage": asking.coverage,
}

# Recorded with the recipient: the fault of a text whose credentials are wrong.
CREDENTIAL_FAULTS = {"001", "002"}


@csrf_exempt
@require_http_methods(["GET", "POST"])
def messaging(request: HttpRequest) -> HttpResponseBase:
    """Answer one packet, always with status 200.

    All accepted texts are stored in one transaction that is closed before the
    answer goes out.
    """
    now = clock.now()
    source_ip = request.META.get("REMOTE_ADDR", "")
    # WSGI hands out a query's bytes as the characters of ISO-8859-1.
    query = request.META.get("QUERY_STRING", "").encode("iso-8859-1")
    try:
        questions = messaging_questions(request.body or query)
    except Unreadable:
        questions = []

    def work() -> bytes:
        if not questions:
            return answers.messaging_packet([("xml", [answers.fault("100")])])
        with transaction.atomic():
            replies = [_reply(question, source_ip, now) for question in questions]
        return answers.messaging_packet(replies)

    name = questions[0].name if questions else ""
    return behaviour.play(name, work, [user_of(asked, now) for asked in questions])


def _reply(
    question: Question, source_ip: str, now: datetime
) -> tuple[str, answers.Pairs]:
    """The answer element of one command, with its ``sequence_no`` echoed."""
    try:
        row = list(_perform(question, source_ip, now))
    except Fault as refused:
        row = [answers.fault(refused.code, refused.detail)]
        if refused.code in CREDENTIAL_FAULTS and question["to"]:
            row.append(("to", question["to"]))
    return question.name, [*row, ("sequence_no", question["sequence_no"])]


def _perform(question: Question, source_ip: str, now: datetime) -> answers.Pairs:
    users = [user_of(question, now)]
    if code := behaviour.code_for(question.name, answers.MESSAGING_ERRORS, users):
        raise Fault(code, _in_an_hour(now) if code == "130" else "")
    if question.name not in COMMANDS:
        raise Fault("101")
    return COMMANDS[question.name](admit(question, source_ip, now))


def _in_an_hour(now: datetime) -> str:
    """The time named by a 130 that a rule of the switchboard asks for."""
    return str(int((now + timedelta(hours=1)).timestamp()))
