"""The world around a practice: mail, phones, the picture with the code, and the network.

In the sandbox all of it is to be looked at. What a person would do there is done on
its pages; what only a person's eyes can do is read from `/switchboard/state.json`.
"""

import re
from collections.abc import Sequence
from typing import TypedDict, cast

from reminders.demo.browser import Browser, NotOnThePage


class Text(TypedDict):
    """A text as the network has it; numbers are digits without the plus."""

    direction: str
    message_id: str
    client_id: str
    to: str
    text: str
    status: str
    delivered_at: str | None


class Outside:
    """Everything that is not the practice, seen through the sandbox at `address`."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address

    def read_picture(self, captcha_id: str) -> str:
        """The characters in the provider's picture. Raises NotOnThePage."""
        for captcha in self._state("captchas"):
            if captcha["captcha_id"] == captcha_id:
                return str(captcha["code"])
        raise NotOnThePage("The provider never made this picture.")

    def link_mailed_to(self, address: str) -> str:
        """The link in the newest mail to an address; "" where there is none."""
        for mail in self._state("mails"):
            if mail["to"] == address and mail["link"]:
                return str(mail["link"])
        return ""

    def arrived_on(self, number: str) -> list[Text]:
        """The texts that a phone has received, oldest first."""
        return [
            text
            for text in reversed(self.carried())
            if text["to"] == _digits(number) and text["delivered_at"]
        ]

    def carried(self) -> list[Text]:
        """Every text the network took from anybody for a phone, newest first."""
        texts = cast("list[Text]", self._state("texts"))
        return [text for text in texts if text["direction"] == "to_handset"]

    def answer(self, number: str, line: str, words: str) -> None:
        """Write from a phone to a practice's number."""
        page = self.browser.open(f"{self.address}/phone/{_digits(number)}/")
        self.browser.submit(page, {"to": _digits(line), "text": words}, press=("", ""))

    def _state(self, what: str) -> Sequence[dict[str, object]]:
        state = self.browser.json(f"{self.address}/switchboard/state.json")
        return cast("Sequence[dict[str, object]]", state[what])


def code_in(words: str) -> str:
    """The activation code in a text; "" where there is none."""
    found = re.search(r"code is (\w+)", words)
    return found[1] if found else ""


def _digits(number: str) -> str:
    return number.removeprefix("+")
