"""All 61 codes of the guide's final table: by rule, and from the sandbox itself."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from provisioning.sandbox import clock, switches
from provisioning.sandbox.answers import CONNECT_ERRORS
from provisioning.sandbox.countries import EMBARGOED
from provisioning.sandbox.models import Account, Captcha, Rule

from .. import customer
from ..customer import ANN, captcha, codes, connect, register

pytestmark = pytest.mark.django_db

UNKNOWN = {"user": "nobody", "password": "abc123"}
WRONG = {**ANN, "password": "wrong1"}


def registering(**changes: str) -> Callable[[], str]:
    return lambda: register(**changes)


def connecting(**changes: str) -> Callable[[], str]:
    def call() -> str:
        customer.email_active()
        good = {"connection_id": "2", "callback_type_id": "1"}
        return connect("create_connection", **{**ANN, **good, **changes})

    return call


def owning(action: str, bring: Callable[[], Account], **more: str) -> Callable[[], str]:
    def call() -> str:
        bring()
        return connect(action, **{**ANN, **more})

    return call


def asking_terms(**values: str) -> Callable[[], str]:
    return lambda: connect("get_list_terms", **values)


def thrown(switch: str, action: str) -> Callable[[], str]:
    def call() -> str:
        customer.email_active()
        switches.throw(switch, user=ANN["user"], on="0")
        return connect(action, **ANN)

    return call


def with_a_spent_captcha() -> str:
    shown = captcha()
    register(**shown)
    return register(**shown)


def with_an_old_captcha() -> str:
    shown = captcha()
    Captcha.objects.update(created_at=clock.now() - timedelta(minutes=15))
    return register(**shown)


def with_a_known_address() -> str:
    customer.registered()
    return register(user="ann2", force_create="0")


def with_a_taken_name() -> str:
    customer.registered()
    return register()


def with_somebody_elses_address() -> str:
    customer.registered()
    asked = {"user": ANN["user"], "email_address": "eve@example.org"}
    return connect("forgot_password", **asked, **captcha())


# How each code comes about without any rule.
BY_ITSELF: dict[str, Callable[[], str]] = {
    "003": thrown("address", "authenticate_user"),
    "004": thrown("captcha", "authenticate_user"),
    "005": lambda: connect("get_captcha", token="f" * 32),
    "006": thrown("account", "authenticate_user"),
    "100": owning(
        "send_activation_sms", customer.email_active, mobile_number="12025550198"
    ),
    "101": owning(
        "send_activation_sms", customer.email_active, mobile_number="12025550197"
    ),
    "102": thrown("tries", "send_activation_sms"),
    "103": owning("authenticate_user", customer.registered),
    "104": owning("sms_activation_status", customer.email_active),
    "105": with_a_known_address,
    "106": registering(country_id=str(min(EMBARGOED))),
    "107": owning("resend_email_activation", customer.email_active),
    "108": owning("send_activation_sms", customer.sms_active),
    "109": registering(coupon_code="OLD10"),
    "400": registering(captcha_id=""),
    "401": registering(captcha_code="????"),
    "402": with_an_old_captcha,
    "403": with_a_spent_captcha,
    "404": lambda: connect("authenticate_user", **UNKNOWN),
    "405": with_somebody_elses_address,
    "406": registering(country_id="9999"),
    "407": registering(email_format="3"),
    "408": registering(weekly_update="2"),
    "409": registering(accept_terms="2"),
    "410": registering(accept_terms="0"),
    "411": registering(test_mode="2"),
    "412": registering(account_id="5"),
    "413": registering(force_create="2"),
    "415": registering(activation_redirect="nowhere"),
    "416": registering(email_address="ann"),
    "417": registering(mobile_number="+1"),
    "418": owning("validate_activation_sms", customer.email_active),
    "419": connecting(connection_id=""),
    "420": connecting(connection_id="7"),
    "421": connecting(Dial_prefix="one"),
    "422": connecting(ip_address="192.0.2"),
    "423": connecting(callback_url="nowhere"),
    "424": connecting(callback_type_id="4"),
    "425": connecting(callback_username="a b"),
    "426": connecting(callback_password="a b"),
    "427": asking_terms(country_id="305", terms_format="3"),
    "428": connecting(api_description="a" * 256),
    "429": asking_terms(client_ip_address="hello"),
    "430": lambda: connect("send_activation_status"),
    "431": registering(user=""),
    "432": registering(password="short"),
    "433": registering(fname=""),
    "434": registering(sname=""),
    "435": registering(company="a" * 81),
    "439": with_a_taken_name,
}

# Nothing a customer sends brings these about here; a rule does.
ONLY_BY_RULE = {
    "001": "never an error",
    "002": "the firewall lets everybody in",
    "007": "every call is switched on",
    "008": "the whole API is switched on",
    "009": "the sandbox itself is served over plain HTTP",
    "414": "the codes of the single fields are used instead",
    "436": "the same as 415",
    "437": "no documented call takes a credit value",
    "438": "no documented call takes a user number",
    "440": "the same as 404",
    "999": "their fault, trapped",
}

# The calls for which a code makes sense, to meet it by rule; register takes the rest.
HOME = {
    "103": "authenticate_user",
    "104": "sms_activation_status",
    "107": "resend_email_activation",
    "108": "send_activation_sms",
    "405": "forgot_password",
    "423": "create_connection",
    "429": "get_list_terms",
}


def test_it_accounts_for_all_61_codes():
    assert len(CONNECT_ERRORS) == 61
    assert BY_ITSELF.keys() | ONLY_BY_RULE.keys() == CONNECT_ERRORS.keys()
    assert not BY_ITSELF.keys() & ONLY_BY_RULE.keys()


@pytest.mark.parametrize("code", sorted(CONNECT_ERRORS))
def test_it_answers_every_code_by_rule_to_the_account_it_is_for(code):
    action = HOME.get(code, "register")
    rule = {"action": action, "kind": "answer", "code": code, "user": "Ann@Example.org"}
    added = customer.ask(
        "POST", "/switchboard/rules", json.dumps(rule), "application/json"
    )
    assert added.status_code == 200
    connect(action, user="bob@example.org")
    connect("get_list_account", **ANN)
    assert Rule.objects.get().times == 1
    answer = connect(action, **ANN)
    assert codes(answer) == [code]
    assert CONNECT_ERRORS[code] in answer
    assert not Rule.objects.exists()


@pytest.mark.parametrize("code", sorted(BY_ITSELF))
def test_it_comes_to_the_code_by_itself(code):
    assert codes(BY_ITSELF[code]()) == [code]
