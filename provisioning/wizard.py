"""THE TABLE: one row per page of the wizard.

Which page a practice is on follows from the database alone, so reload, the back
button, two tabs, another device or a crash all end on the right one. To add a page:
a row here, its buttons in `provisioning.buttons`, its step in `provisioning.steps`, its
form in `provisioning.forms`, its template in `templates/provisioning/`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from provisioning import buttons
from provisioning.forms import (
    CodeForm,
    ConnectionForm,
    EmailForm,
    MobileForm,
    NumberForm,
    StepForm,
    TestForm,
)
from provisioning.models import Interface, ProviderAccount, Stage, User

Initial = Callable[[ProviderAccount], dict[str, Any]]
Shows = Callable[[ProviderAccount, datetime], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Act:
    """What a button does.

    `leads_away`: it answers with the address of the provider's own page. No other act
    leads out of the house, whatever it answers with.
    """

    run: Callable[[ProviderAccount, StepForm, User, datetime], str | None]
    form: type[StepForm] = StepForm
    initial: Initial = lambda account: {}
    leads_away: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page: at which stage it is due, its title, and the buttons on it by name."""

    slug: str
    stage: Stage
    title: Any
    acts: dict[str, Act]
    # Within the stage: whether this page is over and the next of the stage is due.
    is_over: Callable[[ProviderAccount], bool] = lambda account: False
    # What its part that polls shows besides the account; None where it has no such part.
    live: Shows | None = None
    # Accounts of which interface it is for.
    interfaces: tuple[str, ...] = tuple(Interface)
    # What it shows besides what every page about an account does.
    shows: Shows = lambda account, now: {}

    @property
    def polls(self) -> bool:
        """Whether it has a part that asks every few seconds how things stand."""
        return self.live is not None

    @property
    def buttons(self) -> dict[str, Act]:
        """Its own acts, and those of every page."""
        return {**self.acts, **EVERYWHERE}


# Where the provider says that the account is not active, on whatever page.
EVERYWHERE = {"look_again": Act(buttons.look_again)}

CONNECT = (Interface.CONNECT,)

PAGES = (
    Page(
        "email",
        Stage.REGISTERED,
        _("Confirm your e-mail"),
        {
            "check": Act(buttons.check_email),
            "resend": Act(buttons.resend_email, EmailForm, buttons.address),
        },
        live=buttons.nothing_more,
        shows=buttons.mails,
        interfaces=CONNECT,
    ),
    Page(
        "mobile",
        Stage.EMAIL_ACTIVATED,
        _("Verify your mobile"),
        {
            "send": Act(buttons.send_code, MobileForm, buttons.mobile),
            "verify": Act(buttons.verify, CodeForm),
            "status": Act(buttons.mobile_status),
        },
        shows=buttons.texts,
        interfaces=CONNECT,
    ),
    Page(
        "connection",
        Stage.PHONE_VERIFIED,
        _("Connect"),
        {
            "connect": Act(buttons.connect),
            "open": Act(buttons.number_page, leads_away=True),
            "look": Act(buttons.adopt, ConnectionForm),
            "anew": Act(buttons.connect_anew),
        },
        shows=buttons.doubt,
        interfaces=CONNECT,
    ),
    Page(
        "number",
        Stage.CONNECTED,
        _("Claim your number"),
        {
            "open": Act(buttons.number_page, leads_away=True),
            "portal": Act(buttons.portal, leads_away=True),
            "claim": Act(buttons.claim, NumberForm),
        },
        live=buttons.known_numbers,
        shows=buttons.known_numbers,
    ),
    Page(
        "credits",
        Stage.NUMBER_CLAIMED,
        _("Message credits"),
        {
            "buy": Act(buttons.buy, leads_away=True),
            "balance": Act(buttons.balance),
            "go_on": Act(buttons.go_on),
        },
        is_over=lambda account: account.credits_settled_at is not None,
        live=buttons.nothing_more,
    ),
    Page(
        "test",
        Stage.NUMBER_CLAIMED,
        _("Try it both ways"),
        {
            "test": Act(buttons.test, TestForm, buttons.tested),
            "correct": Act(buttons.correct, NumberForm),
            "portal": Act(buttons.portal, leads_away=True),
        },
        live=buttons.newest_test,
    ),
)
# The first page of all: it needs no account yet (`provisioning.views.start`).
START_TITLE = _("Your practice")
# The last one: nothing left to do.
READY_TITLE = _("Ready")


def current(account: ProviderAccount) -> Page | None:
    """Return the page that is due; None before registration and when all is done."""
    return next(
        (
            page
            for page in PAGES
            if page.stage == account.stage and not page.is_over(account)
        ),
        None,
    )


def progress(
    account: ProviderAccount | None, interface: str = Interface.CONNECT
) -> list[dict[str, Any]]:
    """Rows for the list of steps beside each page: title and state.

    `interface`: of the account to come, where there is none yet.
    """
    pages = pages_of(account, interface)
    titles = [START_TITLE, *(page.title for page in pages), READY_TITLE]
    here = _place(account, pages)
    return [
        {
            "title": title,
            "state": "done" if n < here else "current" if n == here else "todo",
        }
        for n, title in enumerate(titles)
    ]


def pages_of(account: ProviderAccount | None, interface: str) -> list[Page]:
    """The pages that an account of its interface has to pass."""
    if account and account.has_reached(Stage.REGISTERED):
        interface = account.interface
    return [page for page in PAGES if interface in page.interfaces]


def _place(account: ProviderAccount | None, pages: list[Page]) -> int:
    if account is None or not account.has_reached(Stage.REGISTERED):
        return 0
    page = current(account)
    return pages.index(page) + 1 if page else len(pages) + 2
