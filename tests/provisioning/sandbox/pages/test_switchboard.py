"""Every switch on the switchboard."""

from decimal import Decimal

import pytest

from provisioning.sandbox import callbacks, clock, switches
from provisioning.sandbox.models import (
    Account,
    CallbackJob,
    Handset,
    Number,
    Rule,
    SourceAddress,
    Switches,
)

from ..customer import (
    ANN,
    captcha,
    codes,
    connect,
    email_active,
    page,
    post,
    ready,
    registered,
    sent,
)

pytestmark = pytest.mark.django_db


def throw(**settings: object):
    response = post("/switchboard/act", **settings)
    assert response.status_code == 303, response.content
    return response


def test_it_adds_and_removes_rules():
    throw(do="rule", action="register", kind="answer", code="439", times="2")
    assert "<code>register</code> answers with a code <code>439</code>" in page(
        "/switchboard/"
    )
    throw(do="rule", action="any", kind="silent", code="", times="", seconds="1.5")
    lasting = Rule.objects.get(kind="silent")
    assert (lasting.times, lasting.seconds) == (None, 1.5)
    throw(do="clear", id=lasting.pk)
    assert Rule.objects.get().code == "439"
    throw(do="clear", id="all")
    assert "None: every call is answered" in page("/switchboard/")


def test_it_adds_a_rule_for_one_account():
    account = email_active()
    assert f"<option>{account.user}</option>" in page("/switchboard/")
    throw(do="rule", action="any", user=account.user, kind="huge", times="1")
    assert Rule.objects.get().user == account.user
    assert (
        "<code>any</code> of <strong>ann@example.org</strong> "
        "does the work, then answers many megabytes" in page("/switchboard/")
    )


def test_it_tells_of_every_misbehaviour_whether_the_work_is_done():
    html = page("/switchboard/")
    for kind in Rule.Kind:
        assert f'<option value="{kind}">{kind.label}</option>' in html
    vague = {kind for kind in Rule.Kind if not kind.label.startswith("does ")}
    assert vague == {Rule.Kind.ANSWER}


def test_it_says_what_is_wrong_with_a_rule():
    response = post("/switchboard/act", do="rule", action="any", kind="answer", code="")
    assert response.status_code == 400
    assert "one of an error table" in response.content.decode()
    assert post("/switchboard/act", do="rule").status_code == 400
    assert post("/switchboard/act", do="nothing").status_code == 400


def test_it_sets_the_standing_switches():
    throw(do="switches", receipt_seconds="0.2")
    switches = Switches.objects.current()
    assert (switches.receipt_seconds, switches.strict_buying) == (0.2, False)
    throw(do="switches", receipt_seconds="5", strict_buying="1")
    assert Switches.objects.current().strict_buying
    assert (
        post("/switchboard/act", do="switches", receipt_seconds="-1").status_code == 400
    )


def test_it_throws_the_switches_of_an_account():
    account = email_active()
    throw(do="account", id=account.pk, on="0")
    throw(do="credit", id=account.pk, on="0")
    throw(do="limit", id=account.pk, on="0")
    account.refresh_from_db()
    assert (account.is_active, account.credit) == (False, Decimal(0))
    assert account.limit_until is not None
    assert account.limit_until > clock.now()
    html = page("/switchboard/")
    assert "not active" in html
    assert "Lift the limit" in html
    throw(do="account", id=account.pk, on="1")
    throw(do="credit", id=account.pk, on="1")
    throw(do="limit", id=account.pk, on="1")
    account = Account.objects.get()
    assert (account.is_active, account.credit) == (True, Decimal(100))
    assert account.limit_until is None


def test_it_locks_an_account_until_a_captcha():
    account = email_active()
    throw(do="captcha", id=account.pk, on="0")
    assert "Lift the captcha" in page("/switchboard/")
    assert codes(connect("authenticate_user", **ANN)) == ["004"]
    throw(do="captcha", id=account.pk, on="1")
    assert codes(connect("authenticate_user", **ANN)) == []


def test_it_locks_the_address_of_the_application():
    email_active()
    throw(do="address", on="0")
    assert "Unlock the address" in page("/switchboard/")
    assert codes(connect("authenticate_user", **ANN)) == ["003"]
    throw(do="address", on="1")
    assert "Lock the address" in page("/switchboard/")
    assert codes(connect("authenticate_user", **ANN)) == []


def test_it_locks_every_address_that_ever_called():
    SourceAddress.objects.create(address="192.0.2.7")
    throw(do="address", on="0")
    assert SourceAddress.objects.locked("192.0.2.7")
    throw(do="address", on="1")
    assert not SourceAddress.objects.any_locked()


def test_it_uses_up_the_activation_texts_and_gives_them_back():
    account = email_active()
    throw(do="tries", id=account.pk, on="0")
    assert "5 of 5" in page("/switchboard/")
    assert codes(connect("send_activation_sms", **ANN)) == ["102"]
    throw(do="tries", id=account.pk, on="1")
    assert codes(connect("send_activation_sms", **ANN)) == []


def test_it_lets_support_confirm_the_mobile():
    account = email_active()
    throw(do="sms", id=account.pk)
    assert codes(connect("sms_activation_status", **ANN)) == []
    again = post("/switchboard/act", do="sms", id=account.pk)
    assert again.status_code == 400
    assert "only an EMAIL-ACTIVE account" in again.content.decode()


def test_it_does_not_skip_the_mail_when_support_confirms_the_mobile():
    account = registered()
    assert post("/switchboard/act", do="sms", id=account.pk).status_code == 400
    assert Account.objects.get().state == "REGISTERED"


def test_it_knows_an_account_by_its_user_name_too():
    email_active()
    other = email_active(user="bob", email_address="bob@example.org")
    switches.throw("account", user="ANN@example.org", on="0")
    assert codes(connect("authenticate_user", **ANN)) == ["006"]
    other.refresh_from_db()
    assert other.is_active
    with pytest.raises(ValueError, match="no such account"):
        switches.throw("account", user="nobody", on="0")
    assert post("/switchboard/act", do="account", id="77", on="0").status_code == 400


def test_it_suspends_a_number_and_switches_phones_off():
    number = ready()
    throw(do="number", id=number.pk, on="0")
    assert Number.objects.get().is_suspended
    assert "suspended" in page("/switchboard/")
    switches.throw("number", user=number.account.user, on="1")
    assert not Number.objects.get().is_suspended
    with pytest.raises(ValueError, match="no such number"):
        switches.throw("number", id="77", on="0")
    throw(do="phone", digits="+1 202 555 0100", on="0")
    assert Handset.objects.is_off("12025550100")
    throw(do="phone", digits="12025550100", on="1")
    assert not Handset.objects.is_off("12025550100")
    assert post("/switchboard/act", do="phone", digits="x", on="0").status_code == 400


def test_it_shows_captchas_and_posts_a_callback_at_once(receiver):
    ready()
    shown = captcha()
    assert shown["captcha_code"] in page("/switchboard/")
    receiver.status = 500
    sent(callback=1)
    callbacks.deliver_due(clock.now())
    job = CallbackJob.objects.get()
    assert "Post now" in page("/switchboard/")
    receiver.status = 200
    throw(do="post", id=job.pk)
    assert callbacks.deliver_due(clock.now()) == 1
    assert CallbackJob.objects.get().state == "done"
