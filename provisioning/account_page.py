"""THE TABLE of the account page: its buttons, and what each of them does.

A button stands on the page when it is in the table; its form is in
`provisioning.forms`, its section in `templates/provisioning/account/`.
"""

from datetime import datetime

from django.urls import reverse

from provisioning import accounts, buttons, credit, steps
from provisioning.forms import StepForm, ThresholdForm
from provisioning.models import ProviderAccount, User
from provisioning.wizard import Act


def _again(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> None:
    accounts.try_again(account)
    accounts.refresh_balance(account, now, by)


def _warn_at(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> None:
    credit.warn_at(account, form.cleaned_data["low_balance"], now)


def _test(account: ProviderAccount, form: StepForm, by: User, now: datetime) -> None:
    steps.start_test(account, account.mobile_number, now=now)


def _change_number(
    account: ProviderAccount, form: StepForm, by: User, now: datetime
) -> str:
    steps.give_up_number(account, by=by, now=now)
    return reverse("wizard")


ACTS = {
    "again": Act(_again),
    "buy": Act(buttons.buy, leads_away=True),
    "warn_at": Act(
        _warn_at,
        ThresholdForm,
        lambda account: {"low_balance": f"{account.low_balance.normalize():f}"},
    ),
    "test": Act(_test),
    "change_number": Act(_change_number),
}
