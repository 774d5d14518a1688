"""The practice owner, as the tests play them: fills in forms, reads mail and texts.

Everything goes through the pages of the set-up; what a person would look up at the
provider (the picture, the mail, the text) is read from the sandbox's own rows.
"""

import re
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from requests import Session

from provisioning.models import ProviderAccount, User
from provisioning.sandbox import callbacks, clock
from provisioning.sandbox.models import Account as ProvidersAccount
from provisioning.sandbox.models import ApiConnection, Captcha, Number, Text
from tests import wire
from tests.make import PASSWORD

NUMBER = "+14155550142"
MOBILE = "+12125550177"

TYPED = {
    "practice_name": "Lakeside Clinic",
    "practice_phone": "(212) 555-0100",
    "time_zone": "America/New_York",
    "first_name": "Olivia",
    "last_name": "Owner",
    "email": "olivia@example.org",
    "app_password": PASSWORD,
    "mobile_number": "212 555 0177",
    "accept_terms": "on",
}


# The password of accounts that were opened without us.
AT_PROVIDER = "secret123"


def has_an_account(user: str = "lakeside", **fields: Any) -> ProvidersAccount:
    """Open an account at the provider without us; confirmed is what `fields` say."""
    return ProvidersAccount.objects.create(
        **{
            "user": user,
            "password": AT_PROVIDER,
            "user_number": ProvidersAccount.objects.next_user_number(),
            "fname": "Olivia",
            "sname": "Owner",
            "company": "Lakeside Clinic",
            "email_address": "front@example.org",
            "email_format": 1,
            "weekly_update": False,
            "country": 1,
            "mobile_number": MOBILE.removeprefix("+"),
            "account_type": 9,
            "created_at": clock.now(),
            **fields,
        }
    )


class Owner:
    """One person at one browser."""

    def __init__(self, client: Client | None = None) -> None:
        self.client = client or Client()

    # --- Forms ---------------------------------------------------------------------

    def sees_start(self) -> HttpResponse:
        """Open the first page."""
        return self.client.get(reverse("start"))  # type: ignore[return-value]

    def registers(self, code: str | None = None, **changes: Any) -> HttpResponse:
        """Fill in the first page and send it; `code` replaces what the picture says."""
        page = self.sees_start()
        form = page.context["form"]  # type: ignore[attr-defined]
        typed: dict[str, Any] = {
            **TYPED,
            "country": form.initial["country"],
            "account_type": form.initial["account_type"],
            **changes,
        }
        return self.sends_registration(typed, page.content.decode(), code)

    def sends_registration(
        self, typed: dict[str, Any], page: str, code: str | None = None
    ) -> HttpResponse:
        """Send the first page with the picture that `page` shows."""
        captcha_id = picture_on(page)
        typed["captcha_id"] = captcha_id
        typed["captcha_code"] = code or Captcha.objects.get(captcha_id=captcha_id).code
        return self.client.post(reverse("start"), typed)  # type: ignore[return-value]

    def takes_up(
        self, username: str, password: str = AT_PROVIDER, **changes: Any
    ) -> HttpResponse:
        """Fill in the page for an account that exists, and send it."""
        typed = {**TYPED, "username": username, "password": password, **changes}
        return self.client.post(reverse("existing"), typed)  # type: ignore[return-value]

    def presses(self, slug: str, do: str, **typed: Any) -> HttpResponse:
        """Press a button on a page of the wizard."""
        address = reverse("wizard_page", args=[slug])
        return self.client.post(address, {"do": do, **typed})  # type: ignore[return-value]

    def lands_on(self) -> str:
        """Open the set-up and say where it leads."""
        answer = self.client.get(reverse("wizard"), follow=True)
        return str(answer.request["PATH_INFO"])

    # --- What is looked up at the provider ------------------------------------------

    @property
    def user(self) -> User:
        """The person who is signed in at this browser."""
        return User.objects.get(pk=self.client.session[SESSION_KEY])

    @property
    def account(self) -> ProviderAccount:
        """Our row, fresh."""
        return ProviderAccount.objects.get(practice__memberships__user=self.user)

    @property
    def at_provider(self) -> ProvidersAccount:
        """The provider's row, fresh."""
        return ProvidersAccount.objects.get(user=self.account.username)

    def clicks_the_link(self) -> None:
        """Open the newest activation mail's link."""
        mail = self.at_provider.mail_set.order_by("-pk").first()
        assert mail
        with wire.on_the_wire(Session()) as browser:
            browser.get(mail.link, allow_redirects=False).raise_for_status()

    def code_on_the_mobile(self) -> str:
        """Read the activation code from the newest text."""
        return self.at_provider.sms_code

    # --- Whole stages ---------------------------------------------------------------

    def is_verified(self) -> None:
        """Walk as far as the verified mobile."""
        self.registers()
        self.clicks_the_link()
        self.presses("email", "check")
        self.presses("mobile", "send", mobile_number="212 555 0177")
        self.presses("mobile", "verify", code=self.code_on_the_mobile())

    def is_connected(self) -> None:
        """Walk as far as the API connection."""
        self.is_verified()
        self.presses("connection", "connect")

    def has_a_number(self, number: str = NUMBER) -> None:
        """Claim a number at the provider, with its reply path, and tell the app."""
        self.is_connected()
        page = self.client.get(reverse("wizard_page", args=["number"]))
        Number.objects.create(
            digits=number.removeprefix("+"),
            account=self.at_provider,
            connection=ApiConnection.objects.get(api_id=self.account.api_id),
            claimed_at=self.account.stage_since,
            reply_url=page.context["text_address"],
            reply_username=self.account.HOOK_USER,
            reply_password=self.account.hook_password,
        )
        self.presses("number", "claim", number=number)

    def is_ready(self, number: str = NUMBER) -> None:
        """Walk to the end: the text has gone both ways."""
        self.has_a_number(number)
        self.presses("credits", "balance")
        self.presses("credits", "go_on")
        self.presses("test", "test")
        callbacks.deliver_due(clock.now())
        self.answers("OK", number)

    def confirms(self) -> None:
        """Type their own password, as the pages about the provider's want it."""
        self.client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    def answers(self, text: str, number: str = NUMBER) -> None:
        """Write a text on the mobile, and let the provider hand it on."""
        address = f"http://sandbox.test/phone/{MOBILE.removeprefix('+')}/answer"
        with wire.on_the_wire(Session()) as phone:
            phone.post(
                address, data={"to": number.removeprefix("+"), "text": text}
            ).raise_for_status()
        callbacks.deliver_due(clock.now())

    def texts_received(self) -> list[str]:
        """Texts that lie on the owner's mobile."""
        mobile = MOBILE.removeprefix("+")
        return list(
            Text.objects.filter(recipient=mobile).values_list("text", flat=True)
        )


def picture_on(page: str) -> str:
    """The id of the picture a page shows."""
    found = re.search(r'name="captcha_id" value="([0-9a-f]+)"', page)
    assert found, "The page shows no picture."
    return found[1]
