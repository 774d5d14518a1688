"""Where a story plays: who acts, what they found out so far, and how they wait."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar
from urllib.parse import urljoin

from reminders.demo.browser import Browser, Page, Values
from reminders.demo.outside import Outside

# How long anything may take that workers or the provider do, and between two looks.
PATIENCE_SECONDS = 30
LOOK_SECONDS = 0.25

Found = TypeVar("Found")


class NotAsItShould(Exception):
    """The story cannot go on: what should have happened did not. The text says what."""


class Owner(NamedTuple):
    """Somebody who signs a practice up, and everything the first page asks for."""

    practice: str
    practice_phone: str
    time_zone: str
    first_name: str
    last_name: str
    email: str
    password: str
    mobile: str
    area: str


@dataclass
class Scene:
    """One story under way. `web` is our address, without a slash at the end."""

    web: str
    outside: Outside
    browser: Browser
    owner: Owner
    pause: Callable[[], None] = field(default=lambda: time.sleep(LOOK_SECONDS))
    # The number the practice claims, E.164, once it has.
    line: str = ""
    # Addresses that a later step comes back to.
    places: dict[str, str] = field(default_factory=dict)

    def open(self, path: str) -> Page:
        """Open one of our pages, which must be there."""
        page = self.browser.open(urljoin(self.web, path))
        expect(page.status < 400, f"{page} did not open.")
        return page

    def submit(
        self,
        page: Page,
        values: Values,
        press: tuple[str, str] | None = None,
    ) -> Page:
        """Fill in a form; the story stops at whatever the answer complains about."""
        answer = self.browser.submit(page, values, press)
        if answer.status >= 400:
            raise NotAsItShould(f"{answer}: {' / '.join(answer.problems)}")
        return answer

    def wait_for(self, found: Callable[[], Found | None], what: str) -> Found:
        """Look until there is something to be found. Raises NotAsItShould."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            if result := found():
                return result
            if time.monotonic() > deadline:
                raise NotAsItShould(
                    f"{what} – waited {PATIENCE_SECONDS} seconds in vain."
                )
            self.pause()


def expect(is_so: bool, otherwise: str) -> None:
    """Raise NotAsItShould with these words unless it is so."""
    if not is_so:
        raise NotAsItShould(otherwise)
