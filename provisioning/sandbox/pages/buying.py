"""The shop for credits behind ``buy_credits_url``."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from .. import clock
from ..models import Account, Ticket
from .sheet import sheet


@dataclass(frozen=True)
class Pack:
    """An offer; all prices are invented."""

    credits: int
    price: str


PACKS = {
    "500": Pack(500, "$ 25.00"),
    "1000": Pack(1_000, "$ 46.00"),
    "5000": Pack(5_000, "$ 210.00"),
    "20000": Pack(20_000, "$ 780.00"),
}


@csrf_exempt
@require_http_methods(["GET", "POST"])
def buy_now(request: HttpRequest) -> HttpResponse:
    """GET shows the packs, POST buys one; the link is then used up."""
    now = clock.now()
    auth_id = request.GET.get("auth_id", "")
    ticket = Ticket.objects.valid(Ticket.Page.BUY, auth_id, now)
    if ticket is None:
        return sheet(request, "link_over", {}, status=410)
    pack = PACKS.get(request.POST.get("pack", ""))
    if pack and buy(ticket, pack, now):
        account = Account.objects.get(pk=ticket.account_id)
        return sheet(request, "bought", {"account": account, "pack": pack})
    context = {
        "account": ticket.account,
        "packs": PACKS,
        "unchosen": request.method == "POST",
    }
    return sheet(request, "buy_now", context)


def buy(ticket: Ticket, pack: Pack, now: datetime) -> bool:
    """Spend the ticket on a pack; a double click buys once."""
    with transaction.atomic():
        if not ticket.use(now):
            return False
        ticket.account.receive(Decimal(pack.credits))
        Account.objects.filter(pk=ticket.account_id, bought_at=None).update(
            bought_at=now
        )
    return True
