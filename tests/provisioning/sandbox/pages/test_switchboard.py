"""Every switch on the switchboard."""

from decimal import Decimal

import pytest

from provisioning.sandbox import callbacks, clock
from provisioning.sandbox.models import (
    Account,
    CallbackJob,
    Handset,
    Number,
    Rule,
    Switches,
)

from ..customer import captcha, email_active, page, post, ready, sent

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


def test_it_suspends_a_number_and_switches_phones_off():
    number = ready()
    throw(do="number", id=number.pk, on="0")
    assert Number.objects.get().is_suspended
    assert "suspended" in page("/switchboard/")
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
