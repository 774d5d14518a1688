"""What the workers do for accounts."""

from datetime import timedelta

import pytest
from django.urls import reverse

from provisioning import accounts, clock, steps, tasks
from provisioning.models import ProviderAccount, ProviderCall, Stage
from provisioning.sandbox.models import Account as ProvidersAccount
from provisioning.sandbox.models import Rule
from tests.make import make_account, make_practice
from tests.provisioning.owner import Owner

pytestmark = pytest.mark.django_db


def test_it_moves_an_account_on_once_the_link_was_clicked():
    owner = Owner()
    owner.registers()
    tasks.watch_accounts()
    assert owner.account.stage == Stage.REGISTERED
    owner.clicks_the_link()
    ProviderAccount.objects.update(check_after=clock.now())
    tasks.watch_accounts()
    assert owner.account.stage == Stage.EMAIL_ACTIVATED
    assert owner.account.stage_changes.last().by is None


def test_it_asks_about_an_account_once_in_a_while():
    owner = Owner()
    owner.registers()
    tasks.watch_accounts()
    before = ProviderCall.objects.count()
    tasks.watch_accounts()
    assert ProviderCall.objects.count() == before
    assert owner.account.check_after > clock.now()


def test_it_looks_ever_more_rarely():
    now = clock.now()
    ages = [timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(9)]
    waits = [
        steps.next_look(ProviderAccount(stage_since=now - age), now) - now
        for age in ages
    ]
    assert waits == sorted(waits)
    assert len(set(waits)) == 4


def test_it_notices_that_credits_have_arrived():
    owner = Owner()
    owner.has_a_number()
    tasks.watch_accounts()
    assert owner.account.balance is not None
    assert owner.account.credits_settled_at is None
    ProvidersAccount.objects.update(credit=300)
    ProviderAccount.objects.update(check_after=clock.now())
    tasks.watch_accounts()
    assert owner.account.credits_settled_at


def test_one_account_in_trouble_stops_no_other(caplog):
    for _n in range(2):
        make_account(make_practice(), Stage.REGISTERED, check_after=clock.now())
    tasks.watch_accounts()
    assert ProviderCall.objects.filter(action="authenticate_user").count() == 2
    assert ProviderAccount.objects.filter(credentials_refused_at=None).count() == 0


def test_it_refreshes_balances_and_ends_the_want_of_credit():
    owner = Owner()
    owner.has_a_number()
    account = owner.account
    ProviderAccount.objects.update(stage=Stage.READY, out_of_credit_at=clock.now())
    tasks.refresh_balances()
    account.refresh_from_db()
    assert account.out_of_credit_at is None
    Rule.objects.create(action="getBalance", kind="answer", code="001")
    tasks.refresh_balances()
    account.refresh_from_db()
    assert account.credentials_refused_at
    asked = ProviderCall.objects.count()
    tasks.refresh_balances()
    assert ProviderCall.objects.count() == asked, "Only a person tries that again."
    accounts.refresh_balance(account, clock.now())
    account.refresh_from_db()
    assert account.credentials_refused_at is None


def test_it_never_tries_a_refused_password_again():
    owner = Owner()
    owner.has_a_number()
    refused = {"credentials_refused_at": clock.now(), "check_after": clock.now()}
    for stage in (Stage.REGISTERED, Stage.NUMBER_CLAIMED, Stage.READY):
        ProviderAccount.objects.update(stage=stage, **refused)
        before = ProviderCall.objects.count()
        tasks.watch_accounts()
        tasks.refresh_balances()
        assert ProviderCall.objects.count() == before


def test_it_looks_out_for_what_is_bought_for_ten_minutes():
    owner = Owner()
    owner.is_ready()
    before = owner.account.balance_at
    tasks.watch_accounts()
    assert owner.account.balance_at == before

    owner.client.post(reverse("account"), {"do": "buy"})
    ProvidersAccount.objects.update(credit=300)
    tasks.watch_accounts()
    assert owner.account.balance == 300
    assert owner.account.check_after < clock.now() + timedelta(seconds=11)

    ProviderAccount.objects.update(check_after=clock.now())
    ProviderCall.objects.update(started_at=clock.now() - timedelta(minutes=11))
    ProvidersAccount.objects.update(credit=500)
    tasks.watch_accounts()
    assert owner.account.balance == 300


def test_it_prunes_the_wire_log(settings):
    account = make_account(make_practice())
    for days in (1, settings.WIRE_LOG_DAYS + 1):
        account.calls.create(
            api="connect", action="x", started_at=clock.now() - timedelta(days=days)
        )
    tasks.prune_wire_log()
    assert account.calls.count() == 1


def test_it_prunes_a_batch_at_a_time():
    account = make_account(make_practice())
    for _call in range(5):
        account.calls.create(api="connect", action="x", started_at=clock.now())
    ProviderCall.objects.older_than(clock.now()).prune(batch=2)
    assert not account.calls.exists()
