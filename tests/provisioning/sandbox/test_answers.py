"""Answers look like the recorded ones, byte for byte."""

from datetime import UTC, datetime

import pytest

from provisioning.sandbox import answers

from .customer import recorded, timeless

NOW = datetime(2013, 1, 9, 12, 0, tzinfo=UTC)


def error(action: str, *codes: str, value: answers.Pairs = ()) -> str:
    errors = [(code, answers.CONNECT_ERRORS[code]) for code in codes]
    return timeless(answers.connect_error(action, errors, value, NOW))


def test_it_knows_all_codes_of_the_final_table():
    assert len(answers.CONNECT_ERRORS) == 61


@pytest.mark.parametrize(
    ("name", "action", "code"),
    [
        ("any.003", "send_activation_sms", "003"),
        ("any.005", "register", "005"),
        ("any.430", "", "430"),
        ("any.999", "register", "999"),
        ("authenticate_user.004", "authenticate_user", "004"),
        ("authenticate_user.404", "authenticate_user", "404"),
        ("create_connection.423", "create_connection", "423"),
        ("forgot_password.405", "forgot_password", "405"),
        ("get_list_terms.429", "get_list_terms", "429"),
        ("register.105", "register", "105"),
        ("register.106", "register", "106"),
        ("register.109", "register", "109"),
        ("register.401", "register", "401"),
        ("register.402", "register", "402"),
        ("register.403", "register", "403"),
        ("register.439", "register", "439"),
        ("resend_email_activation.107", "resend_email_activation", "107"),
        ("send_activation_sms.101", "send_activation_sms", "101"),
        ("send_activation_sms.102", "send_activation_sms", "102"),
        ("validate_activation_sms.108", "validate_activation_sms", "108"),
        ("validate_activation_sms.418", "validate_activation_sms", "418"),
    ],
)
def test_it_writes_a_recorded_error(name, action, code):
    assert error(action, code) == recorded(f"connect/{name}.xml")


def test_it_writes_several_errors_one_after_the_other():
    written = error("register", "431", "433", "410")
    assert written == recorded("connect/register.431-433-410.xml")


def test_it_writes_values_directly_under_the_root_of_an_error():
    written = error(
        "authenticate_user", "103", value=[("Email", "ann.lee@example.org")]
    )
    assert written == recorded("connect/authenticate_user.103.xml")


def test_it_writes_an_empty_success():
    written = timeless(answers.connect_success("register", [], NOW))
    assert written == recorded("connect/register.xml")


def test_it_writes_names_beyond_ascii_as_utf8():
    written = answers.connect_success("register", [[("name", "Curaçao")]], NOW)
    assert "Curaçao".encode() in written


def test_it_stamps_the_time_in_unix_seconds():
    assert b"<Timestamp>1357732800<" in answers.connect_success("x", [], NOW)


def test_it_writes_faults_with_and_without_a_prefix():
    assert answers.fault("105") == ("fault", "105, Invalid destination address")
    assert answers.fault("301") == ("fault", "ERR: 301, No credit left")
