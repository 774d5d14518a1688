"""The checks before the work: captchas, logins, locks, states."""

from datetime import timedelta

import pytest

from provisioning.sandbox import clock
from provisioning.sandbox.models import Account, Captcha, SourceAddress, Switches

from ..customer import (
    ANN,
    REGISTRATION,
    captcha,
    codes,
    connect,
    email_active,
    register,
    registered,
    sms_active,
)

pytestmark = pytest.mark.django_db

WRONG = {**ANN, "password": "wrong1"}


def log_in(**more: str) -> list[str]:
    return codes(connect("authenticate_user", **{**ANN, **more}))


# --- Captcha -------------------------------------------------------------------------


def test_it_wants_a_captcha_to_register():
    assert codes(connect("register", **REGISTRATION)) == ["400"]


def test_it_burns_a_captcha_at_the_first_wrong_try():
    shown = captcha()
    assert codes(register(**{**shown, "captcha_code": "????"})) == ["401"]
    assert codes(register(**shown)) == ["402"]


def test_it_wants_a_code_with_the_captcha():
    assert codes(register(captcha_code="")) == ["401"]


def test_it_takes_a_captcha_once():
    shown = captcha()
    assert codes(register(**shown)) == []
    assert codes(register(**shown)) == ["403"]


def test_it_spends_a_captcha_even_when_the_call_fails():
    shown = captcha()
    assert codes(register(**shown, fname="")) == ["433"]
    assert codes(register(**shown)) == ["403"]


def test_it_lets_a_captcha_expire_after_fifteen_minutes():
    shown = captcha()
    Captcha.objects.update(created_at=clock.now() - timedelta(minutes=15))
    assert codes(register(**shown)) == ["402"]


def test_it_does_not_care_for_the_case_of_the_code():
    shown = captcha()
    shown["captcha_code"] = shown["captcha_code"].lower()
    assert codes(register(**shown)) == []


# --- Login and locks -----------------------------------------------------------------


def test_it_locks_an_account_after_two_failures_until_a_captcha():
    email_active()
    assert log_in(**WRONG) == ["404"]
    assert log_in(**WRONG) == ["404"]
    assert log_in() == ["004"]
    assert log_in(**captcha()) == []
    assert log_in() == []


def test_it_keeps_the_lock_after_a_right_captcha_with_a_wrong_password():
    email_active()
    for _ in range(2):
        log_in(**WRONG)
    assert log_in(**WRONG, **captcha()) == ["404"]
    assert log_in() == ["004"]


def test_it_wants_the_captcha_of_a_locked_account_right():
    email_active()
    for _ in range(2):
        log_in(**WRONG)
    assert log_in(captcha_id="0" * 32, captcha_code="AAAA") == ["400"]
    assert log_in(**{**captcha(), "captcha_code": "????"}) == ["401"]


def test_it_locks_an_address_after_ten_failures_on_any_names():
    email_active()
    for place in range(10):
        assert log_in(user=f"nobody{place}") == ["404"]
    assert log_in() == ["003"]
    assert log_in(**captcha()) == []
    assert log_in() == []


def test_it_forgets_failures_after_a_success():
    email_active()
    log_in(**WRONG)
    log_in()
    log_in(**WRONG)
    assert log_in() == []
    assert SourceAddress.objects.get().auth_failures == 0


def test_it_ignores_a_captcha_nobody_asked_for():
    email_active()
    assert log_in(captcha_id="nonsense", captcha_code="x") == []


def test_it_names_empty_credentials():
    answer = connect("authenticate_user")
    assert codes(answer) == ["431", "432"]
    assert codes(connect("forgot_password", **captcha())) == ["431", "416"]


def test_it_compares_user_names_without_case():
    email_active()
    assert log_in(user="ANN@Example.org") == []


def test_it_turns_away_an_account_that_is_not_active():
    email_active()
    Account.objects.update(is_active=False)
    assert log_in() == ["006"]


# --- States --------------------------------------------------------------------------

STATE_CALLS = {
    "resend_email_activation": ([], ["107"], ["107"]),
    "authenticate_user": (["103"], [], []),
    "sms_activation_status": (["103"], ["104"], []),
    "send_activation_sms": (["103"], [], ["108"]),
    "validate_activation_sms": (["103"], ["418"], ["108"]),
    "create_connection": (["103"], ["419"], ["419"]),
    "buy_credits_url": (["103"], ["104"], []),
    "apply_two_way_url": (["103"], ["104"], []),
}


@pytest.mark.parametrize("action", STATE_CALLS)
@pytest.mark.parametrize(
    ("place", "bring"), list(enumerate([registered, email_active, sms_active]))
)
def test_it_answers_each_call_as_the_account_stands(action, place, bring):
    bring()
    assert codes(connect(action, **ANN)) == STATE_CALLS[action][place]


def test_it_names_the_address_and_the_number_it_waits_for():
    registered()
    answer = connect("authenticate_user", **ANN)
    assert "<Value><Email>ann@example.org</Email></Value><Timestamp>" in answer
    Account.objects.update(email_activated_at=clock.now())
    answer = connect("sms_activation_status", **ANN)
    assert "<Value><Cellphone>19995550100</Cellphone></Value><Timestamp>" in answer


def test_it_sells_to_anybody_when_the_strict_switch_is_off():
    registered()
    switches = Switches.objects.current()
    switches.strict_buying = False
    switches.save()
    assert codes(connect("buy_credits_url", **ANN)) == []
