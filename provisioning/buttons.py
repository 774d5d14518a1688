"""What the buttons of the set-up do: the account, the form, who pressed it and when.

Each runs one of `provisioning.steps` with what the form holds, and returns where it
leads away to, if anywhere. `provisioning.wizard` says on which page each one is.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from provisioning import accounts, steps
from provisioning.forms import StepForm
from provisioning.models import ProviderAccount, Stage, TwoWayTest, User
from provisioning.steps import pace


def check_email(
    account: ProviderAccount, form: StepForm, by: User, now: datetime
) -> None:
    if not steps.check_email(account, by=by, now=now, captcha=form.answer):
        account.refresh_from_db()
        if account.stage == Stage.REGISTERED:
            form.add_error(
                None,
                _("The provider has not seen the click yet. It can take a moment."),
            )


def resend_email(
    account: ProviderAccount, form: StepForm, by: User, now: datetime
) -> None:
    address = form.cleaned_data["email_address"]
    steps.resend_email(account, address, by=by, now=now, captcha=form.answer)


def send_code(
    account: ProviderAccount, form: StepForm, by: User, now: datetime
) -> None:
    number = form.cleaned_data["mobile_number"]
    steps.send_code(account, number, by=by, now=now, captcha=form.answer)


def verify(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> None:
    code = form.cleaned_data["code"]
    steps.verify_mobile(account, code, by=by, now=now, captcha=form.answer)


def mobile_status(
    account: ProviderAccount, form: StepForm, by: User, now: datetime
) -> None:
    if not steps.check_mobile(account, by=by, now=now, captcha=form.answer):
        account.refresh_from_db()
        if account.stage == Stage.EMAIL_ACTIVATED:
            form.add_error(None, _("The provider still says: not confirmed."))


def look_again(
    account: ProviderAccount, form: StepForm, by: User, now: datetime
) -> None:
    steps.look_again(account, by=by, now=now, captcha=form.answer)


def connect(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> None:
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


def connect_anew(
    account: ProviderAccount, form: StepForm, by: User, now: datetime
) -> None:
    steps.connect(account, by=by, now=now, captcha=form.answer, anew=True)


def adopt(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> None:
    steps.adopt_connection(account, form.cleaned_data["api_id"], by=by, now=now)


def portal(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> str:
    return steps.portal_address()


def number_page(
    account: ProviderAccount, form: StepForm, by: User, now: datetime
) -> str:
    return steps.number_page(account, by=by, now=now, captcha=form.answer)


def claim(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> None:
    steps.claim_number(account, form.cleaned_data["number"], by=by, now=now)


def buy(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> str:
    return steps.buy_page(account, by=by, now=now, captcha=form.answer)


def balance(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> None:
    accounts.refresh_balance(account, now, by)


def go_on(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> None:
    steps.settle_credits(account, now)


def test(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> None:
    steps.start_test(account, form.cleaned_data["mobile_number"], now=now)


def correct(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> None:
    steps.correct_number(account, form.cleaned_data["number"], now)


def address(account: ProviderAccount) -> dict[str, Any]:
    return {"email_address": account.email_address}


def mobile(account: ProviderAccount) -> dict[str, Any]:
    return {"mobile_number": account.mobile_number}


# --- What pages and their polled parts show, in as few queries as they can --------------


def nothing_more(account: ProviderAccount, now: datetime) -> dict[str, Any]:
    return {}


def doubt(account: ProviderAccount, now: datetime) -> dict[str, Any]:
    # A call under way has no answer either; only one that is over is in doubt.
    is_over = not account.is_busy(now)
    return {"in_doubt": is_over and steps.connection_in_doubt(account)}


def known_numbers(account: ProviderAccount, now: datetime) -> dict[str, Any]:
    return {"known_numbers": steps.known_numbers(account)}


def newest_test(account: ProviderAccount, now: datetime) -> dict[str, Any]:
    tests = TwoWayTest.objects.filter(line__account=account, line__retired_at=None)
    return {"test": tests.first()}


def mails(account: ProviderAccount, now: datetime) -> dict[str, Any]:
    return {
        "sent": pace.mails_sent(account),
        "wait": pace.wait(account, pace.RESEND, now),
    }


def texts(account: ProviderAccount, now: datetime) -> dict[str, Any]:
    return {
        "sent": pace.texts_sent(account),
        "wait": pace.wait(account, pace.TEXT, now),
    }


def tested(account: ProviderAccount) -> dict[str, Any]:
    return {"mobile_number": steps.mobile_to_test(account)}
