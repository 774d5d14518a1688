"""Making the provider misbehave, and looking at what it knows."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from .. import answers, behaviour, clock
from ..connect.door import ACTIONS
from ..messaging.door import COMMANDS
from ..models import (
    Account,
    CallbackJob,
    Captcha,
    Handset,
    Number,
    Rule,
    Switches,
    Text,
)
from ..models.switches import ANY_ACTION
from .sheet import sheet

# The posted settings of one switch.
Form = Mapping[str, str]

SHOWN = 20
CREDITS_GIVEN = Decimal(100)
LIMIT_LASTS = timedelta(hours=1)


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
        "connect_errors": answers.CONNECT_ERRORS,
        "messaging_errors": answers.MESSAGING_ERRORS,
        "switches": Switches.objects.current(),
        "accounts": Account.objects.all(),
        "numbers": Number.objects.select_related("account", "connection"),
        "phones_off": Handset.objects.filter(is_off=True),
        "captchas": Captcha.objects.all()[:SHOWN],
        "texts": Text.objects.all()[:SHOWN],
        "jobs": CallbackJob.objects.select_related("text")[:SHOWN],
        "now": clock.now(),
    }
    return sheet(request, "switchboard", context, status=status)


def _add_rule(form: Form) -> None:
    behaviour.add_rule(
        action=form["action"],
        kind=form["kind"],
        code=form.get("code", ""),
        seconds=float(form.get("seconds") or 0),
        times=int(form["times"]) if form.get("times") else None,
    )


def _clear_rules(form: Form) -> None:
    behaviour.clear_rules(form["id"])


def _set_switches(form: Form) -> None:
    seconds = float(form["receipt_seconds"])
    if seconds < 0:
        raise ValueError("seconds are positive")
    switches = Switches.objects.current()
    switches.receipt_seconds = seconds
    switches.strict_buying = form.get("strict_buying") == "1"
    switches.save()


def _freeze(form: Form) -> None:
    account = get_object_or_404(Account, pk=form["id"])
    account.is_active = form["on"] == "1"
    account.save(update_fields=["is_active"])


def _set_credit(form: Form) -> None:
    """To nothing, or to a working balance."""
    credits_left = CREDITS_GIVEN if form["on"] == "1" else Decimal(0)
    Account.objects.filter(pk=form["id"]).update(credit=credits_left)


def _set_limit(form: Form) -> None:
    until = clock.now() + LIMIT_LASTS if form["on"] == "0" else None
    Account.objects.filter(pk=form["id"]).update(limit_until=until)


def _suspend(form: Form) -> None:
    Number.objects.filter(pk=form["id"]).update(is_suspended=form["on"] == "0")


def _set_phone(form: Form) -> None:
    digits = "".join(sign for sign in form["digits"] if sign in "0123456789")
    if not digits:
        raise ValueError("a phone has digits")
    Handset.objects.switch(digits, off=form["on"] == "0")


def _post_now(form: Form) -> None:
    """Let a waiting callback be tried at once, or a given-up one again."""
    CallbackJob.objects.filter(pk=form["id"]).exclude(
        state=CallbackJob.State.DONE
    ).update(state=CallbackJob.State.WAITING, due_at=clock.now())


SWITCHES: dict[str, Callable[[Form], None]] = {
    "rule": _add_rule,
    "clear": _clear_rules,
    "switches": _set_switches,
    "account": _freeze,
    "credit": _set_credit,
    "limit": _set_limit,
    "number": _suspend,
    "phone": _set_phone,
    "post": _post_now,
}
