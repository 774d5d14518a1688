"""For machines: is this process alive, can it work, and how much of what is there.

They come by the process' own address, as a probe or a scraper does, and are answered
before everything else: without a session, whatever host they name, over http as well.
"""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from reminders import health
from reminders.clock import now as clock_now
from reminders.health import figures, readiness
from reminders.models import Heartbeat

Answer = Callable[[HttpRequest], HttpResponse]


class ForMachines:
    """Middleware that answers the three addresses, and lets all else pass."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or pass it on."""
        for_machines = ADDRESSES.get(request.path_info)
        if for_machines is None:
            return self.get_response(request)
        answer = for_machines(request)
        answer["Cache-Control"] = "no-store"
        return answer


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process is alive; nothing is asked, the database least of all."""
    return HttpResponse("OK", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say what this process lacks for its work: 503 then.

    An engine that stands still is told and takes no web process out: pages work on.
    """
    missing = readiness.missing()
    told: dict[str, object] = {"ready": not missing, "missing": missing}
    if not missing:
        told["silent"] = _silent()
    return JsonResponse(told, status=503 if missing else 200)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Write the figures for whoever shows the token; without a token there are none."""
    token = settings.HEALTH.metrics_token
    if not token:
        return HttpResponseNotFound()
    shown = request.headers.get("Authorization", "").encode()
    if not secrets.compare_digest(shown, f"Bearer {token}".encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    try:
        text = figures.text(clock_now())
    except DatabaseError:
        return HttpResponse(status=503)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _silent() -> list[str]:
    newest = Heartbeat.objects.newest()
    return list(health.judge(newest, clock_now(), settings.HEALTH.quiet).silent)


ADDRESSES: dict[str, Answer] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": metrics,
}
