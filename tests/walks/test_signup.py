"""Walk: a practice signs up, with every slip that a person may make on the way."""

import pytest
from django.http import HttpResponse
from django.urls import reverse

from provisioning.models import Membership, Stage
from provisioning.sandbox import callbacks, clock
from provisioning.sandbox.models import Mail, Switches
from tests.provisioning.owner import MOBILE, Owner
from tests.reminders.demo.stage import make_browser

pytestmark = pytest.mark.django_db

AREA, NUMBER = "212", "+12125550111"


@pytest.fixture
def owner() -> Owner:
    """Somebody at a browser; texts are on the phone the moment they are sent."""
    switches = Switches.objects.current()
    switches.receipt_seconds = 0
    switches.save()
    return Owner()


def test_it_leads_from_a_wrong_picture_to_a_number_that_works_both_ways(owner):
    # The form comes back with each problem on its field, and nothing was sent.
    page = owner.registers(practice_name="", practice_phone="12", email="olivia@")
    assert problems(page) == {"practice_name", "practice_phone", "email"}
    assert not Mail.objects.exists()

    # The picture was misread; all else that was typed is still there.
    page = owner.registers(code="WRONG")
    assert problems(page) == {"captcha_code"}
    assert page.context["form"]["practice_name"].value() == "Lakeside Clinic"
    assert said(page, "The characters did not match the picture.")

    # Another picture, read well. The person is signed in since the first try.
    page = owner.sends_registration(
        {
            name: page.context["form"][name].value()
            for name in page.context["form"].fields
            if name not in ("captcha_code", "create_anyway")
        },
        page.content.decode(),
    )
    assert page.status_code == 302
    assert due(owner) == "email"

    # That mailbox is hard to get at: the mail is sent again, to another one.
    page = owner.presses("email", "check")
    assert said(page, "has not seen the click yet")
    owner.presses("email", "resend", email_address="desk@example.org")
    assert Mail.objects.order_by("pk").last().to == "desk@example.org"
    owner.clicks_the_link()
    owner.presses("email", "check")
    assert due(owner) == "mobile"

    # A wrong code is refused, the right one is not, spaces and all.
    owner.presses("mobile", "send", mobile_number=MOBILE)
    page = owner.presses("mobile", "verify", code="99999")
    assert problems(page, "verify") == {"code"}
    owner.presses("mobile", "verify", code=f" {owner.code_on_the_mobile()} ")
    assert due(owner) == "connection"

    owner.presses("connection", "connect")
    assert due(owner) == "number"

    # On the provider's pages: a number is rented, and told where answers go.
    page = owner.client.get(reverse("wizard_page", args=["number"]))
    rents(owner, page)
    owner.presses("number", "claim", number="(212) 555-0111")
    assert due(owner) == "credits"

    # Credits are bought there too; here the balance has grown.
    shop = owner.presses("credits", "buy")
    browser = make_browser()
    receipt = browser.submit(browser.open(shop.headers["Location"]), {"pack": "500"})
    assert "500 credits were added" in receipt.words
    owner.presses("credits", "balance")
    assert due(owner) == "test"
    assert owner.account.balance == 510

    # We text the mobile, it answers: both ways are proven, and the desk is open.
    owner.presses("test", "test")
    assert "Answer OK to finish the set-up." in owner.texts_received()[0]
    callbacks.deliver_due(clock.now())
    owner.answers("Ok, works", number=NUMBER)
    assert owner.lands_on() == reverse("account")
    account = owner.account
    assert account.stage == Stage.READY
    assert account.is_usable(clock.now())
    assert account.lines.get().number == NUMBER
    assert owner.client.get(reverse("today")).status_code == 200

    # Every stage of the way was reached once, and by this person.
    changes = account.stage_changes.values_list("after", "by__email")
    assert [after for after, _by in changes] == list(Stage)[2:]
    # The corrected address is what she signs in with, too.
    assert {by for _after, by in changes} == {"desk@example.org", None}
    assert Membership.objects.get().is_owner


def problems(page: HttpResponse, form: str = "") -> set[str]:
    """The fields that a page complains about."""
    context = page.context  # type: ignore[attr-defined]
    shown = context["forms"][form] if form else context["form"]
    assert page.status_code == 422
    return set(shown.errors)


def said(page: HttpResponse, words: str) -> bool:
    """Whether a page says this."""
    return words in page.content.decode()


def due(owner: Owner) -> str:
    """The page that the set-up leads to."""
    return owner.lands_on().strip("/").split("/")[-1]


def rents(owner: Owner, ours: HttpResponse) -> None:
    """Rent a number on the provider's pages; paste the reply path of our page there."""
    link = owner.presses("number", "open").headers["Location"]
    browser = make_browser()
    page = browser.submit(browser.open(link), {"area": AREA})
    page = browser.submit(page, {"number": NUMBER.removeprefix("+")})
    page = browser.submit(page, {"number": NUMBER.removeprefix("+")})
    page = browser.submit(
        page,
        {
            "reply_url": ours.context["text_address"],  # type: ignore[attr-defined]
            "reply_type": "1",
            "reply_username": owner.account.HOOK_USER,
            "reply_password": owner.account.hook_password,
        },
    )
    assert "The reply path is saved." in page.words
