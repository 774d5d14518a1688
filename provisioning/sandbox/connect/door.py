"""The view of the Connect API: one address, all calls."""

from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from .. import answers, behaviour, clock
from ..models import Account
from ..questions import Question, Unreadable, connect_question
from . import lists, owning, registering, stages
from .call import Call, Refused, Rows

DEFAULT_TOKEN = "0123456789abcdef0123456789abcdef"  # noqa: S105 - of a sandbox

Stage = Callable[[Call], None]
Work = Callable[[Call], Rows]

_ACCOUNT = (stages.captcha_if_locked, stages.login)
_EMAIL = (*_ACCOUNT, stages.email_active)
_SMS = (*_EMAIL, stages.sms_not_active)

# What each call does, and the checks before it in their order.
ACTIONS: dict[str, tuple[Work, tuple[Stage, ...]]] = {
    "get_list_country": (lists.countries, ()),
    "get_list_country_prefix": (lists.prefixes, ()),
    "get_list_account": (lists.account_types, ()),
    "get_list_callback": (lists.callback_types, ()),
    "get_list_connection": (lists.connection_types, ()),
    "get_list_terms": (lists.terms, ()),
    "get_captcha": (lists.captcha, ()),
    "register": (registering.register, (stages.captcha,)),
    "resend_email_activation": (
        registering.resend_email_activation,
        (*_ACCOUNT, stages.email_not_active),
    ),
    "authenticate_user": (owning.authenticate_user, _EMAIL),
    "forgot_password": (
        registering.forgot_password,
        (stages.captcha, stages.login_by_email),
    ),
    "sms_activation_status": (owning.sms_activation_status, _EMAIL),
    "send_activation_sms": (
        owning.send_activation_sms,
        (*_SMS, stages.sms_sends_left),
    ),
    "validate_activation_sms": (owning.validate_activation_sms, _SMS),
    "create_connection": (owning.create_connection, _EMAIL),
    "buy_credits_url": (owning.buy_credits_url, (*_ACCOUNT, stages.fully_active)),
    "apply_two_way_url": (owning.apply_two_way_url, (*_ACCOUNT, stages.fully_active)),
}


@csrf_exempt
@require_http_methods(["GET", "POST"])
def connect(request: HttpRequest, token: str) -> HttpResponseBase:
    """Answer one Connect call; errors are documents too, always with status 200."""
    now = clock.now()
    # WSGI hands out a query's bytes as the characters of ISO-8859-1.
    query = request.META.get("QUERY_STRING", "").encode("iso-8859-1")
    try:
        question = connect_question(request.body or query)
    except Unreadable:
        question = Question("")
    call = Call(
        question=question,
        source_ip=request.META.get("REMOTE_ADDR", ""),
        now=now,
        absolute=request.build_absolute_uri,
    )

    def work() -> bytes:
        with transaction.atomic():
            return _answer(call, token)

    return behaviour.play(question.name, work, [call.user])


def current_token() -> str:
    """The token that is the whole path at the real service."""
    token: str = getattr(settings, "SANDBOX_TOKEN", DEFAULT_TOKEN)
    return token


def _answer(call: Call, token: str) -> bytes:
    """The document for this call, from the token to the work itself."""
    action = call.question.name
    try:
        if token != current_token():
            raise Refused("005")
        _obey_rule(call)
        if action not in ACTIONS:
            raise Refused("430")
        work, checks = ACTIONS[action]
        for check in checks:
            check(call)
        rows = work(call)
    except Refused as refused:
        return answers.connect_error(action, refused.errors, refused.value, call.now)
    return answers.connect_success(action, rows, call.now)


def _obey_rule(call: Call) -> None:
    """A rule of the switchboard answers before anything else is looked at."""
    code = behaviour.code_for(call.question.name, answers.CONNECT_ERRORS, [call.user])
    if not code:
        return
    account = Account.objects.named(call.user).first()
    if account and code == "103":
        raise Refused(code, value=[("Email", account.email_address)])
    if account and code == "104":
        raise Refused(code, value=[("Cellphone", account.mobile_number)])
    raise Refused(code)
