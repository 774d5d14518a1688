"""An account of the present-day platform: from its key to a patient's answer.

Nothing above the gateway knows that this account speaks another interface.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from provisioning.models import Interface, ProviderAccount, ProviderCall, Stage
from provisioning.sandbox import behaviour, callbacks, clock, network
from provisioning.sandbox.models import Integration, Text
from reminders import inbox, outbox
from reminders.models import Message, Phone
from tests.make import PASSWORD, make_message, make_phone
from tests.provisioning.owner import MOBILE, NUMBER, TYPED, Owner

pytestmark = pytest.mark.django_db

PATIENT = "+14155550123"


@pytest.fixture
def integration() -> Integration:
    """What the owner has at the provider."""
    return Integration.objects.create(
        name="practice", digits=NUMBER.removeprefix("+"), created_at=clock.now()
    )


def enters(owner: Owner, api_key: str, **changes: Any) -> HttpResponse:
    """Fill in the page for those who have a key."""
    typed = {**TYPED, "api_key": api_key, "number": NUMBER, **changes}
    return owner.client.post(reverse("key"), typed)  # type: ignore[return-value]


def pastes_callbacks(owner: Owner, integration: Integration) -> None:
    """Give the integration the two addresses that our page shows."""
    page = owner.client.get(reverse("wizard_page", args=["test"]))
    Integration.objects.filter(pk=integration.pk).update(
        status_url=page.context["receipt_address"],
        inbound_url=page.context["text_address"],
    )


def is_ready(owner: Owner, integration: Integration) -> ProviderAccount:
    enters(owner, integration.api_key)
    pastes_callbacks(owner, integration)
    owner.presses("test", "test")
    owner.answers("Ok")
    return owner.account


def test_it_leads_from_a_key_to_a_number_that_works_both_ways(integration):
    owner = Owner()
    assert enters(owner, integration.api_key).status_code == 302
    account = owner.account
    assert account.interface == Interface.ONE_API
    assert (account.balance, account.currency) == (Decimal(10), "USD")
    assert (account.username, account.brought) == ("", True)
    assert owner.lands_on() == reverse("wizard_page", args=["test"])

    pastes_callbacks(owner, integration)
    owner.presses("test", "test")
    assert "Answer OK" in owner.texts_received()[0]
    callbacks.deliver_due(clock.now() + timedelta(minutes=1))
    owner.answers("Ok, works")

    account = owner.account
    assert account.stage == Stage.READY
    assert account.is_usable(clock.now())
    assert account.lines.get().proven_at
    assert owner.client.get(reverse("account")).status_code == 200
    steps = owner.client.get(reverse("account")).context["calls"]
    assert {call.api for call in steps} <= {"one_api", "callback"}


def test_a_patients_text_goes_out_arrives_and_is_answered(integration):
    account = is_ready(Owner(), integration)
    practice = account.practice
    text = make_message(make_phone(practice, PATIENT), now=clock.now())
    outbox.deliver(outbox.claim(clock.now()), clock.now())
    text.refresh_from_db()
    assert text.state == Message.State.SENT

    callbacks.deliver_due(clock.now() + timedelta(minutes=1))
    callbacks.deliver_due(clock.now() + timedelta(minutes=1))
    text.refresh_from_db()
    assert text.state == Message.State.DELIVERED

    network.answer(PATIENT[1:], NUMBER[1:], "STOP", clock.now())
    callbacks.deliver_due(clock.now())
    for message in Message.objects.unworked():
        inbox.work_on(message.pk, clock.now())
    phone = Phone.objects.get(practice=practice, number=PATIENT)
    assert phone.opted_out_at


def test_a_text_whose_answer_was_lost_is_settled_by_its_receipt(integration):
    account = is_ready(Owner(), integration)
    phone = make_phone(account.practice, PATIENT)
    text = make_message(phone, now=clock.now())
    lose_the_answer()
    outbox.deliver(outbox.claim(clock.now()), clock.now())
    text.refresh_from_db()
    assert text.state == Message.State.UNKNOWN
    assert outbox.reconcile(clock.now()) == 0

    callbacks.deliver_due(clock.now() + timedelta(minutes=1))
    callbacks.deliver_due(clock.now() + timedelta(minutes=1))
    text.refresh_from_db()
    assert text.state == Message.State.DELIVERED
    assert Text.objects.filter(recipient=PATIENT[1:]).count() == 1


def test_a_text_that_nothing_is_heard_of_is_never_sent_again(integration):
    account = is_ready(Owner(), integration)
    Integration.objects.update(status_url="")
    text = make_message(make_phone(account.practice, PATIENT), now=clock.now())
    lose_the_answer()
    outbox.deliver(outbox.claim(clock.now()), clock.now())
    assert outbox.reconcile(clock.now() + timedelta(minutes=59)) == 0
    assert outbox.reconcile(clock.now() + timedelta(minutes=62)) == 1
    text.refresh_from_db()
    assert text.state == Message.State.FAILED
    assert "not known" in text.reason
    assert Text.objects.filter(recipient=PATIENT[1:]).count() == 1


def lose_the_answer() -> None:
    behaviour.add_rule(action="v1/message", kind="lost", code="", seconds=0, times=1)


@pytest.mark.parametrize(
    ("code", "column"),
    [
        ("1", "credentials_refused_at"),
        ("20", "out_of_credit_at"),
        ("44", "suspended_at"),
        ("43", "limited_until"),
    ],
)
def test_what_speaks_of_the_account_holds_it(integration, code, column):
    account = is_ready(Owner(), integration)
    text = make_message(make_phone(account.practice, PATIENT), now=clock.now())
    behaviour.add_rule(
        action="v1/message", kind="answer", code=code, seconds=0, times=1
    )
    outbox.deliver(outbox.claim(clock.now()), clock.now())
    text.refresh_from_db()
    account.refresh_from_db()
    assert text.state == Message.State.QUEUED
    assert getattr(account, column)
    assert not account.is_usable(clock.now())


def test_a_wrong_key_comes_back_on_its_field_and_nothing_typed_is_lost(integration):
    owner = Owner()
    page = enters(owner, "wrong-key")
    form = page.context["form"]
    assert page.status_code == 422
    assert set(form.errors) == {"api_key"}
    assert TYPED["practice_name"] in page.content.decode()
    assert "wrong-key" not in page.content.decode()
    assert owner.account.stage == Stage.DRAFT
    assert owner.account.api_key == ""
    assert enters(owner, integration.api_key).status_code == 302


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"api_key": "two words"}, "api_key"),
        ({"api_key": "schlüssel"}, "api_key"),
        ({"api_key": ""}, "api_key"),
        ({"number": MOBILE}, "number"),
        ({"number": "+442079460000"}, "number"),
    ],
)
def test_it_asks_nobody_about_what_cannot_be(changes, field):
    page = enters(Owner(), **{"api_key": "a-key", **changes})
    assert field in page.context["form"].errors
    assert not ProviderCall.objects.exists()


def test_a_number_can_have_one_practice_only(integration):
    is_ready(Owner(), integration)
    other = Owner()
    page = enters(other, integration.api_key, email="other@example.org")
    assert "number" in page.context["form"].errors


def test_an_account_without_money_waits_for_some(integration):
    Integration.objects.update(balance=0)
    owner = Owner()
    enters(owner, integration.api_key)
    assert owner.lands_on() == reverse("wizard_page", args=["credits"])
    shop = owner.presses("credits", "buy")
    assert shop.headers["Location"] == "http://sandbox.test/portal/"
    Integration.objects.update(balance=25)
    owner.presses("credits", "balance")
    assert owner.lands_on() == reverse("wizard_page", args=["test"])


def test_a_key_that_was_changed_is_noticed_asked_for_and_replaced(integration):
    owner = Owner()
    account = is_ready(owner, integration)
    Integration.objects.update(api_key="another-key==")
    text = make_message(make_phone(account.practice, PATIENT), now=clock.now())
    outbox.deliver(outbox.claim(clock.now()), clock.now())
    assert owner.account.credentials_refused_at
    page = owner.client.get(reverse("account"))
    assert reverse("provider_key") in page.content.decode()

    confirms_own_password(owner)
    wrong = owner.client.post(reverse("provider_key"), {"api_key": "wrong"})
    assert wrong.status_code == 422
    right = owner.client.post(reverse("provider_key"), {"api_key": "another-key=="})
    assert right.status_code == 302
    assert owner.account.credentials_refused_at is None
    later = clock.now() + timedelta(minutes=1)
    outbox.deliver(outbox.claim(later), later)
    text.refresh_from_db()
    assert text.state == Message.State.SENT


def confirms_own_password(owner: Owner) -> None:
    owner.client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def test_the_password_pages_are_not_for_accounts_with_a_key(integration):
    owner = Owner()
    is_ready(owner, integration)
    confirms_own_password(owner)
    assert owner.client.get(reverse("provider_password")).status_code == 404
    assert owner.client.get(reverse("forgot")).status_code == 404


def test_the_key_page_is_not_for_accounts_with_a_password():
    owner = Owner()
    owner.is_connected()
    confirms_own_password(owner)
    assert owner.client.get(reverse("provider_key")).status_code == 404


def test_another_number_of_the_integration_can_be_named(integration):
    owner = Owner()
    is_ready(owner, integration)
    owner.client.post(reverse("account"), {"do": "change_number"})
    assert owner.lands_on() == reverse("wizard_page", args=["number"])
    page = owner.client.get(reverse("wizard_page", args=["number"]))
    assert "Message status" in page.content.decode()
    away = owner.presses("number", "portal")
    assert away.headers["Location"] == "http://sandbox.test/portal/"
    owner.presses("number", "claim", number=NUMBER)
    assert owner.lands_on() == reverse("wizard_page", args=["test"])


def test_the_key_is_nowhere_but_in_its_encrypted_column(integration, caplog):
    owner = Owner()
    is_ready(owner, integration)
    for call in ProviderCall.objects.all():
        assert integration.api_key not in f"{call.address}{call.request}{call.response}"
    assert integration.api_key not in caplog.text
    assert integration.api_key not in str(dict(owner.client.session))
