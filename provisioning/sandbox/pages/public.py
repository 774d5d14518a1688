"""What this site is, the terms, the mailbox, and the link in the activation mail."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from .. import answers, clock
from ..connect.door import current_token
from ..models import Account, Mail
from .sheet import sheet

MAILS_SHOWN = 100


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The way in: both wire addresses, the accounts, the special numbers."""
    return sheet(
        request,
        "index",
        {
            "connect_url": request.build_absolute_uri(f"/connect/{current_token()}"),
            "one_api_url": request.build_absolute_uri("/"),
            "messaging_url": request.build_absolute_uri("/xml/xml"),
            "accounts": Account.objects.select_related("number"),
        },
    )


@require_GET
def terms(request: HttpRequest) -> HttpResponse:
    """The terms document in its HTML format."""
    return sheet(request, "terms", {"lines": answers.TERMS.split("\n\n")})


@require_GET
def mailbox(request: HttpRequest) -> HttpResponse:
    """Every mail the provider sent, newest first; ``?to=`` shows one address."""
    to = request.GET.get("to", "").strip()
    mails = Mail.objects.filter(to__iexact=to) if to else Mail.objects.all()
    context = {"mails": mails[:MAILS_SHOWN], "to": to}
    return sheet(request, "mailbox", context)


@require_GET
def activate(request: HttpRequest, key: str) -> HttpResponse:
    """The link in the mail: opening it activates, opening it again does no harm.

    Afterwards the browser goes to the ``activation_redirect`` of the register call,
    when there was one.
    """
    account = get_object_or_404(Account, activation_key=key)
    first_time = account.activate_email(clock.now())
    if account.activation_redirect:
        return HttpResponseRedirect(account.activation_redirect)
    context = {"account": account, "first_time": first_time}
    return sheet(request, "activated", context)
