"""What can be thrown on the switchboard, by name: from its page, or from a test.

``throw("captcha", user="ann", on="0")`` does what the button does. Settings are
texts, as a form posts them; ``on`` is 0 for the trouble and 1 for the cure. Switches
of an account name it by its ``id`` or its ``user``.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal

from . import behaviour, clock
from .connect.stages import SMS_SENDS, USER_FAILURES_BEFORE_CAPTCHA
from .models import Account, CallbackJob, Handset, Number, SourceAddress, Switches
from .models.accounts import AccountQuerySet

Form = Mapping[str, str]

CREDITS_GIVEN = Decimal(100)
LIMIT_LASTS = timedelta(hours=1)

# Where calls come from: the sandbox listens on the loopback address alone.
LOOPBACK = "127.0.0.1"


def throw(switch: str, /, **settings: str) -> None:
    """Throw one switch; raises KeyError or ValueError when that cannot be done."""
    SWITCHES[switch](settings)


def _add_rule(form: Form) -> None:
    behaviour.add_rule(
        action=form["action"],
        user=form.get("user", ""),
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


def _lock_addresses(form: Form) -> None:
    """Every address that calls us, as after ten failed logins: 003 until a captcha."""
    known = SourceAddress.objects.values_list("address", flat=True)
    for address in {LOOPBACK, *known}:
        if form["on"] == "0":
            SourceAddress.objects.lock(address)
        else:
            SourceAddress.objects.clear(address)


def _freeze(form: Form) -> None:
    _one_account(form).update(is_active=form["on"] == "1")


def _lock_account(form: Form) -> None:
    """As after two failed logins: 004 until a captcha, or until it is cleared."""
    failures = USER_FAILURES_BEFORE_CAPTCHA if form["on"] == "0" else 0
    _one_account(form).update(auth_failures=failures)


def _use_up_tries(form: Form) -> None:
    """No activation text is left (102), or all of them are again."""
    _one_account(form).update(sms_sends=SMS_SENDS if form["on"] == "0" else 0)


def _activate_sms(form: Form) -> None:
    """Support confirmed the mobile by hand: no code was typed in."""
    waiting = _one_account(form).filter(
        email_activated_at__isnull=False, sms_activated_at=None
    )
    if not waiting.update(sms_activated_at=clock.now(), sms_code=""):
        raise ValueError("only an EMAIL-ACTIVE account can be SMS-activated")


def _set_credit(form: Form) -> None:
    """To nothing, or to a working balance."""
    credits_left = CREDITS_GIVEN if form["on"] == "1" else Decimal(0)
    _one_account(form).update(credit=credits_left)


def _set_limit(form: Form) -> None:
    until = clock.now() + LIMIT_LASTS if form["on"] == "0" else None
    _one_account(form).update(limit_until=until)


def _suspend(form: Form) -> None:
    """A number by its id, or the one that an account rents."""
    if form.get("user"):
        found = Number.objects.filter(account__in=_one_account(form))
    else:
        found = Number.objects.filter(pk=form["id"])
    if not found.update(is_suspended=form["on"] == "0"):
        raise ValueError("there is no such number")


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


def _one_account(form: Form) -> AccountQuerySet:
    """The account named by its user name, else by its id; raises ValueError."""
    if form.get("user"):
        found = Account.objects.named(form["user"])
    else:
        found = Account.objects.filter(pk=form["id"])
    if not found.exists():
        raise ValueError("there is no such account")
    return found


SWITCHES: dict[str, Callable[[Form], None]] = {
    "rule": _add_rule,
    "clear": _clear_rules,
    "switches": _set_switches,
    "address": _lock_addresses,
    "account": _freeze,
    "captcha": _lock_account,
    "tries": _use_up_tries,
    "sms": _activate_sms,
    "credit": _set_credit,
    "limit": _set_limit,
    "number": _suspend,
    "phone": _set_phone,
    "post": _post_now,
}
