"""Locks at the provider: ours come first, machines cause none, and they end by themselves."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from provisioning import accounts, clock, lockout, steps, tasks, throttle, wire
from provisioning.clickatell.errors import NeedsCaptcha, Refused
from provisioning.clickatell.types import CaptchaAnswer, Credentials
from provisioning.models import ProviderAccount, ProviderCall, Stage
from provisioning.sandbox.models import Account as ProvidersAccount
from provisioning.sandbox.models import Captcha, Rule, SourceAddress
from tests.make import NOW, make_account, make_practice, make_user
from tests.provisioning.owner import TYPED, Owner, picture_on

pytestmark = pytest.mark.django_db

HERE, THERE = "192.0.2.1", "192.0.2.2"
PICTURE = CaptchaAnswer("c", "ab12")


def may_try(user=None, address=HERE, username="lakeside1", captcha=None, now=NOW):
    throttle.check(
        user=user, address=address, username=username, captcha=captcha, now=now
    )


def fails(user=None, address=HERE, username="lakeside1", now=NOW):
    """One wrong password, as the provider and we count it."""
    ProviderCall.objects.create(
        by=user,
        api="connect",
        action="authenticate_user",
        outcome="refused",
        codes="404",
        started_at=now,
    )
    throttle.note_failure(address=address, username=username, now=now)


# --- Typed passwords -----------------------------------------------------------------


def test_it_wants_a_picture_for_the_third_try_of_a_user_name():
    for _n in range(2):
        may_try()
        fails()
    with pytest.raises(NeedsCaptcha) as refusal:
        may_try(address=THERE)
    assert refusal.value.codes == ("004",)
    may_try(captcha=PICTURE)
    may_try(username="lakeside2")
    throttle.note_success(username="Lakeside1")
    may_try()


def test_it_counts_what_the_provider_says_of_a_typed_password():
    owner = Owner()
    owner.registers()
    name, right = owner.account.username, owner.account.password

    def types(password, captcha=None, username=name):
        with throttle.trying(
            user=owner.user, address=HERE, username=username, now=NOW, captcha=captcha
        ):
            wire.connect(owner.account, owner.user).authenticate(
                Credentials(username, password), captcha
            )

    for _round in range(2):
        with pytest.raises(Refused):
            types("wrong123")
        types(right)
    for _n in range(2):
        with pytest.raises(Refused):
            types("wrong123")
    asked = ProviderCall.objects.count()
    with pytest.raises(NeedsCaptcha):
        types(right)
    assert ProviderCall.objects.count() == asked, "The provider was not asked."
    captcha = wire.connect().captcha()
    code = Captcha.objects.get(captcha_id=captcha.id).code
    types(right, CaptchaAnswer(captcha.id, code))
    types(right)


def test_it_lets_a_person_fail_a_few_times():
    person = make_user()
    for n in range(throttle.MOST_BY_PERSON):
        may_try(person, captcha=PICTURE)
        fails(person, address=f"192.0.2.{n}", username=f"name{n}", now=NOW)
    with pytest.raises(throttle.TooMany) as refusal:
        may_try(person, captcha=PICTURE)
    assert refusal.value.until == NOW + throttle.WINDOW
    may_try(make_user())
    may_try(person, address=THERE, now=NOW + throttle.WINDOW)


def test_it_lets_an_address_fail_a_few_times_more():
    for n in range(throttle.MOST_BY_ADDRESS):
        may_try(username=f"name{n}")
        fails(username=f"name{n}")
    with pytest.raises(throttle.TooMany) as refusal:
        may_try(username="another")
    assert refusal.value.until == NOW + throttle.WINDOW
    may_try(address=THERE, username="another")


# --- Machines ------------------------------------------------------------------------


def test_machines_leave_an_account_alone_whose_password_was_refused():
    owner = Owner()
    owner.registers()
    ProvidersAccount.objects.update(password="another1")
    tasks.watch_accounts()
    assert owner.account.credentials_refused_at
    ProviderAccount.objects.update(check_after=clock.now())
    asked = ProviderCall.objects.count()
    tasks.watch_accounts()
    assert ProviderCall.objects.count() == asked
    assert owner.at_provider.auth_failures == 1
    ProvidersAccount.objects.update(password=owner.account.password)
    owner.presses("email", "check")
    assert owner.account.credentials_refused_at is None


def test_machines_leave_a_locked_account_alone_for_longer_and_longer():
    owner = Owner()
    owner.registers()
    Rule.objects.create(action="authenticate_user", kind="answer", code="004")
    tasks.watch_accounts()
    account = owner.account
    assert account.locked_at
    assert account.check_after >= account.locked_at + lockout.SHORTEST_PAUSE
    asked = ProviderCall.objects.count()
    tasks.watch_accounts()
    assert ProviderCall.objects.count() == asked
    waits = [
        steps.next_look(account, now) - now
        for hours in (0, 1, 3, 100)
        for now in [account.locked_at + timedelta(hours=hours)]
    ]
    assert waits == sorted(waits)
    assert waits[0] == lockout.SHORTEST_PAUSE
    assert waits[-1] == lockout.LONGEST_PAUSE


# --- The lock of one account, and of our address ----------------------------------------


def locked_by(code: str, **fields) -> ProviderAccount:
    """An account that waits behind a picture code."""
    account = make_account(
        make_practice(), Stage.REGISTERED, locked_at=NOW, check_after=None, **fields
    )
    account.calls.create(
        api="connect",
        action="authenticate_user",
        outcome="refused",
        codes=code,
        started_at=NOW,
    )
    return account


def test_one_success_opens_everybody_who_was_locked_with_our_address():
    ours, theirs = locked_by("003"), locked_by("004")
    owner = Owner()
    owner.registers()
    SourceAddress.objects.create(address="127.0.0.1", auth_failures=10)
    page = owner.presses("email", "check")
    assert "nothing that you did" in page.content.decode()
    assert owner.account.locked_at
    captcha_id = picture_on(page.content.decode())

    code = Captcha.objects.get(captcha_id=captcha_id).code
    owner.presses("email", "check", captcha_id=captcha_id, captcha_code=code)
    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert owner.account.locked_at is None
    assert ours.locked_at is None
    assert ours.check_after
    assert theirs.locked_at == NOW, "That lock is about its own password."


def test_a_refusal_of_what_was_asked_is_a_sign_in_all_the_same():
    owner = Owner()
    owner.registers()
    ProviderAccount.objects.update(locked_at=NOW, credentials_refused_at=NOW)
    Rule.objects.create(action="resend_email_activation", kind="answer", code="416")
    owner.presses("email", "resend", email_address="o@example.org")
    assert owner.account.locked_at is None
    assert owner.account.credentials_refused_at is None


@pytest.mark.parametrize("code", ["999", "005", "401"])
def test_other_refusals_say_nothing_about_the_lock(code):
    owner = Owner()
    owner.registers()
    ProviderAccount.objects.update(locked_at=NOW)
    Rule.objects.create(action="authenticate_user", kind="answer", code=code)
    owner.presses("email", "check")
    assert owner.account.locked_at == NOW


# --- Warding it off --------------------------------------------------------------------


def stranger_fails(times: int) -> None:
    """Somebody types wrong passwords of accounts that nobody has."""
    for n in range(times):
        with pytest.raises(Refused):
            wire.connect().authenticate(Credentials(f"nobody{n}", "wrong123"))


def test_it_signs_in_before_the_provider_locks_everybody():
    owner = Owner()
    owner.registers()
    owner.presses("email", "check")
    stranger_fails(lockout.ENOUGH - 1)
    tasks.ward_off_lock()
    assert SourceAddress.objects.get().auth_failures == lockout.ENOUGH - 1
    stranger_fails(1)
    assert lockout.failures_in_a_row() == lockout.ENOUGH
    tasks.ward_off_lock()
    assert SourceAddress.objects.get().auth_failures == 0
    assert lockout.failures_in_a_row() == 0
    asked = ProviderCall.objects.count()
    tasks.ward_off_lock()
    assert ProviderCall.objects.count() == asked, "Once is enough."
    assert ProviderCall.objects.last().by is None


def test_two_workers_do_not_both_sign_in():
    owner = Owner()
    owner.registers()
    owner.presses("email", "check")
    stranger_fails(lockout.ENOUGH)
    account = owner.account
    now = clock.now()
    assert account.take_turn(now, now + timedelta(minutes=1))
    asked = ProviderCall.objects.count()
    tasks.ward_off_lock()
    assert ProviderCall.objects.count() == asked


@pytest.mark.parametrize(
    "trouble", ["locked_at", "credentials_refused_at", "suspended_at"]
)
def test_it_signs_in_with_an_account_that_is_known_to_be_good(trouble):
    owner = Owner()
    owner.registers()
    owner.presses("email", "check")
    assert lockout.known_good() == owner.account
    ProviderAccount.objects.update(**{trouble: NOW})
    assert lockout.known_good() is None
    stranger_fails(lockout.ENOUGH)
    assert not steps.ward_off_lock(clock.now())


def test_it_does_not_add_the_last_straw():
    owner = Owner()
    owner.registers()
    owner.presses("email", "check")
    stranger_fails(lockout.TOO_MANY)
    assert not lockout.is_near()


@pytest.mark.parametrize("happened", [("refused", "003"), ("unknown", "")])
def test_it_does_not_sign_in_where_that_helps_nobody(happened):
    owner = Owner()
    owner.registers()
    owner.presses("email", "check")
    stranger_fails(lockout.ENOUGH)
    outcome, codes = happened
    ProviderCall.objects.create(
        api="connect",
        action="authenticate_user",
        outcome=outcome,
        codes=codes,
        started_at=clock.now(),
    )
    assert not lockout.is_near()


def test_it_counts_no_lists_and_no_registrations():
    stranger_fails(2)
    wire.connect().countries()
    wire.connect().captcha()
    assert lockout.failures_in_a_row() == 2


def test_a_registration_in_doubt_is_settled_with_the_picture_when_we_are_locked():
    owner = Owner()
    owner.registers()
    ProviderAccount.objects.update(stage=Stage.DRAFT)
    ProviderCall.objects.filter(action="register").update(outcome="pending")
    SourceAddress.objects.update_or_create(
        address="127.0.0.1", defaults={"auth_failures": 10}
    )
    owner.registers()
    assert owner.account.stage == Stage.REGISTERED
    assert ProvidersAccount.objects.count() == 1
    assert owner.lands_on() == reverse("wizard_page", args=["email"])


def test_a_balance_that_is_refused_is_asked_for_by_a_person_only():
    owner = Owner()
    owner.has_a_number()
    Rule.objects.create(action="getBalance", kind="answer", code="001")
    tasks.watch_accounts()
    assert owner.account.credentials_refused_at
    ProviderAccount.objects.update(check_after=clock.now())
    asked = ProviderCall.objects.count()
    tasks.watch_accounts()
    assert ProviderCall.objects.count() == asked
    accounts.refresh_balance(owner.account, clock.now())
    assert owner.account.credentials_refused_at is None


def test_a_page_says_how_long_to_wait_and_asks_nobody():
    for _n in range(throttle.MOST_BY_ADDRESS):
        throttle.count("password", "127.0.0.1", now=clock.now())
    typed = {**TYPED, "username": "lakeside1", "password": "abc12345"}
    page = Client().post(reverse("existing"), typed)
    assert page.status_code == 422
    assert "Too many passwords were wrong. Try again in 15 minutes." in (
        page.content.decode()
    )
    assert not ProviderCall.objects.filter(action="authenticate_user").exists()
