"""Registering, the activation mail, and the forgotten password."""

from decimal import Decimal

import pytest

from provisioning.sandbox.countries import COUNTRIES
from provisioning.sandbox.models import Account, Mail

from ..customer import (
    ANN,
    ask,
    captcha,
    codes,
    connect,
    email_active,
    recorded,
    register,
    registered,
    value,
)

pytestmark = pytest.mark.django_db

ANTARCTICA = next(str(key) for key, name, _ in COUNTRIES if name == "Antarctica")


def test_it_registers_and_returns_nothing_but_success():
    assert register() == recorded("connect/register.xml")
    account = Account.objects.get()
    assert account.state == "REGISTERED"
    assert (account.company, account.account_type) == ("Smith & Co", 9)
    assert (account.user_number, account.credit) == (3401455, Decimal(10))


def test_it_mails_the_activation_link():
    registered()
    mail = Mail.objects.get()
    assert mail.to == "ann@example.org"
    assert mail.link.startswith("http://sandbox.test/activate/")


def test_it_activates_when_the_link_is_opened_and_stays_so():
    account = registered()
    path = Mail.objects.get().link.removeprefix("http://sandbox.test")
    assert "is activated" in ask("GET", path).content.decode()
    account.refresh_from_db()
    first = account.email_activated_at
    assert "already activated" in ask("GET", path).content.decode()
    account.refresh_from_db()
    assert account.email_activated_at == first


def test_it_sends_the_browser_on_after_activation():
    registered(activation_redirect="https://app.example.org/sms/activated/")
    path = Mail.objects.get().link.removeprefix("http://sandbox.test")
    response = ask("GET", path)
    assert response.status_code == 302
    assert response["Location"] == "https://app.example.org/sms/activated/"


def test_it_creates_nothing_in_test_mode():
    assert codes(register(test_mode="1")) == []
    assert not Account.objects.exists()
    assert not Mail.objects.exists()


def test_it_fills_in_defaults():
    account = registered(account_id="", company="")
    assert (account.account_type, account.company) == (1, "Personal Use")


def test_it_reports_all_bad_parameters_at_once():
    answer = register(user="", fname="", accept_terms="0")
    assert answer == recorded("connect/register.431-433-410.xml")


def test_it_reports_every_required_parameter_that_is_missing():
    answer = connect("register", **captcha())
    required = {"431", "432", "433", "434", "416", "417", "406", "410"}
    assert set(codes(answer)) == required


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"user": "a" * 129}, "431"),
        ({"user": "ann lee"}, "431"),
        ({"password": "abc12"}, "432"),
        ({"password": "abc 123"}, "432"),
        ({"password": "a" * 33}, "432"),
        ({"fname": "a" * 81}, "433"),
        ({"sname": ""}, "434"),
        ({"company": "a" * 81}, "435"),
        ({"email_address": "ann"}, "416"),
        ({"email_address": "a" * 60 + "@example.org"}, "416"),
        ({"mobile_number": "+19995550100"}, "417"),
        ({"mobile_number": "1" * 31}, "417"),
        ({"country_id": "9999"}, "406"),
        ({"country_id": "USA"}, "406"),
        ({"email_format": "3"}, "407"),
        ({"weekly_update": "2"}, "408"),
        ({"accept_terms": "2"}, "409"),
        ({"accept_terms": ""}, "410"),
        ({"test_mode": "2"}, "411"),
        ({"account_id": "5"}, "412"),
        ({"force_create": "2"}, "413"),
        ({"activation_redirect": "nowhere"}, "415"),
        ({"activation_redirect": "http://[bad"}, "415"),
        ({"country_id": ANTARCTICA}, "106"),
        ({"coupon_code": "OLD10"}, "109"),
        ({"coupon_code": "NOSUCH"}, "109"),
    ],
)
def test_it_refuses_with_the_code_of_the_field(changes, code):
    assert codes(register(**changes)) == [code]
    assert not Account.objects.exists()


def test_it_takes_the_one_good_coupon():
    assert codes(register(coupon_code="welcome")) == []


def test_it_gives_a_user_name_once_whatever_its_case():
    registered()
    assert register(user="ANN@example.org") == recorded("connect/register.439.xml")


def test_it_asks_before_it_gives_one_address_two_accounts():
    registered()
    second = {"user": "ann2", "force_create": "0"}
    assert register(**second) == recorded("connect/register.105.xml")
    assert codes(register(**{**second, "force_create": "1"})) == []


def test_it_mails_again_and_returns_the_user_number():
    registered()
    answer = connect("resend_email_activation", **ANN)
    assert answer == recorded("connect/resend_email_activation.number.xml")
    assert Mail.objects.count() == 2


def test_it_mails_to_a_corrected_address():
    registered()
    new = "ann.lee@example.org"
    answer = connect("resend_email_activation", **ANN, email_address=new)
    assert answer == recorded("connect/resend_email_activation.xml")
    assert Mail.objects.latest("pk").to == Account.objects.get().email_address == new


def test_it_refuses_a_bad_corrected_address():
    registered()
    answer = connect("resend_email_activation", **ANN, email_address="ann")
    assert codes(answer) == ["416"]


def test_it_mails_a_new_password_that_replaces_the_old():
    email_active()
    asked = {"user": ANN["user"], "email_address": "ann@example.org"}
    answer = connect("forgot_password", **asked, **captcha())
    assert answer == recorded("connect/forgot_password.xml")
    password = Account.objects.get().password
    assert password in Mail.objects.latest("pk").body
    assert codes(connect("authenticate_user", **ANN)) == ["404"]
    login = {**ANN, "password": password}
    assert value(connect("authenticate_user", **login), "Usernumber") == "3401455"


def test_it_wants_the_address_that_belongs_to_the_user():
    registered()
    asked = {"user": ANN["user"], "email_address": "eve@example.org"}
    answer = connect("forgot_password", **asked, **captcha())
    assert answer == recorded("connect/forgot_password.405.xml")
    Account.objects.update(is_active=False)
    asked["email_address"] = "ann@example.org"
    assert codes(connect("forgot_password", **asked, **captcha())) == ["006"]
    assert codes(connect("forgot_password", **asked)) == ["400"]
