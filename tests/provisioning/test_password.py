"""The provider's password: shown, replaced, forgotten, and never hammered."""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.urls import reverse

from provisioning import clock, notices, steps, tasks
from provisioning.models import Membership, ProviderAccount, ProviderCall
from provisioning.sandbox.models import Account as ProvidersAccount
from provisioning.sandbox.models import Captcha, Mail, Rule
from tests.make import make_member, make_user
from tests.provisioning.owner import Owner, picture_on

pytestmark = pytest.mark.django_db

PAGE, FORGOT = "provider_password", "forgot"
NEW = "Another1Password2"


@pytest.fixture
def owner() -> Owner:
    owner = Owner()
    owner.is_ready()
    return owner


def replaces(owner: Owner, password: str = NEW, **more: str):
    """Type a password on the page."""
    typed = {"do": "replace", "password": password, **more}
    return owner.client.post(reverse(PAGE), typed)


def changes_it_at_the_provider(password: str = NEW) -> None:
    """Give the account another password on the provider's own pages."""
    ProvidersAccount.objects.update(password=password)


def read(page) -> dict[str, str]:
    """What somebody reads in the picture of a page."""
    captcha_id = picture_on(page.content.decode())
    code = Captcha.objects.get(captcha_id=captcha_id).code
    return {"captcha_id": captcha_id, "captcha_code": code}


# --- Who may -----------------------------------------------------------------------


@pytest.mark.parametrize("name", [PAGE, FORGOT])
def test_it_asks_for_ones_own_password_first(owner, name):
    for method in ("get", "post"):
        answer = getattr(owner.client, method)(reverse(name))
        assert answer.headers["Location"] == (
            f"{reverse('account_reauthenticate')}?next="
            f"{reverse(name).replace('/', '%2F')}"
        )
    owner.confirms()
    assert owner.client.get(reverse(name)).status_code == 200


def test_ones_own_password_leads_back_to_the_page(owner):
    address = f"{reverse('account_reauthenticate')}?next={reverse(PAGE)}"
    answer = owner.client.post(
        address, {"password": "correct horse battery staple", "next": reverse(PAGE)}
    )
    assert answer.headers["Location"] == reverse(PAGE)


def test_what_was_typed_does_not_wait_in_the_session(owner):
    replaces(owner)
    assert NEW not in str(dict(owner.client.session))


def test_it_works_for_people_with_a_second_factor(owner):
    TOTP.activate(owner.user, generate_totp_secret())
    codes = RecoveryCodes.activate(owner.user)
    page = owner.client.get(reverse("account_reauthenticate"))
    assert reverse("mfa_reauthenticate") in page.content.decode()
    owner.client.post(
        reverse("mfa_reauthenticate"), {"code": codes.get_unused_codes()[0]}
    )
    assert owner.client.get(reverse(PAGE)).status_code == 200


def test_it_is_for_owners(owner):
    desk = make_member(
        owner.account.practice, Membership.Role.MANAGER, make_user("max@example.org")
    )
    owner.client.force_login(
        desk.user, backend="django.contrib.auth.backends.ModelBackend"
    )
    assert owner.client.get(reverse(PAGE)).status_code == 403


@pytest.mark.parametrize("name", [PAGE, FORGOT])
def test_an_account_without_a_password_has_no_such_page(owner, name):
    owner.confirms()
    ProviderAccount.objects.update(interface="one_api", api_key="key")
    assert owner.client.get(reverse(name)).status_code == 404
    assert reverse(PAGE) not in owner.client.get(reverse("account")).content.decode()


# --- Shown -------------------------------------------------------------------------


def test_it_is_shown_once_and_every_owner_is_told(owner):
    secret = owner.account.password
    owner.confirms()
    assert secret not in owner.client.get(reverse(PAGE)).content.decode()
    page = owner.client.post(reverse(PAGE), {"do": "reveal"})
    assert secret in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert secret not in owner.client.get(reverse(PAGE)).content.decode()

    (letter,) = mail.outbox
    assert letter.to == ["olivia@example.org"]
    assert "Olivia Owner (olivia@example.org)" in letter.body
    assert secret not in letter.body


def test_no_log_line_holds_it(owner, caplog):
    owner.confirms()
    owner.client.post(reverse(PAGE), {"do": "reveal"})
    assert "provider_password_shown" in caplog.text
    assert owner.account.password not in caplog.text


# --- Replaced ----------------------------------------------------------------------


def test_the_right_one_is_kept_and_texts_go_on(owner):
    changes_it_at_the_provider()
    ProviderAccount.objects.update(credentials_refused_at=clock.now())
    owner.confirms()
    assert replaces(owner).headers["Location"] == reverse("account")
    assert owner.account.password == NEW
    assert owner.account.is_usable(clock.now())
    logged = ProviderCall.objects.values_list("request", "response")
    assert not any(NEW in text for row in logged for text in row)


def test_a_wrong_one_is_said_so_at_the_field_and_not_kept(owner):
    before = owner.account.password
    owner.confirms()
    page = replaces(owner, "Wrong1Password")
    assert page.status_code == 422
    assert "password" in page.context["form"].errors
    assert "Wrong1Password" not in page.content.decode()
    assert owner.account.password == before
    # The stored one was not asked about, and is as good as it was.
    assert owner.account.credentials_refused_at is None


def test_what_cannot_be_one_is_not_tried(owner):
    owner.confirms()
    before = ProviderCall.objects.count()
    for nonsense in ("", "short", "with blank", "x" * 33, "zero\x00byte"):
        assert replaces(owner, nonsense).status_code == 422
    assert ProviderCall.objects.count() == before


def test_it_shows_a_picture_when_the_provider_wants_one(owner):
    owner.confirms()
    for _try in range(2):
        replaces(owner, "Wrong1Password")
    asked = ProviderCall.objects.filter(action="authenticate_user").count()
    page = replaces(owner, owner.account.password)
    # We want it before the provider has to say so.
    calls = ProviderCall.objects.filter(action="authenticate_user")
    assert calls.count() == asked
    typed = read(page)
    answer = replaces(owner, owner.account.password, **typed)
    assert answer.status_code == 302
    assert owner.account.locked_at is None


def test_the_picture_stays_when_nothing_was_sent(owner):
    owner.confirms()
    Rule.objects.create(action="authenticate_user", kind="answer", code="004")
    shown = read(replaces(owner))
    page = replaces(owner, "short", **shown)
    assert read(page) == shown


def test_there_is_another_picture_without_javascript(owner):
    owner.confirms()
    page = replaces(owner, "", new_picture="1")
    assert read(page)
    assert not page.context["form"].errors


def test_a_click_at_the_same_time_is_told_to_wait(owner):
    now = clock.now()
    account = owner.account
    assert account.take_turn(now, now + steps.turn.TURN)
    owner.confirms()
    page = replaces(owner)
    assert "being asked" in page.content.decode()
    assert owner.account.password != NEW


# --- Forgotten ---------------------------------------------------------------------


def forgets(owner: Owner, **changes: str):
    """Ask for a new one, with what the picture says."""
    page = owner.client.get(reverse(FORGOT))
    typed = {"email_address": "olivia@example.org", **read(page), **changes}
    return owner.client.post(reverse(FORGOT), typed)


def test_a_new_one_is_mailed_and_texts_wait_for_it(owner):
    owner.confirms()
    answer = forgets(owner)
    assert answer.headers["Location"] == reverse(PAGE)
    assert owner.account.credentials_refused_at
    assert not owner.account.is_usable(clock.now())
    new = owner.at_provider.password
    assert new in Mail.objects.first().body
    assert replaces(owner, new).status_code == 302
    assert owner.account.is_usable(clock.now())


def test_a_lost_answer_counts_as_done(owner):
    owner.confirms()
    Rule.objects.create(action="forgot_password", kind="lost")
    answer = forgets(owner)
    assert answer.status_code == 302
    assert owner.account.credentials_refused_at
    page = owner.client.get(reverse(PAGE))
    assert "answer was lost" in page.content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"captcha_code": "WRONG"}, "captcha_code"),
        ({"captcha_code": ""}, "captcha_code"),
        ({"email_address": "someone@example.org"}, "email_address"),
        ({"email_address": "nobody"}, "email_address"),
    ],
)
def test_nothing_happens_when_something_is_wrong(owner, change, field):
    before = owner.at_provider.password
    owner.confirms()
    page = forgets(owner, **change)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {field}
    assert read(page)
    assert owner.at_provider.password == before
    assert owner.account.credentials_refused_at is None


# --- The whole story ---------------------------------------------------------------


def test_a_password_changed_at_the_provider_is_noticed_asked_for_and_replaced(owner):
    changes_it_at_the_provider()
    tasks.refresh_balances()
    assert owner.account.credentials_refused_at
    refused = ProviderCall.objects.count()

    # The owners hear of it, and nobody tries the old one again.
    tasks.tell_owners()
    assert any("refuses the sign-in" in letter.subject for letter in mail.outbox)
    for _minute in range(3):
        tasks.refresh_balances()
        tasks.watch_accounts()
    assert ProviderCall.objects.count() == refused
    assert owner.at_provider.auth_failures == 0
    page = owner.client.get(reverse("today"))
    assert reverse(PAGE) in page.content.decode()

    owner.confirms()
    replaces(owner)
    tasks.refresh_balances()
    notices.review(clock.now())
    assert owner.account.is_usable(clock.now())
    still = owner.account.notices.open()
    assert not still.filter(kind="credentials_refused").exists()
    assert reverse(PAGE) not in owner.client.get(reverse("today")).content.decode()
