"""One owner begins the set-up and leaves; another goes on, at another browser.

Wherever the first one stops, the second lands on the page that is due and gets to
READY with an address and a mobile of their own.
"""

from collections.abc import Callable

import pytest
from django.urls import reverse
from requests import Session

from provisioning import staff
from provisioning.models import Membership, Stage, TwoWayTest, User
from provisioning.sandbox import callbacks, clock
from provisioning.sandbox.models import ApiConnection, Number
from tests import wire
from tests.make import PASSWORD, make_user
from tests.provisioning.owner import MOBILE, NUMBER, TYPED, Owner

pytestmark = pytest.mark.django_db

OTTO = "otto@example.org"
HIS_MOBILE = "+12125550178"


@pytest.fixture
def olivia() -> Owner:
    return Owner()


@pytest.fixture
def otto() -> Owner:
    otto = Owner()
    make_user(OTTO, first_name="Otto", last_name="Other")
    assert otto.client.login(email=OTTO, password=PASSWORD)
    return otto


def hands_over(olivia: Owner, otto: Owner) -> None:
    """Otto becomes an owner, and Olivia leaves."""
    practice = olivia.account.practice
    hers = practice.memberships.get(user=olivia.user)
    practice.memberships.create(user=otto.user, role=Membership.Role.OWNER)
    staff.remove(hers)


def has_confirmed(owner: Owner) -> None:
    """Walk as far as the confirmed address."""
    owner.registers()
    owner.clicks_the_link()
    owner.presses("email", "check")


# How Olivia gets as far as each stage.
WALKS: dict[Stage, Callable[[Owner], object]] = {
    Stage.DRAFT: lambda owner: owner.registers(code="WRONG1"),
    Stage.REGISTERED: lambda owner: owner.registers(),
    Stage.EMAIL_ACTIVATED: has_confirmed,
    Stage.PHONE_VERIFIED: lambda owner: owner.is_verified(),
    Stage.CONNECTED: lambda owner: owner.is_connected(),
    Stage.NUMBER_CLAIMED: lambda owner: owner.has_a_number(),
}
DUE = {
    Stage.DRAFT: reverse("start"),
    Stage.REGISTERED: "/setup/email/",
    Stage.EMAIL_ACTIVATED: "/setup/mobile/",
    Stage.PHONE_VERIFIED: "/setup/connection/",
    Stage.CONNECTED: "/setup/number/",
    Stage.NUMBER_CLAIMED: "/setup/credits/",
}


def claims(owner: Owner) -> None:
    """Claim a number at the provider and tell the app."""
    page = owner.client.get(reverse("wizard_page", args=["number"]))
    Number.objects.create(
        digits=NUMBER.removeprefix("+"),
        account=owner.at_provider,
        connection=ApiConnection.objects.get(api_id=owner.account.api_id),
        claimed_at=owner.account.stage_since,
        reply_url=page.context["text_address"],
        reply_username=owner.account.HOOK_USER,
        reply_password=owner.account.hook_password,
    )
    owner.presses("number", "claim", number=NUMBER)


def tries_both_ways(owner: Owner, mobile: str) -> None:
    """Have a mobile texted, and answer on it."""
    owner.presses("credits", "go_on")
    assert owner.presses("test", "test", mobile_number=mobile).status_code == 302
    callbacks.deliver_due(clock.now())
    answers(mobile)


def answers(mobile: str) -> None:
    """Write OK on a mobile."""
    address = f"http://sandbox.test/phone/{mobile.removeprefix('+')}/answer"
    with wire.on_the_wire(Session()) as phone:
        typed = {"to": NUMBER.removeprefix("+"), "text": "OK"}
        phone.post(address, data=typed).raise_for_status()
    callbacks.deliver_due(clock.now())


def confirms_by_own_mail(owner: Owner) -> None:
    """Have the mail sent to one's own address, and click the link in it."""
    owner.presses("email", "resend", email_address=owner.user.email)
    newest = owner.at_provider.mail_set.order_by("-pk").first()
    assert newest
    assert newest.to == owner.user.email
    owner.clicks_the_link()
    owner.presses("email", "check")


def verifies_own_mobile(owner: Owner) -> None:
    """Have the code texted to one's own mobile."""
    owner.presses("mobile", "send", mobile_number=HIS_MOBILE)
    owner.presses("mobile", "verify", code=owner.code_on_the_mobile())
    assert owner.account.mobile_number == HIS_MOBILE


REST: dict[Stage, Callable[[Owner], object]] = {
    Stage.DRAFT: lambda owner: owner.registers(
        first_name="Otto", last_name="Other", email=OTTO
    ),
    Stage.REGISTERED: confirms_by_own_mail,
    Stage.EMAIL_ACTIVATED: verifies_own_mobile,
    Stage.PHONE_VERIFIED: lambda owner: owner.presses("connection", "connect"),
    Stage.CONNECTED: claims,
    Stage.NUMBER_CLAIMED: lambda owner: tries_both_ways(owner, HIS_MOBILE),
}


@pytest.mark.parametrize("stage", WALKS)
def test_another_owner_goes_on_to_the_end(olivia, otto, stage):
    WALKS[stage](olivia)
    assert olivia.account.stage == stage
    hands_over(olivia, otto)

    assert olivia.lands_on() == reverse("start")
    assert otto.lands_on() == DUE[stage]
    for step in list(REST)[list(REST).index(stage) :]:
        assert otto.account.stage == step
        REST[step](otto)

    assert otto.account.stage == Stage.READY
    assert TwoWayTest.objects.get().mobile_number == HIS_MOBILE
    assert User.objects.get(first_name="Olivia").email == TYPED["email"]
    assert otto.user.email == OTTO


def test_the_first_page_asks_the_next_owner_with_their_own_address(olivia, otto):
    olivia.registers(code="WRONG1")
    hands_over(olivia, otto)
    form = otto.sees_start().context["form"]
    assert form.initial["email"] == OTTO
    assert form.initial["first_name"] == "Otto"
    assert form.initial["practice_name"] == "Lakeside Clinic"


def test_it_says_who_began(olivia, otto):
    olivia.registers()
    hands_over(olivia, otto)
    page = otto.client.get("/setup/email/").content.decode()
    assert "Begun by Olivia Owner on" in page
    assert reverse("people") in page


# --- The activation mail: whose sign-in it corrects -------------------------------------


def test_a_correction_by_another_owner_changes_nobodys_sign_in(olivia, otto):
    olivia.registers()
    practice = olivia.account.practice
    practice.memberships.create(user=otto.user, role=Membership.Role.OWNER)
    otto.presses("email", "resend", email_address="front@example.org")
    assert otto.account.email_address == "front@example.org"
    assert otto.user.email == OTTO
    assert olivia.user.email == TYPED["email"]


def test_whoever_mistyped_it_corrects_their_own_sign_in(olivia, otto):
    olivia.registers()
    practice = olivia.account.practice
    practice.memberships.create(user=otto.user, role=Membership.Role.OWNER)
    olivia.presses("email", "resend", email_address="olive@example.org")
    assert olivia.user.email == "olive@example.org"
    assert otto.user.email == OTTO


# --- The live test ----------------------------------------------------------------------


@pytest.fixture
def claimed(olivia: Owner) -> Owner:
    """An owner at the test page."""
    olivia.has_a_number()
    olivia.presses("credits", "go_on")
    return olivia


def test_it_offers_the_accounts_mobile_and_then_the_one_texted_last(claimed):
    def offered() -> str:
        forms = claimed.client.get("/setup/test/").context["forms"]
        return str(forms["test"].initial["mobile_number"])

    assert offered() == MOBILE
    claimed.presses("test", "test", mobile_number=HIS_MOBILE)
    assert offered() == HIS_MOBILE


def test_left_empty_it_texts_the_accounts_mobile(claimed):
    claimed.presses("test", "test", mobile_number="")
    assert TwoWayTest.objects.get().mobile_number == MOBILE


def test_only_the_mobile_that_was_texted_can_answer(claimed):
    claimed.presses("test", "test", mobile_number=HIS_MOBILE)
    callbacks.deliver_due(clock.now())
    answers(MOBILE)
    assert claimed.account.stage == Stage.NUMBER_CLAIMED
    answers(HIS_MOBILE)
    assert claimed.account.stage == Stage.READY


@pytest.mark.parametrize("typed", [NUMBER, "12", "not a number"])
def test_it_texts_no_nonsense_and_not_the_number_itself(claimed, typed):
    answer = claimed.presses("test", "test", mobile_number=typed)
    assert answer.status_code == 422
    assert "mobile_number" in answer.context["forms"]["test"].errors
    assert not TwoWayTest.objects.exists()


def test_without_a_mobile_of_the_account_one_has_to_be_typed(claimed):
    account = claimed.account
    account.mobile_number = ""
    account.save(update_fields=["mobile_number"])
    answer = claimed.presses("test", "test", mobile_number="")
    assert answer.status_code == 422
    assert claimed.presses("test", "test", mobile_number=HIS_MOBILE).status_code == 302
