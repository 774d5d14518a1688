"""The ways into the set-up: the choice, and what all of them share.

A way is a row of `WAYS`, an address in `provisioning.urls`, a form made from
`provisioning.forms.PracticeForm`, a step, and a template that extends `_way.html`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from provisioning import clock, offers, signup, steps
from provisioning import wizard as table
from provisioning.clickatell.errors import NeedsCaptcha, ProviderError
from provisioning.forms import PracticeForm
from provisioning.models import ProviderAccount, User
from provisioning.views.door import BUSY, NewcomerRequest, last_calls

# The button for another picture, where there is no JavaScript.
NEW_PICTURE = "new_picture"

Step = Callable[[ProviderAccount, User, datetime], None]


@dataclass(frozen=True, slots=True)
class Way:
    """One way in: the name of its address, and its words in the choice."""

    name: str
    icon: str
    title: Any
    note: Any


WAYS = (
    Way(
        "start",
        "plus",
        _("Open a new Clickatell account"),
        _("Frontdesk opens it for you."),
    ),
    Way(
        "existing",
        "log-in",
        _("I have a Clickatell account"),
        _("With its user name and password."),
    ),
)


def is_sent(request: HttpRequest) -> bool:
    """Whether the form is to be read; it is only redrawn for another picture."""
    return request.method == "POST" and NEW_PICTURE not in request.POST


def typed_before(request: NewcomerRequest) -> dict[str, Any]:
    """What is known already: from a draft, and from the form that is redrawn."""
    known: dict[str, Any] = {}
    if request.person and request.account:
        before = signup.typed_before(request.person, request.account)
        known = {name: value for name, value in before.items() if value is not None}
    return known | request.POST.dict()


def enter(
    request: NewcomerRequest, form: PracticeForm, step: Step
) -> HttpResponse | None:
    """Keep what was typed, sign the person in, and take the step at the provider.

    None when the provider was not asked, and the form says why. Raises ProviderError;
    the rows are committed by then, and `request.account` is theirs.
    """
    now = clock.now()
    try:
        request.account = signup.open_practice(
            form.cleaned_data, user=request.person, now=now
        )
        if request.person is None:
            request.person = request.account.practice.memberships.get().user
            login(
                request,
                request.person,
                backend="django.contrib.auth.backends.ModelBackend",
            )
            form.forget_password(request.person)
        step(request.account, request.person, now)
    except signup.AddressTaken:
        form.say_address_taken()
    except steps.Busy:
        form.add_error(None, BUSY)
    else:
        return redirect("wizard")
    return None


def keep_picture(request: HttpRequest, form: PracticeForm) -> None:
    """Show the same picture again: nothing was sent, so what was read in it is good.

    Raises ProviderError where it is too old and there is no other.
    """
    if form.needs_captcha or "captcha_id" in request.POST:
        captcha = offers.same_captcha(request.POST.get("captcha_id", ""))
        form.show_captcha(captcha, typed=request.POST.get("captcha_code", ""))


def ask_again(form: PracticeForm, error: ProviderError) -> None:
    """Say what the provider refused, with a fresh picture where it wants one.

    A picture is spent by the call that carried it, whatever the answer was. Raises
    ProviderError where there is no other.
    """
    if isinstance(error, NeedsCaptcha) or "captcha_code" in form.fields:
        form.show_captcha(offers.new_captcha())
    form.add_provider_error(error)


def show(
    request: NewcomerRequest, name: str, form: PracticeForm, **context: Any
) -> HttpResponse:
    """Show a way's page, with the choice on top."""
    return render(
        request,
        f"provisioning/{name}.html",
        {
            "form": form,
            "way": name,
            "ways": WAYS,
            "account": request.account,
            "practice": request.account.practice if request.account else None,
            "steps": table.progress(request.account),
            "calls": last_calls(request.account),
            **context,
        },
        status=422 if form.is_bound else 200,
    )


def unreachable(
    request: HttpRequest, error: ProviderError, account: ProviderAccount | None = None
) -> HttpResponse:
    """Say that the provider cannot be asked for what the page needs."""
    return render(
        request,
        "provisioning/unreachable.html",
        {"problems": error.problems, "steps": table.progress(account)},
        status=503,
    )
