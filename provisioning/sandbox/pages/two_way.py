"""The claim of a US long number, and where texts to it are posted.

INFERRED: the page's address is recorded, what it looked like is not.
"""

from datetime import datetime
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from .. import clock
from ..connect.registering import is_web_address
from ..models import Account, ApiConnection, Integration, Number, Ticket
from .sheet import sheet

AREAS = {
    "202": "Washington, DC",
    "206": "Seattle, WA",
    "212": "New York, NY",
    "303": "Denver, CO",
    "305": "Miami, FL",
    "312": "Chicago, IL",
    "404": "Atlanta, GA",
    "415": "San Francisco, CA",
    "512": "Austin, TX",
    "617": "Boston, MA",
}

# The last two digits on offer in every area, out of the reserved 555-01xx.
OFFERED = range(11, 80, 7)

PRICE = "$ 25.00 a month, 500 messages included"

REPLY_TYPES = [("1", "HTTP Post"), ("0", "HTTP Get"), ("2", "XML Post")]


class ReplyPathForm(forms.Form):
    """The reply path of a number, as the provider's console asks for it."""

    reply_url = forms.CharField(label="Reply path URL", max_length=2000)
    reply_type = forms.ChoiceField(label="Type", choices=REPLY_TYPES)
    reply_username = forms.RegexField(
        "^[A-Za-z0-9]*$", label="User name", required=False, max_length=64
    )
    reply_password = forms.RegexField(
        "^[A-Za-z0-9]*$", label="Password", required=False, max_length=64
    )
    connection = forms.ModelChoiceField(
        ApiConnection.objects.none(), label="API connection", empty_label=None
    )

    def __init__(self, *args: Any, number: Number, **kwargs: Any) -> None:
        """Offers the account's own connections, and starts with what is stored."""
        kwargs["initial"] = {
            "reply_url": number.reply_url,
            "reply_type": str(number.reply_type),
            "reply_username": number.reply_username,
            "reply_password": number.reply_password,
            "connection": number.connection_id,
        }
        kwargs["label_suffix"] = ""
        super().__init__(*args, **kwargs)
        self.number = number
        self.fields["reply_url"].help_text = "Where texts to your number are posted."
        self.fields["reply_username"].help_text = "Optional, letters and digits."
        self.fields["reply_password"].help_text = "Optional, letters and digits."
        connection = self.fields["connection"]
        if isinstance(connection, forms.ModelChoiceField):
            connection.queryset = number.account.connections.live()

    def clean_reply_url(self) -> str:
        """An address we could post to."""
        url: str = self.cleaned_data["reply_url"]
        if not is_web_address(url):
            raise forms.ValidationError("Enter an address with http:// or https://.")
        return url

    def save(self) -> None:
        """Store the reply path; texts that still wait go there too."""
        Number.objects.filter(pk=self.number.pk).update(
            **{**self.cleaned_data, "reply_type": int(self.cleaned_data["reply_type"])}
        )


@csrf_exempt
@require_http_methods(["GET", "POST"])
def ussb(request: HttpRequest) -> HttpResponse:
    """Choose an area, a number, confirm the price; then give the reply path.

    The link stays good for its 15 minutes, so a wrong reply path can be corrected.
    """
    now = clock.now()
    auth_id = request.GET.get("auth_id", "")
    ticket = Ticket.objects.valid(Ticket.Page.TWO_WAY, auth_id, now)
    if ticket is None:
        return sheet(request, "link_over", {}, status=410)
    number = Number.objects.filter(account=ticket.account).first()
    wanted = request.POST.get("number", "")
    if wanted and (number or claim(ticket.account, wanted, now)):
        # A second claim, as a double click makes it, leads to the number there is.
        return HttpResponseRedirect(f"{request.path}?auth_id={auth_id}")
    if number:
        return _reply_path(request, number)
    return _choose(request, auth_id)


def free_numbers(area: str) -> list[str]:
    """The numbers of an area that nobody has claimed."""
    if area not in AREAS:
        return []
    offered = [f"1{area}55501{ending:02}" for ending in OFFERED]
    taken = {
        digits
        for rented in (Number, Integration)
        for digits in rented.objects.filter(digits__in=offered).values_list(
            "digits", flat=True
        )
    }
    return [digits for digits in offered if digits not in taken]


def claim(account: Account, digits: str, now: datetime) -> bool:
    """Rent the number to the account; False when it is not, or no longer, free.

    An account with one connection gets it linked at once.
    """
    if digits not in free_numbers(digits[1:4]):
        return False
    connections = list(account.connections.live()[:2])
    try:
        with transaction.atomic():
            Number.objects.create(
                digits=digits,
                account=account,
                connection=connections[0] if len(connections) == 1 else None,
                claimed_at=now,
            )
    except IntegrityError:
        return False
    return True


def _choose(request: HttpRequest, auth_id: str) -> HttpResponse:
    """The steps before the claim; each is an address of its own."""
    area, digits = request.GET.get("area", ""), request.GET.get("number", "")
    free = free_numbers(area)
    context = {
        "auth_id": auth_id,
        "areas": AREAS,
        "area": area,
        "place": AREAS.get(area, ""),
        "free": free,
        "number": digits if digits in free else "",
        "price": PRICE,
        "gone": request.method == "POST",
    }
    return sheet(request, "two_way_choose", context)


def _reply_path(request: HttpRequest, number: Number) -> HttpResponse:
    form = ReplyPathForm(request.POST or None, number=number)
    saved = request.method == "POST" and form.is_valid()
    if saved:
        form.save()
    context = {
        "number": number,
        "form": form,
        "saved": saved,
        "connectable": number.account.connections.live().exists(),
    }
    return sheet(request, "two_way_number", context)
