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

from provisioning import clock, signup, support
from provisioning import wizard as table
from provisioning.clickatell.errors import ProviderError
from provisioning.forms import PracticeForm
from provisioning.models import Interface, ProviderAccount, User
from provisioning.views import captcha
from provisioning.views.door import NewcomerRequest, last_calls
from provisioning.views.press import NotNow, not_now

Step = Callable[[ProviderAccount, User, datetime], None]


@dataclass(frozen=True, slots=True)
class Way:
    """One way in: its address by name, its words in the choice, what it leads to."""

    name: str
    icon: str
    title: Any
    note: Any
    interface: str = Interface.CONNECT


WAYS = (
    Way(
        "start",
        "plus",
        _("A new account"),
        _("Frontdesk opens it at Clickatell."),
    ),
    Way(
        "existing",
        "log-in",
        _("An account I have"),
        _("With user name and password."),
    ),
    Way(
        "key",
        "key-round",
        _("An API key I have"),
        _("From Clickatell's present-day portal."),
        Interface.ONE_API,
    ),
)


def is_sent(request: HttpRequest) -> bool:
    """Whether the form is to be read; buttons under a picture only redraw it."""
    return request.method == "POST" and captcha.pressed(request) is None


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
    except NotNow as error:
        form.add_error(None, not_now(error))
    else:
        return redirect("wizard")
    captcha.keep_picture(form)
    return None


def show(
    request: NewcomerRequest, name: str, form: PracticeForm, **context: Any
) -> HttpResponse:
    """Show a way's page, with the choice on top."""
    interface = next(way.interface for way in WAYS if way.name == name)
    return render(
        request,
        f"provisioning/{name}.html",
        {
            "form": form,
            "way": name,
            "ways": WAYS,
            "account": request.account,
            "practice": request.account.practice if request.account else None,
            "steps": table.progress(request.account, interface),
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
        {
            "problems": error.problems,
            "support": support.words(error),
            "steps": table.progress(account),
        },
        status=503,
    )
