"""Every code of the provider's, in words for owners and operators, and what we saw of it.

The tables are in `provisioning.clickatell.errors` and `provisioning.oneapi.errors`; the
words for who can act and when to try again are here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from provisioning.clickatell.errors import CONNECT_CODES, MESSAGING_CODES, Code, Unknown
from provisioning.models import ProviderAccount, ProviderCall
from provisioning.oneapi.errors import CODES

Api = ProviderCall.Api

TABLES: Mapping[str, Mapping[str, Code]] = {
    Api.CONNECT: CONNECT_CODES,
    Api.MESSAGING: MESSAGING_CODES,
    Api.ONE_API: CODES,
}
WHO: Mapping[str, Any] = {
    "person": _("the practice"),
    "operator": _("whoever runs Frontdesk"),
    "developer": _("whoever builds Frontdesk"),
    "later": _("nobody, we try again"),
    "nobody": _("nobody, all is well"),
}
RETRY: Mapping[str, Any] = {
    "never": _("not again"),
    "after_change": _("once it is mended"),
    "at_time": _("after a wait"),
    "retry": _("ask first, then again"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One code, what it means, and how often this account met it."""

    api: str
    entry: Code
    times: int = 0
    last: datetime | None = None

    @property
    def anchor(self) -> str:
        """Its place on the page: c103, m105, o26."""
        return f"{self.api[0]}{self.entry.code}"

    @property
    def is_known(self) -> bool:
        """Whether one of our tables has it."""
        return self.entry.kind is not Unknown

    @property
    def who(self) -> str:
        """Who can act, in words."""
        return str(WHO[self.entry.who])

    @property
    def retry(self) -> str:
        """When the same may be asked again, in words."""
        return str(RETRY[self.entry.retry])

    def holds(self, words: str) -> bool:
        """Whether every one of these words stands somewhere in the row."""
        said = (self.entry.code, self.entry.label, self.entry.field)
        text = " ".join(
            (*said, gettext(self.entry.sentence), gettext(self.entry.remedy))
        )
        return all(word in text.lower() for word in words.lower().split())


def row_of(api: str, code: str, label: str = "") -> Row:
    """What a code of a call means; one that no table has keeps its number and text."""
    entry = TABLES.get(api, {}).get(code)
    return Row(api, entry or unknown(code, label))


def unknown(code: str, label: str) -> Code:
    """A code that is in none of our tables."""
    sentence = _("The SMS provider answered with an error that we do not know.")
    return Code(code, Unknown, "", str(sentence), "", "person", label)


def find(
    account: ProviderAccount | None, words: str = "", who: str = ""
) -> dict[str, list[Row]]:
    """Rows by the label of their table, narrowed down; with what the account met."""
    seen = account.calls.codes_seen() if account else {}
    return {
        str(Api(api).label): [
            row for row in _rows(api, table, seen) if _fits(row, words, who)
        ]
        for api, table in TABLES.items()
    }


def _fits(row: Row, words: str, who: str) -> bool:
    return row.holds(words) and who in ("", row.entry.who)


def _rows(
    api: str,
    table: Mapping[str, Code],
    seen: Mapping[tuple[str, str], tuple[int, datetime]],
) -> Iterator[Row]:
    unmapped = {code: unknown(code, "") for a, code in seen if a == api}
    for code, entry in sorted({**unmapped, **table}.items(), key=_by_number):
        times, last = seen.get((api, code), (0, None))
        yield Row(api, entry, times, last)


def _by_number(item: tuple[str, Code]) -> str:
    """The order of the numbers; One API's have no leading zeros."""
    return item[0].zfill(3)
