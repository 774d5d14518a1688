"""Health: do texts go out, does anything come back; for operators, the whole house."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from provisioning.models import User
from reminders.clock import now as clock_now
from reminders.health import installation, practice
from reminders.health.verdict import worst
from reminders.views.door import DeskRequest, desk

TEMPLATE = "reminders/health.html"
ONLY_MANAGERS = _("Only owners and managers see how sending fares.")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show owners and managers their practice, and operators the installation as well.

    An operator need not work anywhere.
    """
    user = request.user
    if isinstance(user, User) and user.is_staff and user.membership() is None:
        answer = render(request, TEMPLATE, _house(clock_now()))
        add_never_cache_headers(answer)
        return answer
    return _of_practice(request)


@desk
def _of_practice(request: DeskRequest) -> HttpResponse:
    if not (request.membership.may_manage or request.user.is_staff):
        raise PermissionDenied(ONLY_MANAGERS)
    now = clock_now()
    own = practice.verdicts(request.practice, now)
    house = _house(now) if request.user.is_staff else {}
    context = {"now": now, "own": own, "own_tone": worst(own), **house}
    return render(request, TEMPLATE, context)


def _house(now: datetime) -> dict[str, Any]:
    verdicts = installation.verdicts(now)
    return {
        "now": now,
        "house": verdicts,
        "house_tone": worst(verdicts),
        "workers": installation.workers(now),
    }
