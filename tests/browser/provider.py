"""What the owner types, looks up at the provider and does there; and the provider's moods."""

from typing import Any

import requests
from playwright.sync_api import Page

# A call to the sandbox is local; one that takes longer hangs.
SECONDS = 5
PASSWORD = "a long walk by the lake"


class Provider:
    """The sandbox, asked and driven over its own addresses."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def state(self) -> dict[str, Any]:
        """Everything the sandbox knows."""
        found: dict[str, Any] = requests.get(
            f"{self.url}/switchboard/state.json", timeout=SECONDS
        ).json()
        return found

    @property
    def account(self) -> dict[str, Any]:
        """The newest account."""
        found: dict[str, Any] = self.state["accounts"][0]
        return found

    def code_of(self, captcha_id: str) -> str:
        """Read a picture."""
        return next(
            str(row["code"])
            for row in self.state["captchas"]
            if row["captcha_id"] == captcha_id
        )

    def texts_on(self, digits: str) -> list[str]:
        """Texts that lie on a phone, oldest first."""
        return [
            str(text["text"]) for text in self.state["texts"] if text["to"] == digits
        ]

    def answer(self, digits: str, to: str, text: str) -> None:
        """Write from a phone."""
        self._post(f"phone/{digits}/answer", to=to, text=text)

    def opens_link(self) -> None:
        """Click the link of the newest mail, on some other device."""
        link = self.state["mails"][0]["link"]
        requests.get(link, timeout=SECONDS, allow_redirects=False)

    def throw(self, switch: str, **settings: str) -> None:
        """Throw a switch of the board; `on="0"` is the trouble, `on="1"` the cure."""
        self._post("switchboard/act", do=switch, **settings)

    def _post(self, path: str, **data: str) -> None:
        requests.post(f"{self.url}/{path}", data, timeout=SECONDS).raise_for_status()


def fill_in_practice(page: Page, **changes: str) -> None:
    """Fill in what every way into the set-up asks of the practice and its owner."""
    typed = {
        "Practice name": "Lakeside Family Practice",
        "Practice phone": "212 555 0100",
        "Your first name": "Olivia",
        "Your surname": "Owner",
        "E-mail address": "olivia@example.org",
        "Choose a password": PASSWORD,
        **changes,
    }
    for label, value in typed.items():
        page.get_by_label(label).fill(value)


def fill_in(page: Page, provider: Provider, **changes: str) -> None:
    """Fill in the form for a new account."""
    fill_in_practice(page, **{"Your mobile": "212 555 0177", **changes})
    page.get_by_label("I accept the provider's terms").check()
    read_the_picture(page, provider)


def read_the_picture(page: Page, provider: Provider) -> None:
    """Type what the picture shows."""
    captcha_id = page.locator("[name=captcha_id]").input_value()
    page.get_by_label("Characters in the picture").fill(provider.code_of(captcha_id))


def claim_at_provider(there: Page, digits: str, reply_path: str, password: str) -> None:
    """On the provider's page for numbers: choose one, rent it, give the reply path."""
    there.get_by_label("Area code").select_option(digits[1:4])
    there.get_by_role("button", name="Show free numbers").click()
    there.locator(f"[name=number][value='{digits}']").check()
    there.get_by_role("button", name="Choose").click()
    there.get_by_role("button", name="Rent this number").click()
    there.locator("[name*=url]").fill(reply_path)
    there.locator("[name*=user]").fill("frontdesk")
    there.locator("[name*=password]").fill(password)
    there.get_by_role("button", name="Save the reply path").click()
