"""Pages for programs: the whole state as JSON, rules for the switchboard, terms."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from . import answers, behaviour, clock
from .models import (
    Account,
    ApiConnection,
    CallbackJob,
    Captcha,
    Handset,
    Integration,
    Mail,
    Number,
    Rule,
    SourceAddress,
    Switches,
    Text,
)

LATEST = 500

RULE_FIELDS = ("id", "action", "user", "kind", "code", "seconds", "times")


@require_GET
def state(request: HttpRequest) -> JsonResponse:
    """Everything a script or test may want to know; newest first."""
    switches = Switches.objects.current()
    return JsonResponse(
        {
            "now": clock.now(),
            "accounts": [
                _account(account)
                for account in Account.objects.select_related(
                    "number"
                ).prefetch_related("connections")
            ],
            "captchas": _rows(Captcha, "captcha_id", "code", "state", "created_at"),
            "mails": _rows(
                Mail, "account__user", "to", "subject", "body", "link", "sent_at"
            ),
            "numbers": [
                _number(number)
                for number in Number.objects.select_related("account", "connection")
            ],
            "integrations": _rows(
                Integration,
                "id",
                "name",
                "api_key",
                "digits",
                "currency",
                "balance",
                "is_active",
                "is_suspended",
                "has_stop_commands",
                "status_url",
                "inbound_url",
            ),
            "texts": [_text(text) for text in Text.objects.all()[:LATEST]],
            "jobs": _rows(
                CallbackJob,
                "kind",
                "message_id",
                "status",
                "tries",
                "state",
                "due_at",
                "last_answer",
            ),
            "rules": _rows(Rule, *RULE_FIELDS),
            "source_addresses": _rows(SourceAddress, "address", "auth_failures"),
            "phones_off": list(
                Handset.objects.filter(is_off=True).values_list("digits", flat=True)
            ),
            "switches": {
                "receipt_seconds": switches.receipt_seconds,
                "strict_buying": switches.strict_buying,
            },
        }
    )


@csrf_exempt
@require_POST
def rules(request: HttpRequest) -> JsonResponse:
    """Add or clear rules.

    ``{"action": "register", "kind": "answer", "code": "439", "times": 1}`` adds one;
    ``seconds`` delays, ``times`` null means until cleared, the action "any" means
    every call. With a ``user`` it applies to that account's calls alone.
    ``{"clear": "all"}`` or ``{"clear": 7}`` removes. The answer lists the rules in
    force.
    """
    try:
        wanted = json.loads(request.body)
        if "clear" in wanted:
            behaviour.clear_rules(str(wanted["clear"]))
        else:
            times = wanted.get("times", 1)
            behaviour.add_rule(
                action=str(wanted["action"]),
                user=str(wanted.get("user") or ""),
                kind=str(wanted["kind"]),
                code=str(wanted.get("code", "")),
                seconds=float(wanted.get("seconds", 0)),
                times=None if times is None else int(times),
            )
    except (KeyError, TypeError, ValueError) as error:
        return JsonResponse({"error": str(error)}, status=400)
    return JsonResponse({"rules": _rows(Rule, *RULE_FIELDS)})


@require_GET
def terms_text(request: HttpRequest) -> HttpResponse:
    """The terms document ``get_list_terms`` points to."""
    return HttpResponse(answers.TERMS, content_type="text/plain; charset=utf-8")


def _rows(
    model: type[Captcha | CallbackJob | Integration | Mail | Rule | SourceAddress],
    *names: str,
) -> list[dict[str, object]]:
    return list(model._default_manager.values(*names)[:LATEST])


def _account(account: Account) -> dict[str, object]:
    number = getattr(account, "number", None)
    lines = account.connections.all()
    return {
        "user": account.user,
        "user_number": account.user_number,
        "state": account.state,
        "is_active": account.is_active,
        "email_address": account.email_address,
        "mobile_number": account.mobile_number,
        "account_type": account.account_type,
        "activation_redirect": account.activation_redirect,
        "sms_code": account.sms_code,
        "sms_sends": account.sms_sends,
        "auth_failures": account.auth_failures,
        "credit": str(account.credit),
        "bought_at": account.bought_at,
        "limit_until": account.limit_until,
        "number": number.digits if number else None,
        "api_ids": [line.api_id for line in lines if line.deleted_at is None],
        "connections": [_connection(line) for line in lines],
    }


def _connection(line: ApiConnection) -> dict[str, object]:
    return {
        "api_id": line.api_id,
        "type": line.connection_type,
        "description": line.description,
        "callback_url": line.callback_url,
        "callback_type": line.callback_type,
        "created_at": line.created_at,
        "deleted_at": line.deleted_at,
    }


def _number(number: Number) -> dict[str, object]:
    return {
        "digits": number.digits,
        "user": number.account.user,
        "api_id": number.connection.api_id if number.connection else None,
        "is_suspended": number.is_suspended,
        "reply_url": number.reply_url,
        "reply_type": number.reply_type,
    }


def _text(text: Text) -> dict[str, object]:
    return {
        "direction": text.direction,
        "message_id": text.message_id,
        "client_id": text.client_id,
        "from": text.sender,
        "to": text.recipient,
        "text": text.text,
        "parts": text.parts,
        "charge": str(text.charge),
        "status": text.status,
        "accepted_at": text.accepted_at,
        "delivered_at": text.delivered_at,
    }
