"""Looking at a page as it stands: can everybody use it, does it fit, what does it show."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import COLOURS, assert_accessible
from tests.browser.shots import PHONE, shoot

# A page without motion has another scheme's colours when it was drawn anew.
DRAWN_ANEW = """() => new Promise(
    (done) => requestAnimationFrame(() => requestAnimationFrame(done))
)"""
# What sticks out of a page that is wider than the screen.
STICKS_OUT = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll("body *")]
        .filter((element) => element.getBoundingClientRect().right > width + 1)
        .map((element) => element.outerHTML.slice(0, 120));
}"""


def looked_at(page: Page, name: str) -> None:
    """Check a page in both themes and on a phone, and keep its picture."""
    before = page.viewport_size
    # Without motion: half-way between two themes no colour is what it should be.
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.evaluate(DRAWN_ANEW)
    assert_accessible(page, only=COLOURS)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size(PHONE)
    page.evaluate(DRAWN_ANEW)
    assert not page.evaluate(STICKS_OUT), f"{page.url} is wider than a phone"
    assert_accessible(page)
    page.emulate_media(color_scheme="null", reduced_motion="null")
    if before:
        page.set_viewport_size(before)
    shoot(page, name)


def has_focus(place: Locator) -> None:
    """The keyboard goes on from here."""
    expect(place).to_be_focused()


def has_focus_on_errors(page: Page) -> None:
    """What is wrong is said where the keyboard is, and aloud."""
    summary = page.locator("main .error-summary, main .notice[data-focus]").first
    expect(summary).to_have_role("alert")
    has_focus(summary)
