"""Somebody else let go of the account, or moved it, while a page was open.

The other person's page, or a worker's list, still holds the account as it was. Nothing
may be asked with it, nor noted on the account that is there now.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from provisioning import accounts, credit, lockout, stages, steps, tasks
from provisioning.clickatell.errors import NeedsCaptcha
from provisioning.clickatell.types import Credentials
from provisioning.interfaces import central
from provisioning.interfaces.shapes import Balance, Condition
from provisioning.models import (
    BalanceReading,
    Interface,
    ProviderAccount,
    ProviderCall,
    Stage,
    User,
)
from provisioning.sandbox.models import Rule
from provisioning.stages import Event
from provisioning.steps.turn import TURN, noting
from tests.make import (
    NOW,
    make_account,
    make_line,
    make_member,
    make_practice,
)

pytestmark = pytest.mark.django_db


def stale(stage: Stage = Stage.READY, **fields: Any) -> tuple[ProviderAccount, User]:
    """An account as one owner's page has it; the other owner has let go of it since."""
    account = make_account(make_practice(), stage, **fields)
    if stage.position >= Stage.NUMBER_CLAIMED.position:
        make_line(account, proven_at=None)
    by = make_member(account.practice).user
    seen = ProviderAccount.objects.get(pk=account.pk)
    assert steps.disconnect(account, by=by, now=NOW)
    return seen, by


def now_is(account: ProviderAccount) -> ProviderAccount:
    return ProviderAccount.objects.select_related("practice").get(pk=account.pk)


ASKING = {
    "resend_email": (
        Stage.REGISTERED,
        lambda account, by: steps.resend_email(
            account, "new@example.org", by=by, now=NOW
        ),
    ),
    "send_code": (
        Stage.EMAIL_ACTIVATED,
        lambda account, by: steps.send_code(account, "+12125550111", by=by, now=NOW),
    ),
    "verify_mobile": (
        Stage.EMAIL_ACTIVATED,
        lambda account, by: steps.verify_mobile(account, "12345", by=by, now=NOW),
    ),
    "connect": (
        Stage.PHONE_VERIFIED,
        lambda account, by: steps.connect(account, by=by, now=NOW),
    ),
    "adopt_connection": (
        Stage.PHONE_VERIFIED,
        lambda account, by: steps.adopt_connection(account, "3000000", by=by, now=NOW),
    ),
    "start_test": (
        Stage.NUMBER_CLAIMED,
        lambda account, by: steps.start_test(account, "+12125550111", now=NOW),
    ),
    "correct_number": (
        Stage.NUMBER_CLAIMED,
        lambda account, by: steps.correct_number(account, "+12125550112", NOW),
    ),
    "settle_credits": (
        Stage.NUMBER_CLAIMED,
        lambda account, by: steps.settle_credits(account, NOW),
    ),
    "claim_number": (
        Stage.CONNECTED,
        lambda account, by: steps.claim_number(account, "+12125550112", by=by, now=NOW),
    ),
    "give_up_number": (
        Stage.READY,
        lambda account, by: steps.give_up_number(account, by=by, now=NOW),
    ),
    "replace_password": (
        Stage.READY,
        lambda account, by: steps.replace_password(account, "new123", by=by, now=NOW),
    ),
}


@pytest.mark.parametrize("name", ASKING)
def test_nothing_is_asked_or_kept_for_an_account_that_is_gone(name):
    stage, act = ASKING[name]
    seen, by = stale(stage)
    before = now_is(seen)
    act(seen, by)
    assert not ProviderCall.objects.exists()
    after = now_is(seen)
    assert after.stage == Stage.DISCONNECTED
    columns = [field.attname for field in ProviderAccount._meta.fields]
    changed = {c for c in columns if getattr(before, c) != getattr(after, c)}
    assert not changed
    assert not after.lines.filter(retired_at=None).exists()


def test_a_number_can_be_claimed_after_a_correction_that_came_too_late():
    seen, by = stale(Stage.NUMBER_CLAIMED)
    steps.correct_number(seen, "+12125550112", NOW)
    ProviderAccount.objects.update(stage=Stage.CONNECTED, api_id="1", username="next")
    steps.claim_number(now_is(seen), "+12125550113", by=by, now=NOW)
    assert now_is(seen).stage == Stage.NUMBER_CLAIMED


def test_a_key_is_not_kept_on_an_account_that_has_none():
    keyed = {"interface": Interface.ONE_API, "api_key": "old", "username": ""}
    seen, by = stale(Stage.READY, **keyed)
    assert not steps.replace_key(seen, "new", by=by, now=NOW)
    assert now_is(seen).api_key == ""
    assert not ProviderCall.objects.exists()


def test_nobody_is_mailed_a_password_for_an_account_that_is_gone():
    seen, by = stale()
    with pytest.raises(steps.Busy):
        steps.forgot_password(seen, "a@example.org", by=by, now=NOW, captcha=None)
    assert not ProviderCall.objects.exists()
    assert now_is(seen).credentials_refused_at is None


# --- Answers that come after it ----------------------------------------------------


@pytest.mark.parametrize("condition", Condition)
def test_a_late_refusal_says_nothing_about_the_next_account(condition):
    seen, _by = stale()
    ProviderAccount.objects.update(stage=Stage.REGISTERED, username="next")
    accounts.note(seen, condition, NOW)
    accounts.limit(seen, until=NOW + timedelta(hours=1))
    lockout.close(seen, NOW)
    after = now_is(seen)
    assert getattr(after, condition) is None
    assert after.limited_until is None
    assert after.locked_at is None


def test_a_late_sign_in_says_nothing_about_the_next_account():
    seen, _by = stale()
    ProviderAccount.objects.update(
        stage=Stage.REGISTERED, username="next", credentials_refused_at=NOW
    )
    with noting(seen, NOW):
        pass
    assert now_is(seen).credentials_refused_at == NOW


def test_a_late_click_does_not_confirm_the_next_accounts_mail():
    seen, _by = stale(Stage.REGISTERED)
    ProviderAccount.objects.update(stage=Stage.REGISTERED, username="next")
    moved = stages.advance(seen, Event.EMAIL_CONFIRMED, now=NOW, by=None)
    assert not moved
    assert now_is(seen).stage == Stage.REGISTERED


def test_a_late_balance_is_not_the_next_accounts():
    seen, _by = stale()
    ProviderAccount.objects.update(stage=Stage.REGISTERED, username="next")
    credit.note_balance(seen, Decimal(7), NOW)
    assert now_is(seen).balance is None
    assert not BalanceReading.objects.exists()


def test_a_worker_looks_at_each_account_again_before_it_asks(monkeypatch):
    first = make_account(make_practice())
    second = make_account(make_practice())
    asked: list[int] = []

    def while_the_first_is_asked(account, now, by=None):
        asked.append(account.pk)
        other = now_is(second)
        steps.disconnect(other, by=make_member(other.practice).user, now=NOW)

    monkeypatch.setattr(accounts, "refresh_balance", while_the_first_is_asked)
    tasks.refresh_balances()
    assert asked == [first.pk]


# --- Balances ----------------------------------------------------------------------


def says(monkeypatch: pytest.MonkeyPatch, amount: str) -> None:
    answer = Balance(Decimal(amount))
    monkeypatch.setattr(central, "balance", lambda account, by=None: answer)


def test_a_balance_of_many_places_is_no_purchase(monkeypatch):
    account = make_account(make_practice(), Stage.NUMBER_CLAIMED)
    for _time in range(3):
        says(monkeypatch, "10.000400")
        accounts.refresh_balance(account, NOW)
    assert account.credits_settled_at is None
    assert account.balance == Decimal(10)
    assert account.balance_readings.count() == 1
    says(monkeypatch, "10.001")
    accounts.refresh_balance(account, NOW)
    assert account.credits_settled_at == NOW


def test_a_balance_is_rounded_down():
    account = make_account(make_practice())
    credit.note_balance(account, Decimal("0.999999"), NOW)
    account.refresh_from_db()
    assert account.balance == Decimal("0.999")


def test_no_balance_is_asked_for_without_a_connection():
    account = make_account(make_practice(), Stage.PHONE_VERIFIED)
    assert accounts.refresh_balance(account, NOW) is None
    assert not ProviderCall.objects.exists()


def test_the_threshold_goes_with_the_account():
    keyed = {"interface": Interface.ONE_API, "api_key": "key", "username": ""}
    seen, _by = stale(Stage.READY, low_balance=Decimal(5), **keyed)
    assert now_is(seen).low_balance == Decimal(50)


# --- The rest ----------------------------------------------------------------------


def test_a_turn_outlasts_the_longest_step():
    # Four calls of at most half a minute: see `provisioning.steps.registration`.
    assert timedelta(seconds=4 * 30) < TURN


def test_the_messaging_apis_codes_are_no_lock_of_our_address():
    account = make_account(make_practice(), locked_at=NOW)
    for api, codes in (("connect", "004"), ("messaging", "003")):
        ProviderCall.objects.create(
            account=account, api=api, action="x", codes=codes, started_at=NOW
        )
    assert not lockout.by_address(ProviderAccount.objects.all()).exists()


def test_an_account_with_a_key_is_not_stopped_by_the_connect_api():
    keyed = {"interface": Interface.ONE_API, "api_key": "key", "username": ""}
    account = make_account(make_practice(), Stage.CONNECTED, suspended_at=NOW, **keyed)
    assert not steps.is_stopped(account)
    by = make_member(account.practice).user
    steps.look_again(account, by=by, now=NOW)
    assert not ProviderCall.objects.exists()
    assert now_is(account).suspended_at is None


def test_a_foreign_picture_code_locks_no_draft():
    """The account typed in is behind a picture; the draft is another account yet."""
    account = make_account(make_practice(), Stage.DRAFT, username="madeup1234")
    by = make_member(account.practice).user
    Rule.objects.create(action="authenticate_user", kind="answer", code="004")
    typed = Credentials(user="lakeside", password="secret123")
    with pytest.raises(NeedsCaptcha):
        steps.take_up(account, typed, by=by, now=NOW)
    assert now_is(account).locked_at is None
