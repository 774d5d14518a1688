"""``register``, ``resend_email_activation`` and ``forgot_password``."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from .. import answers
from ..countries import EMBARGOED
from ..models import Account, Mail
from ..models.gates import new_code
from ..questions import Question
from . import lists
from .call import Call, Refused, Rows

PASSWORD = re.compile(r"[A-Za-z0-9]{6,32}")
MOBILE = re.compile(r"[1-9][0-9]{6,29}")
INTERNATIONAL = "1"

# The one coupon that is good (invented).
COUPON = "WELCOME"


def register(call: Call) -> Rows:
    """A new account and its activation mail; no id is returned.

    All bad parameters are reported in one answer; the later reasons alone.
    """
    asked = call.question
    bad = [code for code, is_good in REGISTER_CHECKS if not is_good(asked)]
    if bad:
        raise Refused(*bad)
    if int(asked["country_id"]) in EMBARGOED:
        raise Refused("106")
    _refuse_bad_coupon(asked["coupon_code"])
    if Account.objects.named(asked["user"]).exists():
        raise Refused("439")
    known = Account.objects.with_email(asked["email_address"]).exists()
    if known and asked["force_create"] != "1":
        raise Refused("105")
    if asked["test_mode"] != "1":
        _mail_activation(_create(call), call)
    return []


def resend_email_activation(call: Call) -> Rows:
    """The activation mail again; an address sent along replaces the registered one.

    Both recorded success forms occur: with the user number, and empty after a
    change of address.
    """
    email = call.question["email_address"]
    if not email:
        _mail_activation(call.owner, call)
        return [[("UserNumber", str(call.owner.user_number))]]
    if not is_email(email):
        raise Refused("416")
    call.owner.email_address = email
    call.owner.save(update_fields=["email_address"])
    _mail_activation(call.owner, call)
    return []


def forgot_password(call: Call) -> Rows:
    """A new random password by mail; the old one stops working everywhere."""
    password = new_code(10)
    call.owner.change_password(password)
    Mail.objects.create(
        account=call.owner,
        to=call.owner.email_address,
        subject="Your new password",
        body=(
            f"Dear {call.owner.fname} {call.owner.sname},\n\n"
            f"User name: {call.owner.user}\nNew password: {password}\n"
        ),
        sent_at=call.now,
    )
    return []


def is_email(text: str) -> bool:
    """A valid address of at most 64 characters."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 64


def is_web_address(text: str) -> bool:
    """An http or https address with a host."""
    try:
        address = urlsplit(text)
    except ValueError:
        return False
    return address.scheme in {"http", "https"} and bool(address.hostname)


def is_mobile(text: str) -> bool:
    """Digits in international format, without ``+`` and spaces, at most 30."""
    return bool(MOBILE.fullmatch(text))


def _filled(name: str, longest: int) -> Callable[[Question], bool]:
    return lambda asked: 0 < len(asked[name]) <= longest


def _one_of(name: str, allowed: str) -> Callable[[Question], bool]:
    """Empty, or one of these single characters."""
    return lambda asked: asked[name] in {"", *allowed}


def _is_user(asked: Question) -> bool:
    user = asked["user"]
    return 0 < len(user) <= 128 and not re.search(r"\s", user)


def _is_account_type(asked: Question) -> bool:
    return (asked["account_id"] or INTERNATIONAL) in dict(answers.ACCOUNT_TYPES)


def _is_redirect(asked: Question) -> bool:
    redirect = asked["activation_redirect"]
    return not redirect or is_web_address(redirect)


# In the order in which the codes are reported.
REGISTER_CHECKS: tuple[tuple[str, Callable[[Question], bool]], ...] = (
    ("431", _is_user),
    ("432", lambda asked: bool(PASSWORD.fullmatch(asked["password"]))),
    ("433", _filled("fname", 80)),
    ("434", _filled("sname", 80)),
    ("435", lambda asked: len(asked["company"]) <= 80),
    ("416", lambda asked: is_email(asked["email_address"])),
    ("417", lambda asked: is_mobile(asked["mobile_number"])),
    ("406", lambda asked: lists.is_country(asked["country_id"])),
    ("407", _one_of("email_format", "12")),
    ("408", _one_of("weekly_update", "01")),
    ("409", _one_of("accept_terms", "01")),
    ("410", lambda asked: asked["accept_terms"] not in {"", "0"}),
    ("411", _one_of("test_mode", "01")),
    ("412", _is_account_type),
    ("413", _one_of("force_create", "01")),
    ("415", _is_redirect),
)


def _refuse_bad_coupon(coupon: str) -> None:
    """The label of 109 varies with the coupon."""
    if coupon.upper().startswith("OLD"):
        raise Refused("109")
    if coupon and coupon.upper() != COUPON:
        raise Refused("109", label="Coupon Error: coupon not found")


def _create(call: Call) -> Account:
    asked = call.question
    return Account.objects.create(
        user=asked["user"],
        password=asked["password"],
        user_number=Account.objects.next_user_number(),
        fname=asked["fname"],
        sname=asked["sname"],
        company=asked["company"] or "Personal Use",
        email_address=asked["email_address"],
        email_format=int(asked["email_format"] or "1"),
        weekly_update=asked["weekly_update"] == "1",
        country=int(asked["country_id"]),
        mobile_number=asked["mobile_number"],
        account_type=int(asked["account_id"] or INTERNATIONAL),
        activation_redirect=asked["activation_redirect"],
        created_at=call.now,
    )


def _mail_activation(account: Account, call: Call) -> None:
    """The account's details and the link that activates it."""
    link = call.absolute(f"/activate/{account.activation_key}/")
    Mail.objects.create(
        account=account,
        to=account.email_address,
        subject="Please activate your account",
        body=(
            f"Dear {account.fname} {account.sname},\n\n"
            "thank you for registering.\n\n"
            f"User name: {account.user}\nCompany: {account.company}\n\n"
            "Please open this link to activate your account:\n"
        ),
        link=link,
        sent_at=call.now,
    )
