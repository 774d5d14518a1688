"""Where the provider posts receipts and texts: /hooks/<secret>/…

Manners: 404 and 401 to strangers, 400 for what cannot be read, 200 for all else, also
for repeats and for texts we do not know; a 5xx means "try again" and comes by itself.
A text is stored before the answer and understood after it.
"""

from collections.abc import Callable
from datetime import datetime

import structlog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from provisioning import gateway
from provisioning.gateway import HookRequest
from provisioning.models import Practice, ProviderAccount
from reminders import inbox, outbox
from reminders.clock import now
from reminders.hints import hint
from reminders.models import RefusedCallback
from reminders.tasks import work_on_text

log = structlog.get_logger(__name__)

Reason = RefusedCallback.Reason
Take = Callable[[ProviderAccount, HookRequest, datetime], None]


@csrf_exempt
@require_http_methods(["GET", "POST"])
def receipt_hook(request: HttpRequest, secret: str) -> HttpResponse:
    """Take a delivery report."""
    return _answer(request, secret, _take_report)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def inbound_hook(request: HttpRequest, secret: str) -> HttpResponse:
    """Take a text from a phone."""
    return _answer(request, secret, _take_text)


def _answer(request: HttpRequest, secret: str, take: Take) -> HttpResponse:
    try:
        callback = _as_it_came(request)
        account = gateway.account_for(secret, callback)
        take(account, callback, now())
    except gateway.Stranger as stranger:
        _note_refusal(secret, Reason.PASSWORD)
        return HttpResponse(status=stranger.status)
    except gateway.BadCallback as bad:
        _note_refusal(secret, Reason.UNREADABLE)
        return HttpResponse(str(bad), status=400, content_type="text/plain")
    return HttpResponse("OK", content_type="text/plain")


def _note_refusal(secret: str, reason: RefusedCallback.Reason) -> None:
    """Count it for the practice whose address it came to, else as a stranger's."""
    practice = Practice.objects.filter(account__hook_secret=secret).first()
    known_as = reason if practice else Reason.STRANGER
    RefusedCallback.objects.note(practice, known_as, now())


def _as_it_came(request: HttpRequest) -> HookRequest:
    return HookRequest(
        method=request.method or "",
        query=request.META.get("QUERY_STRING", "").encode("latin-1"),
        body=request.body,
        content_type=request.headers.get("Content-Type", ""),
        authorization=request.headers.get("Authorization", ""),
    )


def _take_report(
    account: ProviderAccount, request: HookRequest, moment: datetime
) -> None:
    for report in gateway.read_reports(account, request, moment):
        outbox.apply_report(account.practice, report, moment)


def _take_text(
    account: ProviderAccount, request: HookRequest, moment: datetime
) -> None:
    for inbound in gateway.read_texts(account, request, moment):
        if text := inbox.take_in(account.practice, inbound, moment):
            hint(work_on_text, text.pk)
