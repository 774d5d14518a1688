"""The set-up in a real browser, with everything that can go another way.

Three stories: an owner opens an account and later lets go of it, an owner comes with
an API key, and somebody is invited. On every page: nothing that hinders anybody, nothing
wider than a phone, and the focus where the keyboard goes on.
"""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect
from pytest_django.fixtures import Settings

from provisioning.models import ProviderAccount
from tests import make
from tests.browser.conftest import Site
from tests.browser.looks import has_focus, has_focus_on_errors, looked_at
from tests.browser.provider import (
    PASSWORD,
    Provider,
    claim_at_provider,
    fill_in,
    fill_in_practice,
    read_the_picture,
)
from tests.browser.shots import WIDE, shoot

NUMBER = "14155550146"
SHOWN = "(415) 555-0146"
MOBILE = "12125550177"
# The longest that a page may take to notice what happened elsewhere, in milliseconds.
SOON = 20_000
LONG_NAME = "Lakeside Family Practice, Dermatology and Paediatrics of the North Shore"


@pytest.fixture(autouse=True)
def impatience(page: Page) -> None:
    """Fail soon where something does not come at all."""
    page.set_default_timeout(SOON)


def press(page: Page, name: str) -> None:
    """Press the button of this name."""
    page.get_by_role("button", name=name).first.click()


def headed(page: Page, words: str) -> None:
    """Wait until the page's heading says so."""
    heading = page.get_by_role("heading", name=words, level=1)
    expect(heading).to_be_visible(timeout=SOON)


# --- A new account ---------------------------------------------------------------------


def test_a_new_account(
    page: Page, browser: Browser, site: Site, worker: None, provider: Provider
) -> None:
    """From the first form to a number that works, over every stone on the way."""
    registers_without_scripts(browser, site)
    registers(page, browser, site, provider)
    confirms(page, provider)
    connects(page, provider)
    claims(page, provider)
    tries_it(page, provider)
    meets_conditions(page, provider)
    looks_after_the_password(page, provider)
    leaves_and_comes_back(page, provider)


def registers(page: Page, browser: Browser, site: Site, provider: Provider) -> None:
    """A refused field, another picture, and somebody else who reads it."""
    page.goto("/setup/start/")
    expect(page.get_by_label("Practice name")).to_be_in_viewport()
    expect(page.locator(".way")).to_have_count(3)
    widths = page.locator(".way").evaluate_all(
        "ways => ways.map(way => Math.round(way.getBoundingClientRect().width))"
    )
    assert len(set(widths)) == 1
    looked_at(page, "start")
    fill_in(page, provider, **{"Practice name": LONG_NAME, "Your mobile": "12"})
    read = page.get_by_label("Characters in the picture").input_value()
    page.get_by_label("Practice name").press("Enter")
    has_focus_on_errors(page)
    # Enter sent the form, and did not ask for another picture.
    expect(page.get_by_label("Characters in the picture")).to_have_value(read)
    looked_at(page, "start-refused")
    page.get_by_role("link", name="Your mobile").click()
    has_focus(page.get_by_label("Your mobile"))
    page.get_by_label("Your mobile").fill("212 555 0177")

    old = page.locator("[name=captcha_id]").input_value()
    press(page, "Another picture")
    expect(page.locator("[name=captcha_id]")).not_to_have_value(old)
    has_focus(page.get_by_label("Characters in the picture"))
    expect(page.get_by_role("status").first).to_have_text("A new picture is here.")
    press(page, "You cannot see it?")
    link = page.get_by_label("Link for whoever reads the picture")
    has_focus(link)
    looked_at(page, "start-help")
    is_read_elsewhere(browser, site, provider, page, link.input_value())
    expect(page.get_by_text("Read for you and filled in.")).to_be_visible(timeout=SOON)
    page.get_by_label("Choose a password").fill(PASSWORD)
    press(page, "Register the practice")


def registers_without_scripts(browser: Browser, site: Site) -> None:
    """Enter sends the form also where the buttons under the picture do."""
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{site.url}/setup/start/")
    plain.get_by_label("Practice name").press("Enter")
    expect(plain.get_by_text("Please look at this again")).to_be_visible()
    plain.get_by_label("Practice name").fill(LONG_NAME)
    press(plain, "Another picture")
    expect(plain.get_by_text("Please look at this again")).to_be_hidden()
    expect(plain.get_by_label("Practice name")).to_have_value(LONG_NAME)
    context.close()


def is_read_elsewhere(
    browser: Browser, site: Site, provider: Provider, page: Page, link: str
) -> None:
    """Somebody else opens the link, on another device."""
    picture = page.locator("[name=captcha_id]").input_value()
    context = browser.new_context()
    helper = context.new_page()
    helper.goto(link)
    headed(helper, "Read a picture for somebody")
    press(helper, "Pass it on")
    has_focus_on_errors(helper)
    looked_at(helper, "helper")
    helper.get_by_label("Characters in the picture").fill(provider.code_of(picture))
    press(helper, "Pass it on")
    headed(helper, "Thank you")
    looked_at(helper, "helper-done")
    context.close()


def confirms(page: Page, provider: Provider) -> None:
    """The mail, sent again; and the mobile, when no more texts are allowed."""
    headed(page, "Confirm your e-mail")
    press(page, "I have clicked it")
    has_focus_on_errors(page)
    press(page, "Send it again")
    expect(page.get_by_text("Can be sent again in")).to_be_visible()
    expect(page.get_by_role("button", name="Send it again")).to_be_disabled()
    looked_at(page, "email")
    provider.opens_link()
    headed(page, "Verify your mobile")
    looked_at(page, "mobile")

    user = provider.account["user"]
    provider.throw("tries", user=user, on="0")
    press(page, "Text me the code")
    expect(page.get_by_role("heading", name="All tries are used up")).to_be_visible()
    looked_at(page, "mobile-used-up")
    provider.throw("tries", user=user, on="1")
    press(page, "Text me a code")
    page.get_by_label("Code from the text").fill("WRONG1")
    press(page, "Verify")
    has_focus_on_errors(page)
    looked_at(page, "mobile-wrong")
    page.get_by_label("Code from the text").fill(provider.account["sms_code"])
    press(page, "Verify")


def connects(page: Page, provider: Provider) -> None:
    """The answer is lost, so the connection is looked for."""
    headed(page, "Connect Frontdesk to the account")
    looked_at(page, "connection")
    provider.throw("rule", action="create_connection", kind="lost", times="1")
    press(page, "Connect")
    expect(page.get_by_text("may have made the connection already")).to_be_visible()
    has_focus(page.locator("[data-focus]").first)
    looked_at(page, "connection-in-doubt")
    page.get_by_label("API ID").fill("1")
    press(page, "Use this connection")
    has_focus_on_errors(page)
    page.get_by_label("API ID").fill(str(provider.account["api_ids"][0]))
    press(page, "Use this connection")


def claims(page: Page, provider: Provider) -> None:
    """A text from the owner's mobile tells which number it is."""
    headed(page, "Claim your US number")
    looked_at(page, "number")
    page.set_viewport_size(WIDE)
    page.reload()
    expect(page.locator(".hood-calls")).to_be_visible()
    looked_at(page, "number-hood")
    shoot(page, "hood", (WIDE,))
    page.get_by_text("Under the hood").click()
    expect(page.locator(".hood-calls")).to_be_hidden()
    shoot(page, "hood-folded", (WIDE,))
    page.set_viewport_size({"width": 1280, "height": 800})

    reply_path = page.locator("#reply-path").inner_text()
    password = page.locator("#reply-password").inner_text()
    with page.expect_popup() as popup:
        press(page, "Open the provider's page")
    claim_at_provider(popup.value, NUMBER, reply_path, password)
    popup.value.close()
    provider.answer(MOBILE, NUMBER, "Hello?")
    expect(page.get_by_text("Your text has come in on it.")).to_be_visible(timeout=SOON)
    looked_at(page, "number-seen")
    press(page, "Use this number")


def tries_it(page: Page, provider: Provider) -> None:
    """Credits are put off, and the number is tried both ways."""
    headed(page, "Message credits")
    looked_at(page, "credits")
    press(page, "Go on without buying")
    headed(page, "Try it both ways")
    looked_at(page, "test")
    press(page, "Text me now")
    expect(page.get_by_text("Our text has arrived")).to_be_visible(timeout=SOON)
    looked_at(page, "test-delivered")
    provider.answer(MOBILE, NUMBER, "OK")
    headed(page, "SMS account")


def meets_conditions(page: Page, provider: Provider) -> None:
    """The account page says what keeps texts back, and how to mend it."""
    expect(page.get_by_text("Your number works")).to_be_visible()
    looked_at(page, "account")
    press(page, "Test again")
    expect(page.get_by_text("Last test")).to_be_visible()
    with page.expect_popup() as popup:
        press(page, "Buy credit")
    expect(popup.value.get_by_role("button", name="Pay with")).to_be_visible()
    popup.value.close()

    page.get_by_label("Mail the owners at").fill("many")
    press(page, "Save")
    has_focus(page.get_by_label("Mail the owners at"))
    page.get_by_label("Mail the owners at").fill("90000")
    press(page, "Save")
    expect(page.get_by_text("Credit is running out.")).to_be_visible()
    looked_at(page, "account-low")
    user = provider.account["user"]
    provider.throw("credit", user=user, on="0")
    press(page, "Test again")
    expect(page.get_by_text("No credit left.", exact=True)).to_be_visible()
    looked_at(page, "account-out-of-credit")
    provider.throw("credit", user=user, on="1")
    press(page, "Look again")
    expect(page.get_by_text("No credit left.", exact=True)).to_be_hidden()

    provider.throw("account", user=user, on="0")
    press(page, "Look again")
    has_focus(page.locator("main .notice[data-focus]"))
    press(page, "Test again")
    expect(page.get_by_text("The provider has stopped")).to_be_visible()
    looked_at(page, "account-suspended")
    provider.throw("account", user=user, on="1")
    press(page, "Try again")
    expect(page.get_by_text("The provider has stopped")).to_be_hidden()


def looks_after_the_password(page: Page, provider: Provider) -> None:
    """Shown after one's own; changed at the provider's console; typed anew here."""
    page.get_by_role("link", name="Show or replace").click()
    looked_at(page, "password-own")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Go on")
    headed(page, "Password at the provider")
    looked_at(page, "password")
    press(page, "Show it")
    shown = page.locator("#provider-password")
    has_focus(page.locator("[data-focus]"))
    looked_at(page, "password-shown")
    kept = shown.inner_text()
    changed = f"{kept[:20]}New1"
    changes_it_there(page, provider, kept, changed)

    page.goto("/setup/account/")
    press(page, "Look again")
    has_focus(page.locator("main .notice[data-focus]"))
    expect(page.get_by_role("link", name="Type the new one")).to_be_visible()
    looked_at(page, "account-refused")
    page.get_by_role("link", name="Type the new one").click()
    page.get_by_label("Password at the provider").fill("wrong1")
    press(page, "Try it and keep it")
    has_focus_on_errors(page)
    page.get_by_role("link", name="Nobody knows it").click()
    headed(page, "Have a new password mailed")
    looked_at(page, "forgot")
    page.get_by_role("link", name="Leave it as it is").click()
    page.get_by_label("Password at the provider").fill(changed)
    if page.locator("[name=captcha_id]").count():
        read_the_picture(page, provider)
    press(page, "Try it and keep it")
    expect(page.get_by_text("The provider accepts this password.")).to_be_visible()


def changes_it_there(page: Page, provider: Provider, old: str, new: str) -> None:
    """At the provider's own console."""
    console = page.context.new_page()
    console.goto(f"{provider.url}/central/")
    looked_at(console, "console-sign-in")
    console.get_by_label("User name").fill(provider.account["user"])
    console.get_by_label("Password").fill(old)
    press(console, "Sign in")
    looked_at(console, "console")
    console.locator("[name=old_password]").fill(old)
    console.locator("[name=new_password]").fill(new)
    press(console, "Change the password")
    expect(console.get_by_text("The password is changed.")).to_be_visible()
    console.close()


def leaves_and_comes_back(page: Page, provider: Provider) -> None:
    """The account is let go of, and taken up again with its user name and password."""
    account = ProviderAccount.objects.get()
    user, password = account.username, account.password
    page.get_by_role("link", name="Disconnect…").click()
    headed(page, "Disconnect the SMS account")
    looked_at(page, "disconnect")
    for box in page.get_by_role("checkbox").all():
        box.check()
    press(page, "Disconnect")
    page.goto("/setup/start/")
    looked_at(page, "start-again")
    page.get_by_role("link", name="An account I have").click()
    page.get_by_label("User name at the provider").fill(user)
    page.get_by_label("Password at the provider").fill("wrong1")
    press(page, "Use this account")
    has_focus_on_errors(page)
    looked_at(page, "existing-wrong")
    page.get_by_label("Password at the provider").fill(password)
    press(page, "Use this account")
    headed(page, "Connect Frontdesk to the account")
    page.get_by_text("that I want to use").click()
    looked_at(page, "connection-brought")
    press(page, "Connect")
    # The number that worked here before is one click away.
    headed(page, "Claim your US number")
    expect(page.get_by_text("It worked here before.")).to_be_visible()


# --- An API key ------------------------------------------------------------------------


def test_an_api_key(page: Page, site: Site, worker: None, provider: Provider) -> None:
    """An integration made on the portal, its addresses copied, tried both ways."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    portal = page.context.new_page()
    portal.goto(f"{provider.url}/portal/")
    portal.get_by_label("Name").fill("Appointment reminders")
    portal.get_by_label("Number from").select_option("415")
    looked_at(portal, "portal")
    press(portal, "Create the integration")
    made = provider.state["integrations"][0]

    page.goto("/setup/start/")
    page.get_by_role("link", name="An API key I have").click()
    expect(page.get_by_text("Step 1 of 5")).to_be_visible()
    looked_at(page, "key")
    fill_in_practice(page, **{"Your mobile": "212 555 0177"})
    page.get_by_label("API key", exact=True).fill("not-a-key")
    page.get_by_label("Two-way number").fill(made["digits"])
    press(page, "Use this key")
    has_focus_on_errors(page)
    looked_at(page, "key-refused")
    page.get_by_label("API key", exact=True).fill(made["api_key"])
    if page.get_by_label("Choose a password").count():
        page.get_by_label("Choose a password").fill(PASSWORD)
    press(page, "Use this key")

    # Only the pages that such an account has to pass.
    headed(page, "Try it both ways")
    steps = page.locator(".step-text")
    expect(steps.filter(has_text=re.compile("mobile|e-mail|Connect"))).to_have_count(0)
    looked_at(page, "key-test")
    addresses = []
    for place in ("status-callback", "reply-path"):
        page.locator(f"[data-copy='#{place}']").click()
        expect(page.locator("#copied")).not_to_be_empty()
        addresses.append(page.evaluate("navigator.clipboard.readText()"))
    portal.get_by_label("Message status callback").fill(addresses[0])
    portal.get_by_label("Reply callback").fill(addresses[1])
    portal.get_by_label("STOP and SUBSCRIBE").check()
    press(portal, "Save")
    looked_at(portal, "integration")
    press(page, "Text me now")
    expect(page.get_by_text("Our text has arrived")).to_be_visible(timeout=SOON)
    provider.answer(MOBILE, made["digits"], "OK")
    headed(page, "SMS account")
    looked_at(page, "key-account")
    press(page, "Look again")
    expect(page.get_by_text("Answered").first).to_be_visible()
    page.get_by_role("link", name="Replace").click()
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Go on")
    headed(page, "API key")
    looked_at(page, "key-new")


# --- Around the set-up -----------------------------------------------------------------


def test_people(page: Page, browser: Browser, site: Site) -> None:
    """An owner invites somebody, who comes in by the link in the mail."""
    practice = make.make_ready_practice(name=LONG_NAME)
    owner = make.make_member(practice, user=make.make_user("olivia@example.org")).user
    signs_in(page, owner.email)
    page.goto("/setup/people/")
    looked_at(page, "people")
    press(page, "Send the invitation")
    has_focus_on_errors(page)
    page.get_by_label("E-mail address").fill(
        "a.rather.long.address@practice.example.org"
    )
    page.get_by_label("Role", exact=True).select_option("Front desk")
    press(page, "Send the invitation")
    expect(page.get_by_text("Waiting, until")).to_be_visible()
    looked_at(page, "people-invited")

    link = re.search(r"https?://\S+/setup/join/\S+", str(mail.outbox[-1].body))
    assert link
    context = browser.new_context()
    theirs = context.new_page()
    theirs.goto(link[0])
    headed(theirs, f"Join {LONG_NAME}")
    press(theirs, "Join")
    has_focus_on_errors(theirs)
    looked_at(theirs, "join")
    theirs.get_by_label("Your first name").fill("Frida")
    theirs.get_by_label("Your surname").fill("Sample")
    theirs.get_by_label("Choose a password").fill(PASSWORD)
    press(theirs, "Join")
    headed(theirs, "Today")
    theirs.goto(link[0])
    looked_at(theirs, "join-over")
    context.close()

    page.reload()
    page.get_by_role("link", name="Frida Sample").click()
    looked_at(page, "person")


def signs_in(page: Page, email: str) -> None:
    """By the front door."""
    page.goto("/account/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(make.PASSWORD)
    press(page, "Sign in")


def test_papers_and_silence(
    page: Page, site: Site, provider: Provider, settings: Settings
) -> None:
    """The catalogue of codes, the switchboard, and a provider that does not answer."""
    practice = make.make_ready_practice()
    signs_in(page, make.make_member(practice).user.email)
    page.goto("/setup/errors/")
    page.get_by_label("Code or words").press_sequentially("captcha")
    expect(page.locator("#c102")).to_be_hidden()
    expect(page.locator("#c003")).to_be_visible()
    has_focus(page.get_by_label("Code or words"))
    assert "q=captcha" in page.url
    looked_at(page, "errors")
    page.get_by_label("Code or words").fill("no such words")
    expect(page.get_by_text("No code has these words")).to_be_visible()
    looked_at(page, "errors-none")

    provider.throw("rule", action="register", kind="answer", code="110", times="1")
    page.goto(f"{provider.url}/switchboard/")
    looked_at(page, "switchboard")
    for name in ("", "mailbox/", "phone/", f"phone/{MOBILE}/"):
        page.goto(f"{provider.url}/{name}")
        looked_at(page, f"sandbox-{name.strip('/').replace('/', '-') or 'index'}")

    page.context.clear_cookies()
    cache.clear()
    settings.CONNECT_URL = "http://127.0.0.1:9/connect/"
    page.goto("/setup/start/")
    headed(page, "The provider does not answer")
    looked_at(page, "unreachable")
    settings.CONNECT_URL = site.environment["CONNECT_URL"]
    page.get_by_role("link", name="Try again").click()
    headed(page, "Set up your practice")
