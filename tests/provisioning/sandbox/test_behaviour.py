"""The switchboard's rules: what the next calls meet."""

from urllib.parse import urlencode

import pytest

from provisioning.sandbox.answers import CONNECT_ERRORS
from provisioning.sandbox.behaviour import HANG_UP, add_rule, clear_rules
from provisioning.sandbox.models import Account, Rule

from . import customer

pytestmark = pytest.mark.django_db

LIST = "<clickatellsdk><action>get_list_account</action></clickatellsdk>"


def rule(kind: str, action: str = "any", code: str = "", times: int | None = 1) -> Rule:
    return add_rule(action=action, kind=kind, code=code, seconds=0, times=times)


def listed():
    return customer.ask("POST", f"/connect/{customer.TOKEN}", f"XML={LIST}")


@pytest.mark.parametrize("code", sorted(CONNECT_ERRORS))
def test_it_answers_any_code_of_the_table(code):
    rule("answer", "register", code)
    answer = customer.register()
    assert customer.codes(answer) == [code]
    assert CONNECT_ERRORS[code] in answer


def test_it_answers_once_and_only_the_named_action():
    rule("answer", "get_list_account", "999")
    assert customer.codes(customer.connect("get_list_country")) == []
    assert customer.codes(customer.connect("get_list_account")) == ["999"]
    assert customer.codes(customer.connect("get_list_account")) == []
    assert not Rule.objects.exists()


def test_it_answers_as_often_as_it_was_told():
    rule("answer", code="008", times=2)
    answers = [customer.codes(customer.connect("get_list_account")) for _ in range(3)]
    assert answers == [["008"], ["008"], []]


def test_it_answers_until_it_is_cleared():
    lasting = rule("answer", code="007", times=None)
    for _ in range(4):
        assert customer.codes(customer.connect("get_list_account")) == ["007"]
    clear_rules(str(lasting.pk))
    assert customer.codes(customer.connect("get_list_account")) == []


def test_it_leaves_a_code_to_the_api_that_knows_it():
    customer.ready()
    rule("answer", code="439")
    rule("answer", code="901")
    balance = customer.command("getBalance")
    assert customer.fault(customer.packet(balance)) == "ERR: 901, Internal error"
    assert customer.fault(customer.packet(balance)) == ""
    assert customer.codes(customer.connect("get_list_account")) == ["439"]


def test_it_names_the_address_and_the_number_in_a_forced_103_and_104():
    customer.registered()
    rule("answer", "authenticate_user", "103")
    rule("answer", "sms_activation_status", "104")
    mail = customer.connect("authenticate_user", **customer.ANN)
    assert "<Email>ann@example.org</Email>" in mail
    sms = customer.connect("sms_activation_status", **customer.ANN)
    assert "<Cellphone>19995550100</Cellphone>" in sms


def test_it_hangs_up_without_doing_the_work():
    rule("silent", "register")
    answer = customer.ask(
        "POST",
        f"/connect/{customer.TOKEN}",
        f"XML={customer.element('clickatellsdk', action='register')}",
    )
    assert answer.has_header(HANG_UP)
    assert not Account.objects.exists()


def test_it_does_the_work_and_hangs_up():
    wanted = {**customer.REGISTRATION, **customer.captcha()}
    rule("lost", "register")
    answer = customer.ask(
        "POST",
        f"/connect/{customer.TOKEN}",
        f"XML={customer.element('clickatellsdk', action='register', **wanted)}",
    )
    assert answer.has_header(HANG_UP)
    assert Account.objects.get().user == "ann@example.org"


def test_it_answers_garbage():
    rule("garbage")
    assert listed().content.startswith(b"<html>")


def test_it_breaks_off_halfway():
    whole = listed().content
    rule("truncated")
    assert whole.startswith(listed().content[:60])
    rule("truncated")
    assert len(listed().content) == len(whole) // 2


def test_it_answers_slowly_but_well():
    rule("slow")
    assert b"Success" in listed().content


def test_it_holds_back_one_command_of_a_packet():
    customer.ready()
    rule("answer", "sendMsg", "901")
    text = customer.command("sendMsg", to=customer.PHONE, text="hello")
    answer = customer.packet(text, text)
    assert answer.count("<apiMsgId>") == 1
    assert "<fault>ERR: 901, Internal error</fault>" in answer


def test_it_keeps_a_text_whose_answer_is_lost():
    customer.ready()
    rule("lost", "sendMsg")
    document = customer.command("sendMsg", to=customer.PHONE, text="hi", cliMsgId="c1")
    body = urlencode({"data": f"<clickAPI>{document}</clickAPI>"})
    assert customer.ask("POST", "/xml/xml", body).has_header(HANG_UP)
    answer = customer.packet(customer.command("queryMsg", cliMsgId="c1"))
    assert "<status>003</status>" in answer


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "explode"},
        {"code": "000"},
        {"seconds": -1.0},
        {"times": 0},
    ],
)
def test_it_refuses_a_rule_that_could_never_work(wrong):
    good = {"action": "any", "kind": "answer", "code": "999", "seconds": 0, "times": 1}
    with pytest.raises(ValueError, match=r"\w"):
        add_rule(**{**good, **wrong})
