"""The journey in a real browser: from the first form to a visit confirmed by text.

Every page it passes must be accessible, in light and in dark; with FRONTDESK_SHOTS set
it leaves pictures of each.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from tests.browser.conftest import Site
from tests.browser.looks import looked_at
from tests.browser.provider import Provider, fill_in, read_the_picture

NUMBER = "(415) 555-0146"
DIGITS = "14155550146"
# The pages of the rail but Today.
RAIL = {
    "/schedule/": "schedule",
    "/inbox/": "inbox",
    "/patients/": "patients",
    "/outbox/": "outbox",
}


def zone_by_day() -> str:
    """A zone in which it is about midday now: at night no text may go out."""
    zones = ["Pacific/Auckland", "Asia/Tokyo", "Asia/Dubai", "Europe/Berlin"]
    zones += ["America/Sao_Paulo", "America/Chicago", "America/Anchorage"]
    now = datetime.now(UTC)
    return min(zones, key=lambda zone: abs(now.astimezone(ZoneInfo(zone)).hour - 14))


def test_the_whole_journey(
    page: Page, site: Site, worker: None, provider: Provider, settings: Settings
) -> None:
    """A practice signs up, a visit is booked, reminded of, and confirmed by text."""
    settings.UNDO_GRACE_SECONDS = 0
    signs_up(page, provider)
    fills_the_desk(page)
    is_answered(page, provider)


def signs_up(page: Page, provider: Provider) -> None:
    """The owner never leaves the app but for the provider's own two pages."""
    # One form, and what it says of mistakes.
    page.goto("/setup/start/")
    looked_at(page, "setup-start")
    page.get_by_role("button", name="Register the practice").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    fill_in(page, provider)
    page.get_by_label("Time zone").select_option(zone_by_day())
    old = page.locator("[name=captcha_id]").input_value()
    page.get_by_role("button", name="Another picture").click()
    expect(page.locator("[name=captcha_id]")).not_to_have_value(old)
    expect(page.get_by_label("Your mobile")).to_have_value("212 555 0177")
    looked_at(page, "setup-start-errors")
    read_the_picture(page, provider)
    page.get_by_role("button", name="Register the practice").click()

    # The waiting page goes on by itself once the link was clicked elsewhere.
    expect(page.get_by_role("heading", name="Confirm your e-mail")).to_be_visible()
    looked_at(page, "setup-email")
    page.get_by_role("button", name="I have clicked it").click()
    expect(page.get_by_text("has not seen the click yet")).to_be_visible()
    mail = provider.state["mails"][0]
    assert mail["to"] == "olivia@example.org"
    provider.opens_link()
    expect(page.get_by_role("heading", name="Verify your mobile")).to_be_visible(
        timeout=20_000
    )

    looked_at(page, "setup-mobile")
    page.get_by_role("button", name="Text me the code").click()
    page.get_by_label("Code from the text").fill("WRONG1")
    page.get_by_role("button", name="Verify").click()
    expect(page.locator("#verify_code_error, .error").first).to_be_visible()
    looked_at(page, "setup-code-wrong")
    page.get_by_label("Code from the text").fill(
        provider.state["accounts"][0]["sms_code"]
    )
    page.get_by_role("button", name="Verify").click()

    looked_at(page, "setup-connection")
    page.get_by_role("button", name="Connect").click()

    # The provider's page for the number, in a tab of its own.
    expect(page.get_by_role("heading", name="Claim your US number")).to_be_visible()
    looked_at(page, "setup-number")
    claim_at_provider(page)
    page.get_by_label("Your number").fill(NUMBER)
    page.get_by_role("button", name="This is my number").click()

    expect(page.get_by_role("heading", name="Message credits")).to_be_visible()
    looked_at(page, "setup-credits")
    with page.expect_popup() as popup:
        page.get_by_role("button", name="Buy credits at the provider").click()
    shop = popup.value
    looked_at(shop, "provider-credits")
    shop.get_by_role("button", name="Pay with play money").click()
    shop.close()

    # The balance is seen by itself; then the test, both ways.
    expect(page.get_by_role("heading", name="Try it both ways")).to_be_visible(
        timeout=20_000
    )
    looked_at(page, "setup-test")
    page.get_by_role("button", name="Text me now").click()
    expect(page.get_by_text("Our text has arrived")).to_be_visible(timeout=20_000)
    looked_at(page, "setup-test-delivered")
    assert len(provider.texts_on("12125550177")) >= 1
    provider.answer("12125550177", DIGITS, "OK")
    expect(page.get_by_text("Your number works")).to_be_visible(timeout=20_000)
    page.get_by_text("Under the hood").click()
    looked_at(page, "setup-account")


def claim_at_provider(page: Page) -> None:
    """Choose a number on the provider's page and paste where answers go."""
    reply_path = page.locator("#reply-path").inner_text()
    password = page.locator("#reply-password").inner_text()
    with page.expect_popup() as popup:
        page.get_by_role("button", name="Open the provider's page").click()
    there = popup.value
    there.get_by_label("Area code").select_option("415")
    there.get_by_role("button", name="Show free numbers").click()
    there.locator(f"[name=number][value='{DIGITS}']").check()
    looked_at(there, "provider-numbers")
    there.get_by_role("button", name="Choose").click()
    looked_at(there, "provider-price")
    there.get_by_role("button", name="Rent this number").click()
    there.locator("[name*=url]").fill(reply_path)
    there.locator("[name*=user]").fill("frontdesk")
    there.locator("[name*=password]").fill(password)
    there.get_by_role("button", name="Save the reply path").click()
    looked_at(there, "provider-reply-path")
    there.close()


# --- The desk ----------------------------------------------------------------------


def fills_the_desk(page: Page) -> None:
    """From an empty desk to a booked visit, led by what each page says is next."""
    page.goto("/")
    looked_at(page, "today-empty")
    for path, name in RAIL.items():
        page.goto(path)
        looked_at(page, f"{name}-empty")
    page.goto("/clinic/clinicians/new/")
    page.get_by_label("Name").fill("Dr. Imani Okafor")
    looked_at(page, "clinician-new")
    page.get_by_role("button", name="Save").click()
    page.goto("/clinic/")
    expect(page.get_by_text("Dr. Imani Okafor")).to_be_visible()
    looked_at(page, "clinic")
    page.goto("/patients/new/")
    page.get_by_label("First name").fill("Ana")
    page.get_by_label("Surname").fill("Sample")
    page.get_by_label("Mobile number").fill("12")
    page.get_by_role("button", name="Add the patient").click()
    expect(page.get_by_text("Digits are missing").first).to_be_visible()
    looked_at(page, "patient-new-errors")
    page.get_by_label("Mobile number").fill("(212) 555-0102")
    page.get_by_label("In words, here or on the phone").check()
    page.get_by_role("button", name="Add the patient").click()
    expect(page.get_by_role("heading", name="Ana Sample").first).to_be_visible()
    looked_at(page, "patient")
    page.goto("/appointments/new/")
    page.get_by_label("Find by name or number").press_sequentially("ana sam")
    page.locator("#patient-found").get_by_text("Ana Sample").click()
    page.get_by_label("With", exact=True).select_option("Dr. Imani Okafor")
    page.get_by_label("Kind of visit").select_option(index=1)
    page.get_by_label("Date", exact=True).fill(
        (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    )
    page.get_by_label("Time", exact=True).fill("10:30")
    looked_at(page, "appointment-new")
    page.get_by_role("button", name="Book this visit").click()
    expect(page.get_by_text("Booked").first).to_be_visible()
    looked_at(page, "appointment")


def is_answered(page: Page, provider: Provider) -> None:
    """The text arrives, C comes back, and whoever looks at the desk sees it."""
    visit = page.url
    eventually(page, visit, "Delivered")
    texts = provider.texts_on("12125550102")
    assert len(texts) == 1
    assert "Lakeside Family Practice" in texts[0]
    provider.answer("12125550102", DIGITS, "C")
    eventually(page, visit, "Confirmed")
    provider.answer("12125550102", DIGITS, "Is there parking at your place?")
    eventually(page, "/inbox/", "Is there parking at your place?")
    looked_at(page, "inbox")
    page.get_by_role("link", name="Answer").first.click()
    expect(page.get_by_text("Is there parking at your place?")).to_be_visible()
    looked_at(page, "conversation")
    for path, name in RAIL.items():
        page.goto(path)
        looked_at(page, name)
    day = (datetime.now(UTC) + timedelta(days=2)).date()
    page.goto(f"/?day={day}")
    expect(page.get_by_text("Ana Sample").first).to_be_visible()
    looked_at(page, "today")


def eventually(page: Page, path: str, words: str) -> None:
    """Reload until the page says so: workers need a moment."""
    for _look in range(60):
        page.goto(path)
        if page.locator("main").get_by_text(words).count():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{path} never said “{words}”.")
