"""The calls without an account: what there is to choose from, terms, picture codes.

They change nothing, so they are repeated once when the network fails.
"""

from provisioning.clickatell import values
from provisioning.clickatell.envelope import Answer
from provisioning.clickatell.types import (
    AccountType,
    CallbackType,
    Captcha,
    ConnectionType,
    Country,
    CountryPrefix,
)

from .calls import Calls, Pairs, first

_CAPTCHA_ID = "[0-9A-Za-z]{1,64}"


class Lists(Calls):
    """What the provider offers."""

    def countries(self) -> list[Country]:
        """Countries an account can be opened in. Section ``get_list_country``."""
        return self._list(
            "get_list_country",
            lambda row: Country(
                values.number(row, "country_id"), values.text(row, "name")
            ),
        )

    def country_prefixes(self) -> list[CountryPrefix]:
        """Dialling prefixes by country; none or several for some.

        Section ``get_list_country_prefix``.
        """
        return self._list(
            "get_list_country_prefix",
            lambda row: CountryPrefix(
                values.number(row, "country_id"), values.digits(row, "prefix")
            ),
        )

    def account_types(self) -> list[AccountType]:
        """Kinds of account. Look for the label, ids differ. Section
        ``get_list_account``."""
        return self._list(
            "get_list_account",
            lambda row: AccountType(
                values.number(row, "account_id"), values.text(row, "account_type")
            ),
        )

    def callback_types(self) -> list[CallbackType]:
        """Ways to be told of statuses. Section ``get_list_callback``."""
        return self._list(
            "get_list_callback",
            lambda row: CallbackType(
                values.number(row, "callback_type_id"),
                values.text(row, "callback_type"),
            ),
        )

    def connection_types(self) -> list[ConnectionType]:
        """Ways to send. Section ``get_list_connection``."""
        return self._list(
            "get_list_connection",
            lambda row: ConnectionType(
                values.number(row, "connection_type_id"),
                values.text(row, "connection_type"),
            ),
        )

    def terms_url(
        self, country_id: int | None = None, client_ip: str | None = None
    ) -> str:
        """Where the terms of the person's country are, as plain text.

        One of the two is needed; with both the provider ignores the address. The link
        carries no secret and is plain http in recorded answers, so http is taken here.
        Section ``get_list_terms``. Raises NotAllowed (427, 429), Refused (406).
        """
        fields: Pairs = []
        if country_id is not None:
            fields.append(("country_id", str(country_id)))
        if client_ip is not None:
            fields.append(("client_ip_address", client_ip))
        return self._ask(
            "get_list_terms",
            fields,
            lambda answer: values.link(
                first(answer).get("url_location", ""), ("https", "http")
            ),
            repeatable=True,
        )

    def captcha(self) -> Captcha:
        """A new picture code. Section ``get_captcha``."""
        return self._ask("get_captcha", [], _captcha, repeatable=True)


def _captcha(answer: Answer) -> Captcha:
    row = first(answer)
    return Captcha(
        values.pattern(row, "captcha_id", _CAPTCHA_ID),
        values.picture(row, "captcha_image"),
    )
