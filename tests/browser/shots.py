"""Pictures of the pages, for people to look at.

Set FRONTDESK_SHOTS to a folder, and each `shoot` leaves four PNG files there: on a desk
and on a phone, in light and in dark. Without it `shoot` does nothing.
"""

import os
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, ViewportSize

DESK: ViewportSize = {"width": 1280, "height": 800}
# Where the panel under the hood stands beside the page.
WIDE: ViewportSize = {"width": 1600, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
# Milliseconds after which a page has taken on the colours of another scheme.
SETTLED = 150
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def shoot(
    page: Page, name: str, sizes: tuple[ViewportSize, ...] = (DESK, PHONE)
) -> None:
    """Store `name-1280-light.png` and its siblings, the whole page each."""
    folder = os.environ.get("FRONTDESK_SHOTS")
    if not folder:
        return
    before = page.viewport_size
    for size in sizes:
        page.set_viewport_size(size)
        for scheme in SCHEMES:
            # Without motion: colours would be caught half-way.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.evaluate("window.scrollTo(0, 0)")
            page.wait_for_timeout(SETTLED)
            path = Path(folder) / f"{name}-{size['width']}-{scheme}.png"
            # Hiding the caret would change styles, which the policy forbids and tells.
            page.screenshot(path=path, full_page=True, caret="initial")
    page.emulate_media(color_scheme="null", reduced_motion="null")
    if before:
        page.set_viewport_size(before)
