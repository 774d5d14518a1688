"""Letting go of the account: wiped here, still heard, and taken up again either way."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from requests import Session

from provisioning import gateway, steps
from provisioning.models import (
    BalanceReading,
    Notice,
    ProviderAccount,
    ProviderCall,
    Stage,
)
from provisioning.sandbox import callbacks, clock
from provisioning.sandbox.models import Account as ProvidersAccount
from provisioning.sandbox.models import ApiConnection, Number, Rule
from provisioning.steps.leaving import BLANK, REMEMBERED
from reminders import inbox, outbox
from reminders.models import Message, Phone
from tests import wire
from tests.make import (
    NOW,
    make_account,
    make_line,
    make_member,
    make_message,
    make_phone,
    make_practice,
)
from tests.provisioning.owner import MOBILE, NUMBER, Owner, picture_on

pytestmark = pytest.mark.django_db

OTHER = "+14155550143"
PATIENT = "+12125550188"


def is_ready(owner: Owner) -> None:
    """Walk through the whole set-up."""
    owner.has_a_number()
    owner.at_provider.receive(Decimal(500))
    ProvidersAccount.objects.update(bought_at=clock.now())
    owner.presses("credits", "go_on")
    owner.presses("test", "test")
    owner.answers("OK")
    assert owner.account.stage == Stage.READY


@pytest.fixture
def owner() -> Owner:
    """The owner of a practice whose account is ready."""
    owner = Owner()
    is_ready(owner)
    return owner


def leaves(owner: Owner) -> ProviderAccount:
    """Disconnect; the account as it is then."""
    assert steps.disconnect(owner.account, by=owner.user, now=clock.now())
    return owner.account


# --- What is forgotten -------------------------------------------------------------


def test_it_wipes_what_opens_the_account_and_keeps_where_it_is_heard(owner):
    before = owner.account
    after = leaves(owner)
    assert after.stage == Stage.DISCONNECTED
    assert (after.username, after.api_id, after.api_key) == ("", "", "")
    assert after.password not in ("", before.password)
    assert after.former_api_ids == before.api_id
    assert after.owns_connection(before.api_id)
    assert (after.hook_secret, after.hook_password) == (
        before.hook_secret,
        before.hook_password,
    )
    assert after.lines.get().retired_at
    assert after.busy_until is None
    change = after.stage_changes.last()
    assert (change.before, change.by) == (Stage.READY, owner.user)


def test_it_ends_conditions_notices_and_the_balance():
    moments = {name: NOW for name in BLANK if name.endswith(("_at", "_until"))}
    account = make_account(make_practice(), brought=True, balance=7, **moments)
    by = make_member(account.practice).user
    Notice.objects.create(account=account, kind="suspended", opened_at=NOW)
    BalanceReading.objects.create(account=account, balance=7, at=NOW)
    assert steps.disconnect(account, by=by, now=NOW)
    for name, value in BLANK.items():
        assert getattr(account, name) == value, name
    assert not account.notices.open().exists()
    assert account.notices.get().closed_at == NOW
    assert not account.balance_readings.exists()


def test_it_forgets_every_condition_and_moment_the_account_has():
    kept = {"stage_since", "check_after", "busy_until"}
    moments = {
        field.name
        for field in ProviderAccount._meta.fields
        if field.name.endswith(("_at", "_until", "_since", "_after")) and field.null
    }
    assert moments - kept <= set(BLANK)


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.DISCONNECTED])
def test_it_has_nothing_to_let_go_of_where_there_is_no_account(stage):
    account = make_account(make_practice(), stage)
    password = account.password
    assert not steps.disconnect(account, by=make_member(account.practice).user, now=NOW)
    assert account.stage == stage
    assert account.password == password


def test_it_waits_for_a_call_that_is_under_way():
    account = make_account(make_practice())
    assert account.take_turn(NOW, NOW.replace(year=NOW.year + 1))
    with pytest.raises(steps.Busy):
        steps.disconnect(account, by=make_member(account.practice).user, now=NOW)
    account.refresh_from_db()
    assert account.stage == Stage.READY


def test_it_remembers_the_newest_connections():
    former = ",".join(str(n) * 32 for n in range(1, 7))
    account = make_account(make_practice(), api_id="7" * 32, former_api_ids=former)
    steps.disconnect(account, by=make_member(account.practice).user, now=NOW)
    ids = account.former_api_ids.split(",")
    assert ids[0] == "7" * 32
    assert len(ids) == REMEMBERED
    longest = ProviderAccount._meta.get_field("former_api_ids").max_length
    assert len(account.former_api_ids) <= longest


def test_it_asks_the_provider_nothing(owner):
    asked = ProviderCall.objects.count()
    leaves(owner)
    assert ProviderCall.objects.count() == asked


# --- What is still heard -----------------------------------------------------------


def test_it_takes_a_stop_that_comes_after_it(owner):
    practice = owner.account.practice
    phone = make_phone(practice, PATIENT)
    leaves(owner)
    address = f"http://sandbox.test/phone/{PATIENT.removeprefix('+')}/answer"
    with wire.on_the_wire(Session()) as patients_phone:
        patients_phone.post(
            address, data={"to": NUMBER.removeprefix("+"), "text": "STOP"}
        ).raise_for_status()
    callbacks.deliver_due(clock.now())
    text = Message.objects.inbound().get()
    assert text.phone == phone
    inbox.work_on(text.pk, clock.now())
    phone = Phone.objects.get(pk=phone.pk)
    assert phone.opted_out_at


def test_it_takes_a_report_that_comes_after_it(owner):
    text = make_message(make_phone(owner.account.practice, PATIENT), now=clock.now())
    [claimed] = outbox.claim(clock.now())
    outbox.deliver([claimed], clock.now())
    leaves(owner)
    callbacks.deliver_due(clock.now())
    text.refresh_from_db()
    assert text.state in (Message.State.SENT, Message.State.DELIVERED)
    kept = owner.account.calls.filter(action="receipt")
    assert kept.exists()


def test_it_asks_no_other_account_what_became_of_a_text(owner):
    line = owner.account.lines.get()
    leaves(owner)
    asked = ProviderCall.objects.count()
    with pytest.raises(gateway.CannotAsk):
        gateway.ask(line, "a" * 32, clock.now())
    assert ProviderCall.objects.count() == asked


# --- Texts that wait, and the way back ---------------------------------------------


def test_texts_wait_and_go_out_from_the_next_number(owner):
    text = make_message(make_phone(owner.account.practice, PATIENT))
    leaves(owner)
    assert not outbox.claim(clock.now())
    text.refresh_from_db()
    assert text.state == Message.State.QUEUED
    account = owner.account
    ProviderAccount.objects.filter(pk=account.pk).update(
        stage=Stage.READY, username="next", api_id="3999999"
    )
    line = make_line(account, OTHER)
    [claimed] = outbox.claim(clock.now())
    assert (claimed, claimed.line) == (text, line)


def test_the_desk_stays_open_and_the_set_up_begins_anew(owner):
    leaves(owner)
    assert owner.client.get(reverse("today")).status_code == 200
    assert owner.lands_on() == reverse("start")
    answer = owner.client.get(reverse("account"), follow=True)
    assert answer.request["PATH_INFO"] == reverse("start")


@pytest.mark.parametrize("way", ["start", "existing"])
def test_it_asks_nothing_about_the_practice_again(owner, way):
    leaves(owner)
    page = owner.client.get(reverse(way))
    asked = set(page.context["form"].fields)
    provider = {
        "start": {
            "mobile_number",
            "country",
            "account_type",
            "accept_terms",
            "create_anyway",
            "captcha_code",
        },
        "existing": {"username", "password"},
    }
    assert asked == provider[way]
    assert "Connect an SMS account to Lakeside Clinic" in page.content.decode()


def opens_another(owner: Owner) -> None:
    """Register again, wanting a second account for the address."""
    page: Any = owner.sees_start()
    initial = page.context["form"].initial
    typed = {
        "mobile_number": initial["mobile_number"],
        "country": initial["country"],
        "account_type": initial["account_type"],
        "accept_terms": "on",
    }
    refused: Any = owner.sends_registration(typed, page.content.decode())
    assert "Use that account" in refused.content.decode()
    assert refused.context["form"]["mobile_number"].value()
    answer = owner.sends_registration(
        {**typed, "create_anyway": "on"}, refused.content.decode()
    )
    assert answer.status_code == 302


def test_it_is_ready_again_with_a_new_account(owner):
    before = owner.account
    leaves(owner)
    opens_another(owner)
    account = owner.account
    assert account.stage == Stage.REGISTERED
    assert account.username not in ("", before.username)
    assert account.password != before.password
    assert account.email_address == owner.user.email
    assert not account.brought
    old = ProvidersAccount.objects.get(user=before.username)
    assert old.password == before.password
    owner.clicks_the_link()
    owner.presses("email", "check")
    owner.presses("mobile", "send", mobile_number=MOBILE)
    owner.presses("mobile", "verify", code=owner.code_on_the_mobile())
    owner.presses("connection", "connect")
    # A connection of the new account's own, not the one that the log still holds.
    account = owner.account
    connection = ApiConnection.objects.get(api_id=account.api_id)
    assert connection.account == owner.at_provider
    assert account.api_id != before.api_id
    # The old account's number is none of the new one's.
    assert steps.known_numbers(account) == []
    Number.objects.create(
        digits=OTHER.removeprefix("+"),
        account=owner.at_provider,
        connection=connection,
        claimed_at=clock.now(),
        reply_url=steps.text_address(account),
        reply_username=account.HOOK_USER,
        reply_password=account.hook_password,
    )
    owner.presses("number", "claim", number=OTHER)
    owner.at_provider.receive(Decimal(500))
    ProvidersAccount.objects.update(bought_at=clock.now())
    assert owner.lands_on() == reverse("wizard_page", args=["credits"])
    owner.presses("credits", "go_on")
    owner.presses("test", "test")
    owner.answers("OK", OTHER)
    assert owner.account.stage == Stage.READY


def test_it_is_ready_again_with_the_account_it_had(owner):
    before = owner.account
    leaves(owner)
    answer = owner.client.post(
        reverse("existing"),
        {"username": before.username, "password": before.password},
    )
    assert answer.status_code == 302
    assert owner.account.stage == Stage.PHONE_VERIFIED
    assert owner.account.brought
    # Its old connection is not made again: the owner may look it up.
    owner.presses("connection", "look", api_id=before.api_id)
    assert owner.account.api_id == before.api_id
    # The number that worked here before is one click away.
    assert steps.known_numbers(owner.account) == [NUMBER]
    owner.presses("number", "claim", number=NUMBER)
    owner.presses("credits", "go_on")
    owner.presses("test", "test")
    owner.answers("OK")
    assert owner.account.stage == Stage.READY


def test_it_registers_once_when_the_second_time_loses_its_answer_too(owner):
    leaves(owner)
    ProvidersAccount.objects.update(email_address="old@example.org")
    page = owner.sees_start()
    initial = page.context["form"].initial
    typed = {
        name: initial[name] for name in ("mobile_number", "country", "account_type")
    }
    Rule.objects.create(action="register", kind="lost")
    assert picture_on(page.content.decode())
    owner.sends_registration({**typed, "accept_terms": "on"}, page.content.decode())
    assert owner.account.stage == Stage.REGISTERED
    assert ProvidersAccount.objects.count() == 2
    # What the log says about the first account stays as it was said.
    assert not ProviderCall.objects.filter(action="register", outcome="failed").exists()
