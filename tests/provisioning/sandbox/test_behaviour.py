"""The switchboard's rules: what the next calls meet."""

import json
from urllib.parse import urlencode

import pytest
from lxml import etree

from provisioning.sandbox import behaviour
from provisioning.sandbox.answers import CONNECT_ERRORS
from provisioning.sandbox.behaviour import HANG_UP, add_rule, clear_rules
from provisioning.sandbox.models import Account, Rule

from . import customer

pytestmark = pytest.mark.django_db

LIST = "<clickatellsdk><action>get_list_account</action></clickatellsdk>"


def rule(
    kind: str,
    action: str = "any",
    code: str = "",
    times: int | None = 1,
    user: str = "",
) -> Rule:
    return add_rule(
        action=action, kind=kind, code=code, seconds=0, times=times, user=user
    )


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


def test_it_answers_many_megabytes_bit_by_bit():
    whole = listed().content
    rule("huge")
    answer = listed()
    assert answer.streaming
    pieces = list(answer.streaming_content)
    assert pieces[0] == whole.removesuffix(b"</CLICKATELLSDK>")
    assert max(len(piece) for piece in pieces) < 100_000
    assert 5_000_000 < sum(len(piece) for piece in pieces) < 20_000_000
    assert not any(piece.strip() for piece in pieces[1:-1])
    assert pieces[-1] == b"</CLICKATELLSDK>"


def test_it_does_the_work_whose_answer_nobody_can_read():
    for kind, user in [("huge", "ann"), ("misencoded", "bob"), ("truncated", "eve")]:
        rule(kind, "register")
        changes = {"user": user, "force_create": "1", **customer.captcha()}
        wanted = {**customer.REGISTRATION, **changes}
        document = customer.element("clickatellsdk", action="register", **wanted)
        customer.ask("POST", f"/connect/{customer.TOKEN}", f"XML={document}")
        assert Account.objects.latest("pk").user == user


def test_it_answers_in_another_encoding_than_it_says():
    whole = listed().content.removeprefix(b'<?xml version="1.0"?>\n')
    rule("misencoded")
    answer = listed()
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    says, _, document = answer.content.partition(b"\n")
    assert says == b'<?xml version="1.0" encoding="UTF-8"?>'
    assert document.decode("utf-16").encode()[:40] == whole[:40]
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode()
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(answer.content)


def test_it_swells_and_recodes_documents_that_are_no_xml():
    rule("huge")
    answer = behaviour.play("any", lambda: b'{"messages": [{}]}')
    whole = b"".join(answer)
    assert json.loads(whole) == {"messages": [{}]}
    assert len(whole) > 5_000_000
    rule("misencoded")
    answer = behaviour.play("any", lambda: b'{"messages": []}')
    with pytest.raises(ValueError, match=r"Expecting|decode"):
        json.loads(answer.content)


# --- For one account -----------------------------------------------------------------


def test_it_plays_without_knowing_whose_call_it_is():
    rule("silent", user="ann@example.org")
    assert behaviour.play("any", lambda: b"<x/>").content == b"<x/>"
    assert behaviour.code_for("any", CONNECT_ERRORS) == ""


@pytest.mark.parametrize("user", ["ann@example.org", " ANN@Example.org "])
def test_it_singles_out_one_account(user):
    customer.email_active()
    customer.email_active(user="bob", email_address="bob@example.org")
    rule("answer", "authenticate_user", "999", times=None, user=user)
    rule("silent", "create_connection", times=None, user=user)
    bob = {**customer.ANN, "user": "bob"}
    assert customer.codes(customer.connect("authenticate_user", **bob)) == []
    assert customer.codes(customer.connect("authenticate_user", **customer.ANN)) == [
        "999"
    ]
    assert customer.codes(customer.connect("create_connection", **bob)) == ["419"]
    document = customer.element(
        "clickatellsdk", action="create_connection", **customer.ANN
    )
    answer = customer.ask("POST", f"/connect/{customer.TOKEN}", f"XML={document}")
    assert answer.has_header(HANG_UP)
    assert customer.codes(customer.connect("get_list_account")) == []


def test_it_waits_for_an_account_that_is_not_registered_yet():
    rule("answer", "register", "106", user="ann@example.org")
    assert customer.codes(customer.register(user="bob")) == []
    assert customer.codes(customer.register()) == ["106"]


def test_it_knows_the_account_of_a_forgotten_password_by_either_name():
    rule("answer", "forgot_password", "999", user="ann@example.org")
    answer = customer.connect("forgot_password", username="ann@example.org")
    assert customer.codes(answer) == ["999"]


def test_it_finds_an_account_in_any_command_of_a_packet():
    customer.ready()
    rule("silent", user="ann@example.org")
    stranger = customer.element("getBalance", api_id=1, user="bob", password="x")
    assert customer.fault(customer.packet(stranger)).startswith("001")
    both = f"<clickAPI>{stranger}{customer.command('getBalance')}</clickAPI>"
    answer = customer.ask("POST", "/xml/xml", urlencode({"data": both}))
    assert answer.has_header(HANG_UP)


def test_it_holds_back_only_the_commands_of_the_account():
    customer.ready()
    rule("answer", "getBalance", "901", user="ann@example.org")
    stranger = customer.element("getBalance", api_id=1, user="bob", password="x")
    answer = customer.packet(stranger, customer.command("getBalance"))
    assert answer.count("<fault>ERR: 901, Internal error</fault>") == 1
    assert answer.count("<fault>001, Authentication failed</fault>") == 1


def test_it_knows_an_account_by_its_session():
    customer.ready()
    session = customer.value(customer.packet(customer.command("auth")), "session_id")
    balance = customer.element("getBalance", session_id=session)
    rule("answer", "getBalance", "901", user="ann@example.org")
    strange = customer.element("getBalance", session_id="0" * 32)
    assert customer.fault(customer.packet(strange)).startswith("003")
    assert customer.fault(customer.packet(balance)) == "ERR: 901, Internal error"


def test_it_goes_on_to_the_next_rule_when_the_first_is_for_somebody_else():
    rule("answer", code="008", user="bob")
    rule("answer", code="007")
    assert customer.codes(customer.connect("get_captcha", user="ann")) == ["007"]
    assert Rule.objects.get().user == "bob"


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
