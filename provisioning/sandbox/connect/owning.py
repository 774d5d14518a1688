"""Calls of an account's owner: status, SMS activation, connections, own pages."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

from .. import answers, network
from ..models import ApiConnection, Ticket
from ..models.gates import new_code
from ..questions import Question
from . import lists, stages
from .call import Call, Refused, Rows
from .registering import is_mobile, is_web_address

FTP = "7"
SMS_CODE_LENGTH = 5


def authenticate_user(call: Call) -> Rows:
    """The user number, spelt as recorded."""
    return [[("Usernumber", str(call.owner.user_number))]]


def sms_activation_status(call: Call) -> Rows:
    """Success means activated."""
    stages.sms_active(call)
    return [
        [
            ("Cellphone", call.owner.mobile_number),
            ("UserNumber", str(call.owner.user_number)),
        ]
    ]


def send_activation_sms(call: Call) -> Rows:
    """A new code, which replaces the last; a number sent along is kept."""
    account = call.owner
    mobile = call.question["mobile_number"] or account.mobile_number
    if not is_mobile(mobile):
        raise Refused("417")
    if network.is_blocked(mobile):
        raise Refused("100")
    if not network.is_covered(mobile):
        raise Refused("101")
    account.mobile_number = mobile
    account.sms_code = new_code(SMS_CODE_LENGTH)
    account.sms_sends += 1
    account.save(update_fields=["mobile_number", "sms_code", "sms_sends"])
    body = f"Your activation code is {account.sms_code}"
    network.send_service_text(mobile, body, call.now)
    return []


def validate_activation_sms(call: Call) -> Rows:
    """A wrong code is no authentication failure (INFERRED)."""
    account = call.owner
    sent_code = call.question["sms_activation_code"].upper()
    if not account.sms_code or sent_code != account.sms_code:
        raise Refused("418")
    account.sms_activated_at = call.now
    account.sms_code = ""
    account.save(update_fields=["sms_activated_at", "sms_code"])
    return []


def create_connection(call: Call) -> Rows:
    """Every call makes another connection, with an api_id of its own."""
    asked = call.question
    bad = [code for code, is_good in CONNECTION_CHECKS if not is_good(asked)]
    if bad:
        raise Refused(*bad)
    connection = ApiConnection.objects.create(
        account=call.owner,
        api_id=ApiConnection.objects.next_api_id(),
        connection_type=int(asked["connection_id"]),
        description=asked["api_description"],
        ip_address=asked["ip_address"],
        dial_prefix=asked["dial_prefix"],
        ftp_password=asked["ftp_password"],
        callback_url=asked["callback_url"],
        callback_type=int(asked["callback_type_id"] or "0"),
        callback_username=asked["callback_username"],
        callback_password=asked["callback_password"],
        created_at=call.now,
    )
    return [[("api_id", str(connection.api_id))]]


def buy_credits_url(call: Call) -> Rows:
    """A link into the shop that lasts 15 minutes and one purchase (INFERRED)."""
    link = _page(call, Ticket.Page.BUY, "/central/buy_now.php")
    return [[("buy_url", link)]]


def apply_two_way_url(call: Call) -> Rows:
    """A link to the claim of a number.

    INFERRED: the guide's diagram shows this call without its name, parameters or
    result; all three are modelled on ``buy_credits_url``.
    """
    link = _page(call, Ticket.Page.TWO_WAY, "/twoway/ussb/")
    return [[("apply_url", link)]]


def _page(call: Call, page: Ticket.Page, path: str) -> str:
    ticket = Ticket.objects.create(account=call.owner, page=page, created_at=call.now)
    return call.absolute(f"{path}?{urlencode({'auth_id': ticket.auth_id})}")


def _are_ip_addresses(text: str) -> bool:
    return all(lists.is_ip_address(entry.strip()) for entry in text.split(","))


def _is_ftp_password(asked: Question) -> bool:
    if asked["connection_id"] != FTP:
        return True
    return bool(re.fullmatch(r"[A-Za-z0-9]{1,10}", asked["ftp_password"]))


def _matching(name: str, pattern: str) -> Callable[[Question], bool]:
    """Empty, or all of it as the pattern says."""
    return lambda asked: not asked[name] or bool(re.fullmatch(pattern, asked[name]))


# In the order in which the codes are reported; lengths of 421 and 428 are INFERRED.
CONNECTION_CHECKS: tuple[tuple[str, Callable[[Question], bool]], ...] = (
    ("419", lambda asked: asked["connection_id"] in dict(answers.CONNECTION_TYPES)),
    ("420", _is_ftp_password),
    ("421", _matching("dial_prefix", r"[0-9]{1,10}")),
    (
        "422",
        lambda asked: not asked["ip_address"] or _are_ip_addresses(asked["ip_address"]),
    ),
    (
        "423",
        lambda asked: (
            not asked["callback_url"] or is_web_address(asked["callback_url"])
        ),
    ),
    (
        "424",
        lambda asked: (
            (asked["callback_type_id"] or "0") in dict(answers.CALLBACK_TYPES)
        ),
    ),
    ("425", _matching("callback_username", r"[A-Za-z0-9]{1,64}")),
    ("426", _matching("callback_password", r"[A-Za-z0-9]{1,64}")),
    ("428", _matching("api_description", r"(?s).{1,255}")),
)
