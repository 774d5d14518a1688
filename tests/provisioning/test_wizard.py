"""The wizard: every page, every way back into it, nothing done twice."""

import pytest
from django.test import Client
from django.urls import reverse

from provisioning.models import (
    Line,
    ProviderAccount,
    ProviderCall,
    Stage,
    StageChange,
    User,
)
from provisioning.sandbox import clock as sandbox_clock
from provisioning.sandbox.models import Account as ProvidersAccount
from provisioning.sandbox.models import ApiConnection, Rule, Text
from provisioning.views.door import BUSY
from tests.make import make_member, make_user
from tests.provisioning.owner import MOBILE, TYPED, Owner, has_an_account, picture_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Owner:
    return Owner()


# --- Registering -------------------------------------------------------------------


def test_it_shows_a_form_with_picture_and_lists(owner):
    page = owner.sees_start()
    assert page.status_code == 200
    assert picture_on(page.content.decode())
    form = page.context["form"]
    assert dict(form.fields["country"].choices)[form.initial["country"]] == "USA"
    kind = dict(form.fields["account_type"].choices)[form.initial["account_type"]]
    assert "Small Business" in kind


def test_it_registers_practice_user_and_account_from_one_form(owner):
    answer = owner.registers()
    assert answer.status_code == 302
    account = owner.account
    assert account.stage == Stage.REGISTERED
    assert account.practice.name == "Lakeside Clinic"
    assert account.practice.phone == "+12125550100"
    assert account.mobile_number == MOBILE
    assert owner.at_provider.company == "Lakeside Clinic"
    assert owner.at_provider.account_type == account.account_type_id
    assert owner.lands_on() == reverse("wizard_page", args=["email"])


def test_it_gives_the_provider_a_password_of_its_own(owner):
    owner.registers()
    secret = owner.at_provider.password
    assert secret != TYPED["app_password"]
    assert secret == owner.account.password
    stored = ProviderCall.objects.values_list("request", "response")
    assert not any(secret in text for row in stored for text in row)


def test_it_keeps_everything_typed_when_the_picture_was_misread(owner):
    page = owner.registers(code="WRONG")
    assert page.status_code == 422
    form = page.context["form"]
    assert "captcha_code" in form.errors
    assert form["practice_name"].value() == "Lakeside Clinic"
    assert form["captcha_code"].value()[1] == ""
    # The person is signed in by now, and goes on from what is kept.
    assert "app_password" not in form.fields
    assert owner.account.stage == Stage.DRAFT
    again = owner.sends_registration(
        {**TYPED, "country": form["country"].value(), "account_type": 9},
        page.content.decode(),
    )
    assert again.status_code == 302
    assert owner.account.stage == Stage.REGISTERED
    assert User.objects.count() == 1


def test_it_asks_for_no_new_picture_when_nothing_was_sent(owner):
    page = owner.registers(practice_phone="12")
    form = page.context["form"]
    assert "practice_phone" in form.errors
    assert form["captcha_code"].value()[1] != ""
    assert not User.objects.exists()


def test_it_puts_each_of_several_errors_on_its_field(owner):
    Rule.objects.create(action="register", kind="answer", code="433")
    page = owner.registers()
    assert "first_name" in page.context["form"].errors


def test_it_shows_another_picture_without_javascript(owner):
    page = owner.sees_start()
    old = picture_on(page.content.decode())
    again = owner.client.post(
        reverse("start"), {**TYPED, "new_picture": "1", "captcha_id": old}
    )
    assert again.status_code == 200
    assert picture_on(again.content.decode()) != old
    assert again.context["form"]["practice_name"].value() == "Lakeside Clinic"


def test_it_gives_a_new_picture_alone(owner):
    answer = owner.client.get(reverse("captcha"), {"id": "x_captcha_code"})
    assert picture_on(answer.content.decode())
    assert "x_captcha_code" in answer.content.decode()


def test_it_offers_a_second_account_for_a_known_address(owner):
    owner.registers()
    ProvidersAccount.objects.update(user="somebody_else")
    stranger = Owner()
    User.objects.update(email="other@example.org")
    page = stranger.registers()
    form = page.context["form"]
    assert form.fields["create_anyway"].widget.input_type == "checkbox"
    again = stranger.sends_registration(
        {
            **TYPED,
            "country": form["country"].value(),
            "account_type": 9,
            "create_anyway": "on",
        },
        page.content.decode(),
    )
    assert again.status_code == 302


def test_it_makes_up_another_username_when_one_is_taken(owner):
    Rule.objects.create(action="register", kind="answer", code="439")
    owner.registers()
    first = ProviderCall.objects.filter(action="register").first()
    assert owner.account.username not in first.request


def test_it_sends_people_with_a_sign_in_to_it(owner):
    make_user(TYPED["email"])
    page = owner.registers()
    assert "email" in page.context["form"].errors


def test_it_registers_once_when_the_answer_was_lost(owner):
    """The provider did the work and never answered: it is asked, not told again."""
    Rule.objects.create(action="register", kind="lost")
    owner.registers()
    assert owner.account.stage == Stage.REGISTERED
    assert ProvidersAccount.objects.count() == 1


def test_it_registers_once_when_the_process_died_before_saving(owner):
    owner.registers()
    account = owner.account
    StageChange.objects.all().delete()
    type(account).objects.update(stage=Stage.DRAFT)
    ProviderCall.objects.filter(action="register").update(outcome="pending")
    page = owner.sees_start()
    owner.sends_registration(
        {**TYPED, "country": 1, "account_type": 9}, page.content.decode()
    )
    assert owner.account.stage == Stage.REGISTERED
    assert ProvidersAccount.objects.count() == 1


def test_it_says_so_when_the_provider_is_out_of_reach(owner):
    Rule.objects.create(action="get_captcha", kind="answer", code="999")
    Rule.objects.create(action="get_captcha", kind="answer", code="999")
    page = owner.sees_start()
    assert page.status_code == 503


# --- E-mail ------------------------------------------------------------------------


def test_it_waits_until_the_link_was_clicked(owner):
    owner.registers()
    page = owner.presses("email", "check")
    assert page.status_code == 422
    assert owner.account.stage == Stage.REGISTERED
    owner.clicks_the_link()
    assert owner.presses("email", "check").status_code == 302
    assert owner.account.stage == Stage.EMAIL_ACTIVATED
    assert owner.account.user_number == str(owner.at_provider.user_number)


def test_it_resends_to_a_corrected_address(owner):
    owner.registers()
    there = owner.at_provider
    owner.presses("email", "resend", email_address="olivia.owner@example.org")
    assert ProviderAccount.objects.get().email_address == "olivia.owner@example.org"
    assert there.mail_set.order_by("-pk").first().to == "olivia.owner@example.org"
    # Who mistyped it signs in with the corrected one, too.
    assert User.objects.get().email == "olivia.owner@example.org"


def test_it_leaves_somebody_elses_sign_in_alone(owner):
    owner.registers()
    make_user("taken@example.org")
    owner.presses("email", "resend", email_address="taken@example.org")
    assert owner.account.email_address == "taken@example.org"
    assert owner.user.email == TYPED["email"]


def test_it_takes_already_activated_for_good_news(owner):
    owner.registers()
    owner.clicks_the_link()
    owner.presses("email", "resend", email_address=TYPED["email"])
    assert owner.account.stage == Stage.EMAIL_ACTIVATED


def test_its_waiting_page_moves_on_by_itself(owner):
    owner.registers()
    state = reverse("wizard_state", args=["email"])
    assert owner.client.get(state).status_code == 200
    owner.clicks_the_link()
    type(owner.account).objects.update(stage=Stage.EMAIL_ACTIVATED)
    assert owner.client.get(state).headers["HX-Redirect"] == reverse("wizard")


def test_its_polls_never_ask_the_provider(owner):
    owner.registers()
    before = ProviderCall.objects.count()
    owner.client.get(reverse("wizard_state", args=["email"]))
    owner.client.get(reverse("wizard_page", args=["email"]))
    assert ProviderCall.objects.count() == before


# --- Mobile ------------------------------------------------------------------------


def test_it_verifies_the_mobile_with_a_code(owner):
    owner.registers()
    owner.clicks_the_link()
    owner.presses("email", "check")
    owner.presses("mobile", "send", mobile_number="(212) 555-0178")
    assert owner.account.mobile_number == "+12125550178"
    assert owner.at_provider.mobile_number == "12125550178"
    wrong = owner.presses("mobile", "verify", code="0000")
    assert "code" in wrong.context["forms"]["verify"].errors
    owner.presses("mobile", "verify", code=f" {owner.code_on_the_mobile()} ")
    assert owner.account.stage == Stage.PHONE_VERIFIED


def test_it_verifies_once_when_the_answer_was_lost(owner):
    owner.registers()
    owner.clicks_the_link()
    owner.presses("email", "check")
    owner.presses("mobile", "send", mobile_number=MOBILE)
    Rule.objects.create(action="validate_activation_sms", kind="lost")
    owner.presses("mobile", "verify", code=owner.code_on_the_mobile())
    assert owner.account.stage == Stage.PHONE_VERIFIED


def test_it_asks_for_a_picture_when_the_provider_does(owner):
    owner.registers()
    Rule.objects.create(action="authenticate_user", kind="answer", code="004")
    page = owner.presses("email", "check")
    assert picture_on(page.content.decode())
    assert owner.account.locked_at
    owner.clicks_the_link()
    captcha_id = picture_on(page.content.decode())
    owner.presses("email", "check", captcha_id=captcha_id, captcha_code="ABCD")
    assert owner.account.stage == Stage.EMAIL_ACTIVATED
    assert owner.account.locked_at is None


# --- Connection, number, credits, test ---------------------------------------------


def test_it_makes_one_connection_whatever_happens(owner):
    owner.is_connected()
    account = owner.account
    assert account.stage == Stage.CONNECTED
    assert account.api_id == str(ApiConnection.objects.get().api_id)
    # As if the process had died between the answer and our own commit:
    type(account).objects.update(stage=Stage.PHONE_VERIFIED, api_id="")
    owner.presses("connection", "connect")
    assert owner.account.api_id == account.api_id
    assert ApiConnection.objects.count() == 1


@pytest.fixture
def in_doubt(owner) -> str:
    """A connection that was made and whose answer was lost; its API ID."""
    owner.is_verified()
    Rule.objects.create(action="create_connection", kind="lost")
    owner.presses("connection", "connect")
    assert owner.account.stage == Stage.PHONE_VERIFIED
    return str(ApiConnection.objects.get().api_id)


def test_it_says_that_the_connection_may_be_there_already(owner, in_doubt):
    page = owner.client.get(reverse("wizard_page", args=["connection"]))
    words = page.content.decode()
    assert "may have made the connection already" in words
    assert 'value="look"' in words
    assert 'value="anew"' in words
    assert 'value="connect"' not in words


def test_it_doubts_no_call_that_is_under_way(owner, in_doubt):
    ProviderCall.objects.filter(action="create_connection").update(outcome="pending")
    now = owner.account.stage_since
    assert owner.account.take_turn(now, now.replace(year=now.year + 1))
    page = owner.presses("connection", "connect")
    assert str(BUSY) in page.content.decode()
    assert not page.context["in_doubt"]


def test_it_takes_the_connection_that_the_owner_has_looked_up(owner, in_doubt):
    owner.presses("connection", "look", api_id=f" {in_doubt} ")
    assert owner.account.stage == Stage.CONNECTED
    assert owner.account.api_id == in_doubt
    assert ApiConnection.objects.count() == 1


def test_it_takes_no_connection_that_the_account_does_not_have(owner, in_doubt):
    page = owner.presses("connection", "look", api_id="9999999")
    form = page.context["forms"]["look"]
    assert "no connection with this API ID" in str(form.errors["api_id"])
    assert form["api_id"].value() == "9999999"
    assert owner.account.stage == Stage.PHONE_VERIFIED
    # A mistyped ID says nothing about the account itself.
    assert owner.account.suspended_at is None


def test_it_notes_that_the_password_was_refused_while_looking(owner, in_doubt):
    ProvidersAccount.objects.update(password="Changed123")
    page = owner.presses("connection", "look", api_id=in_doubt)
    assert page.status_code == 422
    assert owner.account.credentials_refused_at
    assert owner.account.stage == Stage.PHONE_VERIFIED


@pytest.mark.parametrize("typed", ["", "12a4567", "٣٤٠٧٨٩٢", "1" * 33])
def test_it_asks_about_no_id_that_can_be_none(owner, in_doubt, typed):
    asked = ProviderCall.objects.count()
    page = owner.presses("connection", "look", api_id=typed)
    assert "api_id" in page.context["forms"]["look"].errors
    assert ProviderCall.objects.count() == asked


def test_it_makes_another_connection_where_the_owner_says_so(owner, in_doubt):
    owner.presses("connection", "anew")
    assert owner.account.stage == Stage.CONNECTED
    assert owner.account.api_id != in_doubt
    assert ApiConnection.objects.count() == 2


def test_it_tries_a_refused_connection_again_without_doubt(owner):
    owner.is_verified()
    Rule.objects.create(action="create_connection", kind="answer", code="428")
    owner.presses("connection", "connect")
    assert owner.presses("connection", "connect").status_code == 302
    assert ApiConnection.objects.count() == 1


def test_it_offers_a_brought_account_the_connection_it_has(owner):
    has_an_account(
        email_activated_at=sandbox_clock.now(), sms_activated_at=sandbox_clock.now()
    )
    owner.takes_up("lakeside")
    page = owner.client.get(reverse("wizard_page", args=["connection"]))
    words = page.content.decode()
    assert page.context["receipt_address"] in words
    assert owner.account.hook_password in words
    assert 'value="connect"' in words
    assert 'value="look"' in words


def test_it_opens_the_providers_page_with_a_fresh_link(owner):
    owner.is_connected()
    answer = owner.presses("number", "open")
    assert answer.status_code == 302
    assert "/twoway/ussb/?auth_id=" in answer["Location"]
    ticket = answer["Location"].split("auth_id=")[1]
    kept = ProviderCall.objects.values_list("request", "response", "address")
    assert not any(ticket in text for row in kept for text in row)


def test_it_refuses_the_owners_own_mobile_as_the_number(owner):
    owner.is_connected()
    page = owner.presses("number", "claim", number=MOBILE)
    assert "number" in page.context["forms"]["claim"].errors


def test_it_settles_the_credits_when_the_balance_has_grown(owner):
    owner.has_a_number()
    assert owner.lands_on() == reverse("wizard_page", args=["credits"])
    answer = owner.presses("credits", "buy")
    assert "buy_now.php?auth_id=" in answer["Location"]
    ProvidersAccount.objects.update(credit=500)
    owner.presses("credits", "balance")
    assert owner.account.balance == 500
    assert owner.lands_on() == reverse("wizard_page", args=["test"])


def test_it_is_ready_once_the_text_went_both_ways(owner):
    owner.has_a_number()
    ProvidersAccount.objects.update(credit=500, bought_at=sandbox_clock.now())
    owner.presses("credits", "go_on")
    owner.presses("test", "test")
    assert any("Answer OK" in text for text in owner.texts_received())
    owner.answers("OK")
    account = owner.account
    assert account.stage == Stage.READY
    assert Line.objects.get().proven_at
    assert owner.lands_on() == reverse("account")


def test_it_replaces_a_number_that_was_mistyped(owner):
    owner.has_a_number()
    owner.presses("credits", "go_on")
    owner.presses("test", "correct", number="(415) 555-0143")
    assert Line.objects.get(retired_at=None).number == "+14155550143"


# --- Ways in -----------------------------------------------------------------------


def test_it_leads_from_every_other_page_to_the_one_that_is_due(owner):
    owner.registers()
    for slug in ("mobile", "connection", "number", "credits", "test"):
        answer = owner.client.get(reverse("wizard_page", args=[slug]))
        assert answer["Location"] == reverse("wizard")


def test_it_knows_no_other_pages_and_no_other_buttons(owner):
    owner.registers()
    assert owner.client.get(reverse("wizard_page", args=["nope"])).status_code == 404
    assert owner.presses("email", "nope").status_code == 404


def test_it_is_for_owners(owner):
    owner.registers()
    clerk = make_member(owner.account.practice, "front_desk").user
    client = Client()
    client.force_login(clerk)
    assert client.get(reverse("wizard")).status_code == 403


def test_it_lets_one_click_in_at_a_time(owner):
    owner.registers()
    account = owner.account
    now = account.stage_since
    assert account.take_turn(now, now.replace(year=now.year + 1))
    page = owner.presses("email", "resend", email_address=TYPED["email"])
    assert page.status_code == 422
    assert Text.objects.count() == 0
    assert owner.at_provider.mail_set.count() == 1
