"""The master switch: pause all reminder texts, go on, and who did so before."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reminders import outbox
from reminders.clock import now as clock_now
from reminders.forms import GoOnForm, PauseForm
from reminders.models import SendingPause
from reminders.views.door import DeskRequest, desk

PAUSES_SHOWN = 20
ONLY_MANAGES = gettext_lazy("Only owners and managers pause reminder texts.")


@desk
def switch(request: DeskRequest) -> HttpResponse:
    """Show the switch to everybody; owners and managers throw it."""
    pause = SendingPause.objects.in_force(request.practice)
    form_class = GoOnForm if pause else PauseForm
    form = form_class(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not request.membership.may_manage:
            raise PermissionDenied(ONLY_MANAGES)
        # Somebody else has thrown it since this page was opened.
        if request.POST.get("do") != form_class.do:
            messages.warning(request, _("Somebody else was quicker. Look again."))
            return redirect("sending_pause")
        if form.is_valid():
            _throw(request, pause, form.cleaned_data["why"])
            return redirect("outbox")
    pauses = SendingPause.objects.of(request.practice).with_people()
    context = {
        "now": clock_now(),
        "pause": pause,
        "form": form,
        "pauses": pauses[:PAUSES_SHOWN],
    }
    status = 422 if form.is_bound else 200
    return render(request, "reminders/sending_pause.html", context, status=status)


def _throw(request: DeskRequest, pause: SendingPause | None, why: str) -> None:
    now, by = clock_now(), request.user
    if pause is None:
        done = SendingPause.objects.begin(request.practice, why=why, by=by, now=now)
        words = _("Reminder texts are paused.")
    else:
        done = outbox.go_on(pause, why=why, by=by, now=now)
        words = _("Reminder texts go out again, soonest visit first.")
    if done:
        messages.success(request, words)
    else:
        messages.warning(request, _("Somebody else was quicker. Look again."))
