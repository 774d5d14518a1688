"""Letting go of the account: what exactly happens, and the button."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from provisioning import clock, steps
from provisioning.forms import StepForm
from provisioning.models import Stage
from provisioning.views.answering import answer
from provisioning.views.confirmed import confirmed
from provisioning.views.door import SetupRequest, setup
from provisioning.views.press import press

GONE = _("Frontdesk has let go of the SMS account. Texts wait for the next one.")


@setup
@require_http_methods(["GET", "POST"])
@confirmed
def disconnect(request: SetupRequest) -> HttpResponse:
    """Say what will happen; POST lets go of the account."""
    account, by, now = request.account, request.user, clock.now()
    if not account.has_reached(Stage.REGISTERED):
        return redirect("wizard")
    form = StepForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        steps.disconnect(account, by=by, now=now)

    if form.is_bound:
        press(form, act)
        if not form.errors:
            messages.success(request, GONE)
            return redirect("wizard")
    return answer(
        request,
        "provisioning/disconnect.html",
        form,
        {"line": account.lines.live().first()},
    )
