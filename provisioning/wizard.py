"""THE TABLE: one row per page of the wizard.

Which page a practice is on follows from the database alone, so reload, the back
button, two tabs, another device or a crash all end on the right one. To add a page:
a row here, its step in `provisioning.steps`, its form in `provisioning.forms`, its
template in `templates/provisioning/`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from provisioning import accounts, steps
from provisioning.forms import (
    CodeForm,
    ConnectionForm,
    EmailForm,
    MobileForm,
    NumberForm,
    StepForm,
    TestForm,
)
from provisioning.models import ProviderAccount, Stage, User
from provisioning.steps import pace

Initial = Callable[[ProviderAccount], dict[str, Any]]
Shows = Callable[[ProviderAccount, datetime], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Act:
    """What a button does. `leads_away`: it answers with the provider's own page."""

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
    # Whether it has a part that asks every few seconds how things stand.
    polls: bool = False
    # What it shows besides what every page about an account does.
    shows: Shows = lambda account, now: {}

    @property
    def buttons(self) -> dict[str, Act]:
        """Its own acts, and those of every page."""
        return {**self.acts, **EVERYWHERE}


def _check_email(
    account: ProviderAccount, form: StepForm, by: User, now: datetime
) -> None:
    if not steps.check_email(account, by=by, now=now, captcha=form.answer):
        account.refresh_from_db()
        if account.stage == Stage.REGISTERED:
            form.add_error(
                None,
                _("The provider has not seen the click yet. It can take a moment."),
            )


def _resend_email(
    account: ProviderAccount, form: StepForm, by: User, now: datetime
) -> None:
    address = form.cleaned_data["email_address"]
    steps.resend_email(account, address, by=by, now=now, captcha=form.answer)


def _send_code(
    account: ProviderAccount, form: StepForm, by: User, now: datetime
) -> None:
    number = form.cleaned_data["mobile_number"]
    steps.send_code(account, number, by=by, now=now, captcha=form.answer)


def _verify(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> None:
    code = form.cleaned_data["code"]
    steps.verify_mobile(account, code, by=by, now=now, captcha=form.answer)


def _mobile_status(
    account: ProviderAccount, form: StepForm, by: User, now: datetime
) -> None:
    if not steps.check_mobile(account, by=by, now=now, captcha=form.answer):
        account.refresh_from_db()
        if account.stage == Stage.EMAIL_ACTIVATED:
            form.add_error(None, _("The provider still says: not confirmed."))


def _look_again(
    account: ProviderAccount, form: StepForm, by: User, now: datetime
) -> None:
    steps.look_again(account, by=by, now=now, captcha=form.answer)


def _connect(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> None:
    try:
        steps.connect(account, by=by, now=now, captcha=form.answer)
    except steps.InDoubt:
        form.add_error(
            None,
            _(
                "The answer to an earlier try was lost, so the connection may be there "
                "already. Look it up first, or make a new one."
            ),
        )


def _connect_anew(
    account: ProviderAccount, form: StepForm, by: User, now: datetime
) -> None:
    steps.connect(account, by=by, now=now, captcha=form.answer, anew=True)


def _adopt(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> None:
    steps.adopt_connection(account, form.cleaned_data["api_id"], by=by, now=now)


def _number_page(
    account: ProviderAccount, form: StepForm, by: User, now: datetime
) -> str:
    return steps.number_page(account, by=by, now=now, captcha=form.answer)


def _claim(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> None:
    steps.claim_number(account, form.cleaned_data["number"], by=by, now=now)


def _buy(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> str:
    return steps.buy_page(account, by=by, now=now, captcha=form.answer)


def _balance(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> None:
    accounts.refresh_balance(account, now)


def _go_on(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> None:
    steps.settle_credits(account, now)


def _test(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> None:
    steps.start_test(account, form.cleaned_data["mobile_number"], now=now)


def _correct(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> None:
    steps.correct_number(account, form.cleaned_data["number"], now)


def _address(account: ProviderAccount) -> dict[str, Any]:
    return {"email_address": account.email_address}


def _mobile(account: ProviderAccount) -> dict[str, Any]:
    return {"mobile_number": account.mobile_number}


def _mails(account: ProviderAccount, now: datetime) -> dict[str, Any]:
    return {
        "sent": pace.mails_sent(account),
        "wait": pace.wait(account, pace.RESEND, now),
    }


def _texts(account: ProviderAccount, now: datetime) -> dict[str, Any]:
    return {
        "sent": pace.texts_sent(account),
        "wait": pace.wait(account, pace.TEXT, now),
    }


def _tested(account: ProviderAccount) -> dict[str, Any]:
    return {"mobile_number": steps.mobile_to_test(account)}


# Where the provider says that the account is not active, on whatever page.
EVERYWHERE = {"look_again": Act(_look_again)}

PAGES = (
    Page(
        "email",
        Stage.REGISTERED,
        _("Confirm your e-mail"),
        {
            "check": Act(_check_email),
            "resend": Act(_resend_email, EmailForm, _address),
        },
        polls=True,
        shows=_mails,
    ),
    Page(
        "mobile",
        Stage.EMAIL_ACTIVATED,
        _("Verify your mobile"),
        {
            "send": Act(_send_code, MobileForm, _mobile),
            "verify": Act(_verify, CodeForm),
            "status": Act(_mobile_status),
        },
        shows=_texts,
    ),
    Page(
        "connection",
        Stage.PHONE_VERIFIED,
        _("Connect"),
        {
            "connect": Act(_connect),
            "open": Act(_number_page, leads_away=True),
            "look": Act(_adopt, ConnectionForm),
            "anew": Act(_connect_anew),
        },
        # A call under way has no answer either; only one that is over is in doubt.
        shows=lambda account, now: {
            "in_doubt": not account.is_busy(now) and steps.connection_in_doubt(account)
        },
    ),
    Page(
        "number",
        Stage.CONNECTED,
        _("Claim your number"),
        {
            "open": Act(_number_page, leads_away=True),
            "claim": Act(_claim, NumberForm),
        },
        polls=True,
        shows=lambda account, now: {"known_numbers": steps.known_numbers(account)},
    ),
    Page(
        "credits",
        Stage.NUMBER_CLAIMED,
        _("Message credits"),
        {
            "buy": Act(_buy, leads_away=True),
            "balance": Act(_balance),
            "go_on": Act(_go_on),
        },
        is_over=lambda account: account.credits_settled_at is not None,
        polls=True,
    ),
    Page(
        "test",
        Stage.NUMBER_CLAIMED,
        _("Try it both ways"),
        {"test": Act(_test, TestForm, _tested), "correct": Act(_correct, NumberForm)},
        polls=True,
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


def progress(account: ProviderAccount | None) -> list[dict[str, Any]]:
    """Rows for the list of steps beside each page: title and state."""
    titles = [START_TITLE, *(page.title for page in PAGES), READY_TITLE]
    here = _place(account)
    return [
        {
            "title": title,
            "state": "done" if n < here else "current" if n == here else "todo",
        }
        for n, title in enumerate(titles)
    ]


def _place(account: ProviderAccount | None) -> int:
    if account is None or not account.has_reached(Stage.REGISTERED):
        return 0
    page = current(account)
    return PAGES.index(page) + 1 if page else len(PAGES) + 2
