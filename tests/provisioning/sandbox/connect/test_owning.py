"""Calls of an account's owner."""

import re

import pytest

from provisioning.sandbox.models import Account, ApiConnection, Text

from ..customer import (
    ANN,
    codes,
    connect,
    email_active,
    recorded,
    sms_active,
    value,
)

pytestmark = pytest.mark.django_db


def test_it_answers_the_login_as_recorded():
    email_active()
    answer = connect("authenticate_user", **ANN)
    assert answer == recorded("connect/authenticate_user.xml")


def test_it_answers_the_sms_status_as_recorded():
    email_active()
    answer = connect("sms_activation_status", **ANN)
    assert answer == recorded("connect/sms_activation_status.104.xml")


def test_it_answers_the_sms_status_of_an_active_account_as_recorded():
    sms_active()
    answer = connect("sms_activation_status", **ANN)
    assert answer == recorded("connect/sms_activation_status.xml")


def test_it_texts_a_code_and_takes_it_in_any_case():
    account = email_active()
    answer = connect("send_activation_sms", **ANN)
    assert answer == recorded("connect/send_activation_sms.xml")
    account.refresh_from_db()
    text = Text.objects.get()
    assert text.recipient == "19995550100"
    assert account.sms_code in text.text
    answer = connect(
        "validate_activation_sms", **ANN, sms_activation_code=account.sms_code.lower()
    )
    assert answer == recorded("connect/validate_activation_sms.xml")


def test_it_moves_the_account_to_a_number_sent_along():
    email_active()
    connect("send_activation_sms", **ANN, mobile_number="19995550101")
    assert Text.objects.get().recipient == "19995550101"
    assert Account.objects.get().mobile_number == "19995550101"


def test_it_replaces_an_earlier_code():
    account = email_active()
    connect("send_activation_sms", **ANN)
    account.refresh_from_db()
    first = account.sms_code
    connect("send_activation_sms", **ANN)
    answer = connect("validate_activation_sms", **ANN, sms_activation_code=first)
    assert codes(answer) == ["418"]


def test_it_does_not_count_a_wrong_code_as_a_failed_login():
    email_active()
    for _ in range(4):
        answer = connect("validate_activation_sms", **ANN, sms_activation_code="9")
        assert answer == recorded("connect/validate_activation_sms.418.xml")


def test_it_sends_five_codes_and_no_more():
    email_active()
    for _ in range(5):
        assert codes(connect("send_activation_sms", **ANN)) == []
    answer = connect("send_activation_sms", **ANN)
    assert answer == recorded("connect/send_activation_sms.102.xml")


@pytest.mark.parametrize(
    ("mobile", "code"),
    [
        ("12025550198", "100"),
        ("12025550197", "101"),
        ("9995550100", "101"),
        ("+12025550100", "417"),
    ],
)
def test_it_refuses_a_number_it_cannot_text(mobile, code):
    email_active()
    answer = connect("send_activation_sms", **ANN, mobile_number=mobile)
    assert codes(answer) == [code]


GOOD = {
    "connection_id": "2",
    "api_description": "Appointment reminders",
    "callback_url": "https://app.example.org/sms/status/",
    "callback_type_id": "1",
    "callback_username": "clickatell",
    "callback_password": "s3cret",
}


def test_it_creates_a_connection_as_recorded_and_another_each_time():
    email_active()
    answer = connect("create_connection", **ANN, **GOOD)
    assert answer == recorded("connect/create_connection.xml")
    second = connect("create_connection", **ANN, **GOOD)
    assert value(second, "api_id") == "3407893"
    assert ApiConnection.objects.earliest("pk").callback_password == "s3cret"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"connection_id": ""}, "419"),
        ({"connection_id": "1"}, "419"),
        ({"connection_id": "7"}, "420"),
        ({"connection_id": "7", "ftp_password": "a" * 11}, "420"),
        ({"Dial_prefix": "+1"}, "421"),
        ({"ip_address": "192.0.2.7, house"}, "422"),
        ({"callback_url": "app.example.org"}, "423"),
        ({"callback_type_id": "4"}, "424"),
        ({"callback_username": "a b"}, "425"),
        ({"callback_password": "a" * 65}, "426"),
        ({"api_description": "a" * 256}, "428"),
    ],
)
def test_it_refuses_a_connection_with_the_code_of_the_field(changes, code):
    email_active()
    answer = connect("create_connection", **ANN, **{**GOOD, **changes})
    assert codes(answer) == [code]


def test_it_takes_an_ftp_connection_locked_to_two_addresses():
    email_active()
    more = {
        "connection_id": "7",
        "ftp_password": "secret1",
        "ip_address": "192.0.2.7, 2001:db8::1",
        "Dial_prefix": "44",
    }
    assert codes(connect("create_connection", **ANN, **{**GOOD, **more})) == []


@pytest.mark.parametrize(
    ("action", "name", "path"),
    [
        ("buy_credits_url", "buy_url", "central/buy_now.php"),
        ("apply_two_way_url", "apply_url", "twoway/ussb/"),
    ],
)
def test_it_hands_out_links_with_a_new_ticket_each_time(action, name, path):
    sms_active()
    links = {value(connect(action, **ANN), name) for _ in range(2)}
    assert len(links) == 2
    pattern = rf"http://sandbox\.test/{path}\?auth_id=[A-Za-z0-9]{{32}}"
    assert all(re.fullmatch(pattern, link) for link in links)
