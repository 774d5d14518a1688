"""The way in with an account the owner has: accepted by the provider, then kept."""

import pytest
from django.test import Client
from django.urls import reverse

from provisioning.models import Practice, ProviderAccount, ProviderCall, Stage, User
from provisioning.sandbox import clock
from provisioning.sandbox.models import Account as ProvidersAccount
from provisioning.sandbox.models import Captcha, Rule, SourceAddress
from provisioning.views.door import BUSY
from tests.make import make_account, make_member, make_practice
from tests.provisioning.owner import (
    AT_PROVIDER,
    MOBILE,
    TYPED,
    Owner,
    has_an_account,
    picture_on,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Owner:
    return Owner()


def page_of(slug: str) -> str:
    return reverse("wizard_page", args=[slug])


# --- The choice --------------------------------------------------------------------


@pytest.mark.parametrize("name", ["start", "existing"])
def test_it_offers_both_ways_as_equals_and_marks_the_open_one(owner, name):
    page = owner.client.get(reverse(name)).content.decode()
    for way in ("start", "existing"):
        here = ' aria-current="page"' if way == name else ""
        assert f'class="way" href="{reverse(way)}"{here}>' in page


def test_it_asks_the_provider_nothing_to_show_the_page(owner):
    assert owner.client.get(reverse("existing")).status_code == 200
    assert not ProviderCall.objects.exists()


def test_it_is_for_owners(owner):
    practice = make_practice()
    make_account(practice, Stage.DRAFT)
    client = Client()
    client.force_login(make_member(practice, "front_desk").user)
    assert client.get(reverse("existing")).status_code == 403
    assert client.post(reverse("existing"), TYPED).status_code == 403


def test_it_leads_those_who_have_an_account_to_the_page_that_is_due(owner):
    owner.registers()
    assert owner.client.get(reverse("existing"))["Location"] == reverse("wizard")
    has_an_account()
    assert owner.takes_up("lakeside")["Location"] == reverse("wizard")
    assert not owner.account.brought


# --- Where the account stands ------------------------------------------------------


def test_it_waits_for_the_mail_where_the_link_was_never_clicked(owner):
    has_an_account()
    assert owner.takes_up("lakeside").status_code == 302
    account = owner.account
    assert account.stage == Stage.REGISTERED
    assert account.brought
    assert (account.username, account.password) == ("lakeside", AT_PROVIDER)
    # The provider says where the mail went; the sign-in here stays what was typed.
    assert account.email_address == "front@example.org"
    assert owner.user.email == TYPED["email"]
    assert owner.lands_on() == page_of("email")


def test_it_goes_on_with_the_mobile_where_only_the_mail_was_confirmed(owner):
    there = has_an_account(email_activated_at=clock.now())
    owner.takes_up("lakeside")
    account = owner.account
    assert account.stage == Stage.EMAIL_ACTIVATED
    assert account.user_number == str(there.user_number)
    assert account.mobile_number == MOBILE
    page = owner.client.get(page_of("mobile")).content.decode()
    assert "(212) 555-0177" in page


def test_it_goes_on_with_the_connection_where_all_is_confirmed(owner):
    has_an_account(email_activated_at=clock.now(), sms_activated_at=clock.now())
    owner.takes_up("lakeside")
    assert owner.account.stage == Stage.PHONE_VERIFIED
    assert owner.account.mobile_number == MOBILE
    assert owner.lands_on() == page_of("connection")
    events = owner.account.stage_changes.values_list("event", flat=True)
    assert list(events) == ["registered", "email_confirmed", "mobile_verified"]
    owner.presses("connection", "connect")
    assert owner.account.stage == Stage.CONNECTED


def test_it_keeps_no_number_that_is_too_long_to_be_one(owner):
    has_an_account(email_activated_at=clock.now(), mobile_number="9" * 30)
    owner.takes_up("lakeside")
    assert owner.account.stage == Stage.EMAIL_ACTIVATED
    assert owner.account.mobile_number == ""


# --- Refusals ----------------------------------------------------------------------


def test_it_keeps_nothing_that_the_provider_has_not_accepted(owner):
    has_an_account()
    page = owner.takes_up("lakeside", "Wrong12345")
    assert page.status_code == 422
    account = owner.account
    assert account.stage == Stage.DRAFT
    assert not account.brought
    assert account.username != "lakeside"
    assert account.password not in (AT_PROVIDER, "Wrong12345")
    assert account.busy_until is None


def test_it_keeps_all_that_was_typed_but_shows_no_password(owner):
    has_an_account()
    page = owner.takes_up("lakeside", "Wrong12345")
    form = page.context["form"]
    assert "password" in form.errors
    assert form["username"].value() == "lakeside"
    assert form["practice_name"].value() == "Lakeside Clinic"
    # Signed in by now: the sign-in's own password is not asked again.
    assert "app_password" not in form.fields
    assert "Wrong12345" not in page.content.decode()
    assert owner.takes_up("lakeside").status_code == 302
    assert User.objects.count() == Practice.objects.count() == 1


def test_it_writes_the_password_nowhere_in_clear(owner):
    has_an_account()
    owner.takes_up("lakeside")
    kept = ProviderCall.objects.values_list("request", "response", "address")
    assert not any(AT_PROVIDER in text for row in kept for text in row)
    assert AT_PROVIDER not in str(dict(owner.client.session))
    raw = ProviderAccount.objects.extra(select={"raw": "password"}).get().raw
    assert raw != AT_PROVIDER


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ("404", "password"),
        ("440", "password"),
        ("432", "password"),
        ("431", "username"),
        ("006", "__all__"),
    ],
)
def test_it_puts_each_refusal_where_it_belongs(owner, code, field):
    has_an_account()
    Rule.objects.create(action="authenticate_user", kind="answer", code=code)
    page = owner.takes_up("lakeside")
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert owner.account.stage == Stage.DRAFT


@pytest.mark.parametrize("code", ["003", "004"])
def test_it_shows_the_picture_that_the_provider_wants(owner, code):
    there = has_an_account()
    if code == "003":
        SourceAddress.objects.create(address="127.0.0.1", auth_failures=10)
    else:
        ProvidersAccount.objects.filter(pk=there.pk).update(auth_failures=2)
    page = owner.takes_up("lakeside")
    form = page.context["form"]
    assert "captcha_code" in form.errors
    assert form["username"].value() == "lakeside"
    shown = picture_on(page.content.decode())
    answer = owner.takes_up(
        "lakeside",
        captcha_id=shown,
        captcha_code=Captcha.objects.get(captcha_id=shown).code,
    )
    assert answer.status_code == 302
    assert owner.account.stage == Stage.REGISTERED


def test_it_shows_a_new_picture_after_one_that_was_spent_on_a_wrong_password(owner):
    there = has_an_account()
    ProvidersAccount.objects.filter(pk=there.pk).update(auth_failures=2)
    first = picture_on(owner.takes_up("lakeside").content.decode())
    code = Captcha.objects.get(captcha_id=first).code
    page = owner.takes_up("lakeside", "Wrong12345", captcha_id=first, captcha_code=code)
    assert "password" in page.context["form"].errors
    assert picture_on(page.content.decode()) != first


def test_it_keeps_a_picture_while_nothing_was_sent(owner):
    there = has_an_account()
    ProvidersAccount.objects.filter(pk=there.pk).update(auth_failures=2)
    first = picture_on(owner.takes_up("lakeside").content.decode())
    page = owner.takes_up("", captcha_id=first, captcha_code="ABCD")
    assert "username" in page.context["form"].errors
    assert picture_on(page.content.decode()) == first
    assert page.context["form"]["captcha_code"].value()[1] == "ABCD"


def test_it_shows_another_picture_without_javascript(owner):
    page = owner.client.post(
        reverse("existing"), {**TYPED, "username": "lakeside", "new_picture": "1"}
    )
    assert page.status_code == 200
    assert picture_on(page.content.decode())
    assert page.context["form"]["username"].value() == "lakeside"


@pytest.mark.parametrize("action", ["authenticate_user", "sms_activation_status"])
def test_it_can_be_sent_again_when_the_provider_was_silent(owner, action):
    has_an_account(email_activated_at=clock.now())
    for _try in range(2):
        Rule.objects.create(action=action, kind="answer", code="999")
    page = owner.takes_up("lakeside")
    assert page.status_code == 422
    assert owner.account.stage == Stage.DRAFT
    Rule.objects.all().delete()
    assert owner.takes_up("lakeside").status_code == 302
    assert owner.account.stage == Stage.EMAIL_ACTIVATED


def test_it_lets_one_click_in_at_a_time(owner):
    has_an_account()
    owner.takes_up("lakeside", "Wrong12345")
    now = owner.account.stage_since
    assert owner.account.take_turn(now, now.replace(year=now.year + 1))
    asked = ProviderCall.objects.count()
    page = owner.takes_up("lakeside")
    assert page.status_code == 422
    assert str(BUSY) in page.content.decode()
    assert ProviderCall.objects.count() == asked


def test_it_sends_people_with_a_sign_in_to_it(owner):
    has_an_account()
    owner.takes_up("lakeside", "Wrong12345")
    stranger = Owner()
    page = stranger.takes_up("lakeside")
    assert "email" in page.context["form"].errors


@pytest.mark.parametrize("field", [*TYPED, "username", "password", "captcha_id"])
def test_it_answers_nonsense(owner, field):
    for value in ("\x00", "a\x01b", "a\ufffeb", "x" * 100_000):
        typed = {**TYPED, "username": "u", "password": "p", field: value}
        answer = owner.client.post(reverse("existing"), typed)
        assert answer.status_code == 422, value[:9]


# --- From the other way ------------------------------------------------------------


def test_it_takes_over_what_was_typed_where_the_address_is_known(owner):
    has_an_account(email_address=TYPED["email"], email_activated_at=clock.now())
    refused = owner.registers().content.decode()
    assert "Use that account" in refused
    assert f'href="{reverse("existing")}"' in refused

    form = owner.client.get(reverse("existing")).context["form"]
    for name in ("practice_name", "first_name", "last_name", "email", "time_zone"):
        assert form[name].value() == TYPED[name]
    assert form["practice_phone"].value() == "(212) 555-0100"
    assert owner.takes_up("lakeside").status_code == 302
    assert owner.account.stage == Stage.EMAIL_ACTIVATED
    assert ProvidersAccount.objects.count() == 1


def test_it_stops_clearly_at_an_embargo_and_keeps_what_was_typed(owner):
    Rule.objects.create(action="register", kind="answer", code="106")
    page = owner.registers()
    assert page.status_code == 422
    words = page.content.decode()
    assert "The provider may not open this account" in words
    assert "Use an account that I have already" in words
    form = page.context["form"]
    assert "country" in form.errors
    assert form["practice_name"].value() == "Lakeside Clinic"
    assert form["mobile_number"].value() == TYPED["mobile_number"]


def test_it_says_who_chose_the_user_name_that_is_taken(owner):
    Rule.objects.create(action="register", kind="answer", code="439")
    page = owner.registers()
    errors = page.context["form"].non_field_errors()
    assert "Frontdesk made up" in errors[0]
    assert "Choose another user name" not in page.content.decode()


def test_it_asks_for_the_picture_where_the_form_came_without_one(owner):
    page = owner.sees_start()
    typed = {
        **TYPED,
        "country": page.context["form"].initial["country"],
        "account_type": page.context["form"].initial["account_type"],
    }
    answer = owner.client.post(reverse("start"), typed)
    assert "captcha_code" in answer.context["form"].errors
