"""Making the provider misbehave, and looking at what it knows."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from .. import answers, clock
from ..connect.door import ACTIONS
from ..connect.stages import SMS_SENDS, USER_FAILURES_BEFORE_CAPTCHA
from ..messaging.door import COMMANDS
from ..models import (
    Account,
    CallbackJob,
    Captcha,
    Handset,
    Integration,
    Number,
    Rule,
    SourceAddress,
    Switches,
    Text,
)
from ..models.switches import ANY_ACTION
from ..platform import door as platform
from ..platform import tables
from ..switches import SWITCHES
from .sheet import sheet

SHOWN = 20


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Rules and switches on top, then everything that is in force."""
    return _board(request)


@csrf_exempt
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """One switch is thrown: ``do`` names it, the rest are its settings."""
    switch = SWITCHES.get(request.POST.get("do", ""))
    if switch is None:
        return HttpResponse("unknown switch", status=400)
    try:
        switch({name: str(value) for name, value in request.POST.items()})
    except (KeyError, TypeError, ValueError) as error:
        return _board(request, problem=str(error), status=400)
    response = HttpResponseRedirect(reverse("sandbox-switchboard"))
    response.status_code = 303
    return response


def _board(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        "problem": problem,
        "rules": Rule.objects.all(),
        "kinds": Rule.Kind.choices,
        "any_action": ANY_ACTION,
        "connect_actions": list(ACTIONS),
        "messaging_commands": list(COMMANDS),
        "platform_actions": platform.ACTIONS,
        "connect_errors": answers.CONNECT_ERRORS,
        "messaging_errors": answers.MESSAGING_ERRORS,
        "platform_errors": tables.ERRORS,
        "switches": Switches.objects.current(),
        "address_locked": SourceAddress.objects.any_locked(),
        "accounts": Account.objects.all(),
        "integrations": Integration.objects.all(),
        "failures_before_captcha": USER_FAILURES_BEFORE_CAPTCHA,
        "sms_sends": SMS_SENDS,
        "numbers": Number.objects.select_related("account", "connection"),
        "phones_off": Handset.objects.filter(is_off=True),
        "captchas": Captcha.objects.all()[:SHOWN],
        "texts": Text.objects.all()[:SHOWN],
        "jobs": CallbackJob.objects.select_related("text")[:SHOWN],
        "now": clock.now(),
    }
    return sheet(request, "switchboard", context, status=status)
