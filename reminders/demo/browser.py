"""A browser without a screen: cookies, pages, and forms filled in as people do.

It is one of the two places that speak HTTP and read markup on their own account (see
the ruff ban in pyproject). The other is the provider's wire; this one is the person
in front of the pages, so what it proves it proves for people: a form without its CSRF
field, a missing label or a button that is gone stops it.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from lxml import html

# Seconds: to connect, and for a page that has to ask the provider first.
TIMEOUT = (3.05, 40)

Values = Mapping[str, str | bool]


class NotOnThePage(Exception):
    """What a person would look for is not there; the text says what, and where."""


class Page:
    """One answer: where it came from, its status, and what can be read on it."""

    def __init__(self, response: requests.Response) -> None:
        self.address: str = response.url
        self.status = response.status_code
        self.content = response.content
        # A page may answer with nothing at all, or with JSON.
        self.tree: Any = html.document_fromstring(
            (response.text or " ").encode(), parser=html.HTMLParser(encoding="utf-8")
        )

    def __str__(self) -> str:
        return f"{self.address} (HTTP {self.status}, “{self.heading}”)"

    @property
    def path(self) -> str:
        """The address without host and query."""
        return urlsplit(self.address).path

    @property
    def heading(self) -> str:
        """The first heading."""
        return _words(next(iter(self.tree.iter("h1")), None))

    @property
    def words(self) -> str:
        """Everything that can be read on the page, in one line."""
        return _words(self.tree.body)

    @property
    def problems(self) -> list[str]:
        """What the page complains about: errors of fields, and alerts."""
        found = self.tree.xpath(
            "//p[contains(concat(' ', @class, ' '), ' error ')]|//*[@role='alert']"
        )
        return [words for element in found if (words := _words(element))]

    def read(self, element_id: str) -> str:
        """The words of the element with this id. Raises NotOnThePage."""
        element = self.tree.get_element_by_id(element_id, None)
        if element is None:
            raise NotOnThePage(f"There is no #{element_id} on {self}.")
        return _words(element)

    def value(self, name: str) -> str:
        """What a field holds now. Raises NotOnThePage."""
        for form in self.tree.forms:
            if name in form.fields:
                return str(form.fields[name] or "")
        raise NotOnThePage(f"There is no field {name!r} on {self}.")

    def row(self, words: str) -> str:
        """The words of the first row of a table that has these; "" where none has."""
        rows = (_words(row) for row in self.tree.iter("tr"))
        return next((row for row in rows if words in row), "")

    def form(self, names: Values, press: tuple[str, str] | None) -> Any:
        """The form that has all these fields, and the button. Raises NotOnThePage."""
        for form in self.tree.forms:
            if set(names) <= set(form.fields) and (not press or _has(form, press)):
                return form
        wanted = [*names, *([f"[{press[0]}={press[1]}]"] if press else [])]
        raise NotOnThePage(f"There is no form with {', '.join(wanted)} on {self}.")


class Browser:
    """One person's browser."""

    def __init__(self, session: requests.Session | None = None) -> None:
        self.session = session or requests.Session()
        # A proxy that is set for the outside world must not get between us and here.
        self.session.trust_env = False

    def open(self, address: str) -> Page:
        """Go to an address, following redirects."""
        return self._ask("GET", address)

    def submit(
        self, page: Page, values: Values, press: tuple[str, str] | None = None
    ) -> Page:
        """Fill in the form that has these fields and press its button.

        True and False tick and untick boxes; in a list, what it shows may be chosen as
        well as what stands behind it. Raises NotOnThePage when there is no such form,
        or when the list does not offer it.
        """
        form = page.form(values, press)
        for name, value in values.items():
            _fill(form, name, value, page)
        data = [*form.form_values(), *([press] if press else [])]
        address = urljoin(page.address, form.get("action") or page.address)
        headers = {"Referer": page.address}
        if form.method == "GET":
            return self._ask("GET", address, params=data, headers=headers)
        return self._ask("POST", address, data=data, headers=headers)

    def json(self, address: str) -> Any:
        """Read a page that is meant for programs."""
        answer = self.session.get(address, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()

    def answers(self, address: str) -> bool:
        """Whether anybody serves this address yet."""
        try:
            return bool(self.session.get(address, timeout=TIMEOUT).ok)
        except requests.RequestException:
            return False

    def _ask(self, method: str, address: str, **what: Any) -> Page:
        try:
            answer = self.session.request(method, address, timeout=TIMEOUT, **what)
        except requests.RequestException as error:
            raise NotOnThePage(f"Nobody answers at {address}.") from error
        return Page(answer)


def _fill(form: Any, name: str, value: str | bool, page: Page) -> None:
    try:
        field = form.inputs[name]
        if isinstance(value, bool):
            field.checked = value
        elif isinstance(field, html.SelectElement):
            field.value = _option(field, value)
        else:
            form.fields[name] = value
    except ValueError as error:
        raise NotOnThePage(f"{name!r} does not offer {value!r} on {page}.") from error


def _option(field: Any, shown: str) -> str:
    """The value of the option that shows this, or this itself."""
    options = {_words(option): option.get("value") for option in field.iter("option")}
    return str(options.get(shown, shown))


def _has(form: Any, press: tuple[str, str]) -> bool:
    return press in _buttons(form)


def _buttons(form: Any) -> Iterator[tuple[str, str]]:
    for button in form.iter("button"):
        yield button.get("name", ""), button.get("value", "")


def _words(element: Any) -> str:
    """The text as it is read: entities resolved, white space drawn together."""
    if element is None:
        return ""
    return " ".join(" ".join(element.itertext()).split())
