"""The views of One API: JSON in and out, the key in the ``Authorization`` header."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from .. import behaviour, clock
from ..models import Integration, Text
from . import sending, tables
from .sending import Refused

SEND, STATUS, BALANCE = "v1/message", "v1/message/id", "v1/balance"
ACTIONS = (SEND, STATUS, BALANCE)

# What a view's work comes to: the HTTP status and the document.
Answer = tuple[int, Any]
Work = Callable[[Integration, datetime], Answer]


@csrf_exempt
def message(request: HttpRequest) -> HttpResponseBase:
    """Accept up to 200 messages; 207 when at least one of them was refused.

    Without any money the whole request is refused; money that runs out halfway refuses
    the messages it does not pay for (INFERRED).
    """

    def work(integration: Integration, now: datetime) -> Answer:
        asked = _messages(request.body)
        if integration.balance <= 0:
            raise Refused("20")
        with transaction.atomic():
            answers = [_accepted(integration, each, now) for each in asked]
        refused = any(not answer["accepted"] for answer in answers)
        return 207 if refused else 202, {"messages": answers, "error": None}

    return _answer(request, SEND, "POST", work)


@csrf_exempt
def status(request: HttpRequest, message_id: str) -> HttpResponseBase:
    """How one message fares; 41 for one that is not the integration's (INFERRED)."""

    def work(integration: Integration, now: datetime) -> Answer:
        text = Text.objects.filter(
            direction=Text.Direction.TO_HANDSET,
            integration=integration,
            message_id=message_id,
        ).first()
        if text is None:
            raise Refused("41")
        _number, name = tables.STATUSES[text.status]
        at = text.delivered_at or text.accepted_at
        return 200, {"sms": {"status": name, "timestamp": milliseconds(at)}}

    return _answer(request, STATUS, "GET", work)


@csrf_exempt
def balance(request: HttpRequest) -> HttpResponseBase:
    """The money left."""

    def work(integration: Integration, now: datetime) -> Answer:
        left = round(float(integration.balance), 2)
        return 200, {"currency": integration.currency, "balance": left}

    return _answer(request, BALANCE, "GET", work)


def milliseconds(moment: datetime) -> int:
    """Unix milliseconds, as all times here."""
    return int(moment.timestamp() * 1000)


def _answer(
    request: HttpRequest, action: str, method: str, work: Work
) -> HttpResponseBase:
    """Let the caller in, obey the switchboard, do the work, dress the answer.

    A rule for one account names the integration, where the other APIs have users.
    """
    now = clock.now()
    integration = _caller(request)
    names = [integration.name] if integration else []
    outcome: list[int] = []

    def document() -> bytes:
        try:
            code = behaviour.code_for(action, tables.ERRORS, names)
            if code and not (action == SEND and code in tables.OF_ONE_MESSAGE):
                raise Refused(code)
            caller = _admitted(integration, request.method == method)
            if code:
                status, body = 207, _all_refused(request.body, code)
            else:
                status, body = work(caller, now)
        except Refused as refused:
            status = tables.HTTP_STATUSES.get(refused.code, tables.OTHER_HTTP_STATUS)
            body = {"error": _error(refused)}
        outcome.append(status)
        return json.dumps(body).encode()

    response = behaviour.play(action, document, names)
    if outcome and not response.has_header(behaviour.HANG_UP):
        response.status_code = outcome[0]
        response["Content-Type"] = "application/json"
    return response


def _caller(request: HttpRequest) -> Integration | None:
    """Whose key it is: the bare key, without a scheme word before it."""
    key = request.headers.get("Authorization", "")
    return Integration.objects.filter(api_key=key).first()


def _admitted(integration: Integration | None, is_right_method: bool) -> Integration:
    if integration is None:
        raise Refused("1")
    if not is_right_method:
        raise Refused("42")
    if not integration.is_active:
        raise Refused("3")
    return integration


def _messages(body: bytes) -> list[Any]:
    try:
        asked = json.loads(body)
        messages = asked["messages"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Refused("21") from None
    if not isinstance(messages, list) or not messages:
        raise Refused("21")
    if len(messages) > sending.MOST_MESSAGES:
        raise Refused("22")
    return messages


def _accepted(integration: Integration, asked: Any, now: datetime) -> dict[str, Any]:
    try:
        text = sending.accept(integration, asked, now)
    except Refused as refused:
        return _not_accepted(asked, refused)
    return {
        "apiMessageId": text.message_id,
        "accepted": True,
        "to": text.recipient,
        "error": None,
    }


def _not_accepted(asked: Any, refused: Refused) -> dict[str, Any]:
    to = asked.get("to") if isinstance(asked, dict) else None
    return {"accepted": False, "to": to, "error": _error(refused)}


def _all_refused(body: bytes, code: str) -> dict[str, Any]:
    """Every message, refused by a rule of the switchboard."""
    messages = [_not_accepted(asked, Refused(code)) for asked in _messages(body)]
    return {"messages": messages, "error": None}


def _error(refused: Refused) -> dict[str, Any]:
    return {"code": int(refused.code), "description": refused.description}
