"""The checks a call passes before its work, in the order of the validation flow."""

from django.db.models import F

from ..models import Account, Captcha, SourceAddress, Switches
from .call import Call, Refused

USER_FAILURES_BEFORE_CAPTCHA = 2
SMS_SENDS = 5


def captcha(call: Call) -> None:
    """A fresh, right captcha; whatever the outcome, it cannot be tried again."""
    shown = Captcha.objects.filter(captcha_id=call.question["captcha_id"]).first()
    if shown is None:
        raise Refused("400")
    if shown.state == Captcha.State.REDEEMED:
        raise Refused("403")
    if shown.state == Captcha.State.FAILED or shown.expired(call.now):
        raise Refused("402")
    if call.question["captcha_code"].upper() != shown.code:
        shown.settle(Captcha.State.FAILED)
        raise Refused("401")
    shown.settle(Captcha.State.REDEEMED)


def captcha_if_locked(call: Call) -> None:
    """A captcha once logins failed too often; else a captcha sent along is ignored."""
    code = ""
    account = Account.objects.named(call.user).first()
    if account and account.auth_failures >= USER_FAILURES_BEFORE_CAPTCHA:
        code = "004"
    if SourceAddress.objects.locked(call.source_ip):
        code = "003"
    if code and not call.question["captcha_id"]:
        raise Refused(code)
    if code:
        captcha(call)


def login(call: Call) -> None:
    """User name and password; failures are counted per account and per address."""
    user, password = call.user, call.question["password"]
    if not user or not password:
        empty = (("431", user), ("432", password))
        raise Refused(*(code for code, text in empty if not text))
    account = Account.objects.named(user).first()
    if account is None or not account.accepts(password):
        SourceAddress.objects.count_failure(call.source_ip)
        Account.objects.named(user).update(auth_failures=F("auth_failures") + 1)
        raise Refused("404")
    SourceAddress.objects.clear(call.source_ip)
    Account.objects.filter(pk=account.pk).update(auth_failures=0)
    if not account.is_active:
        raise Refused("006")
    call.account = account


def login_by_email(call: Call) -> None:
    """User name and e-mail address, for somebody who forgot the password."""
    user, email = call.user, call.question["email_address"]
    if not user or not email:
        empty = (("431", user), ("416", email))
        raise Refused(*(code for code, text in empty if not text))
    account = Account.objects.named(user).with_email(email).first()
    if account is None:
        raise Refused("405")
    if not account.is_active:
        raise Refused("006")
    call.account = account


def email_active(call: Call) -> None:
    """The link in the activation mail was opened; else 103 names the address."""
    if call.owner.email_activated_at is None:
        raise Refused("103", value=[("Email", call.owner.email_address)])


def email_not_active(call: Call) -> None:
    """There is still something to activate."""
    if call.owner.email_activated_at is not None:
        raise Refused("107")


def sms_active(call: Call) -> None:
    """The activation code was confirmed; else 104 names the number."""
    if call.owner.sms_activated_at is None:
        raise Refused("104", value=[("Cellphone", call.owner.mobile_number)])


def sms_not_active(call: Call) -> None:
    """There is still a number to confirm."""
    if call.owner.sms_activated_at is not None:
        raise Refused("108")


def sms_sends_left(call: Call) -> None:
    """Five activation texts an account, no more (INFERRED)."""
    if call.owner.sms_sends >= SMS_SENDS:
        raise Refused("102")


def fully_active(call: Call) -> None:
    """Buying wants both activations by the guide's prose, none by its diagram."""
    if Switches.objects.current().strict_buying:
        email_active(call)
        sms_active(call)
