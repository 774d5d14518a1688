"""Any phone in the world: read what arrived on it, write back, switch it off."""

import re
from typing import NamedTuple

from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from .. import clock, network
from ..models import Handset, Integration, Number, Text
from .sheet import sheet

QUICK_ANSWERS = ["C", "R", "STOP"]
TEXTS_SHOWN = 200
PHONES_SHOWN = 50


class Phone(NamedTuple):
    """One line of the list of phones."""

    digits: str
    last_text: str
    is_off: bool


@require_GET
def phones(request: HttpRequest) -> HttpResponse:
    """Phones that have had texts; ``?number=`` opens any other."""
    digits = re.sub(r"\D", "", request.GET.get("number", ""))
    if digits:
        return HttpResponseRedirect(reverse("sandbox-phone", args=[digits]))
    asked = "number" in request.GET
    return sheet(request, "phones", {"phones": known_phones(), "no_digits": asked})


@require_GET
def phone(request: HttpRequest, digits: str) -> HttpResponse:
    """One phone with its texts, the newest at the bottom."""
    texts = list(Text.objects.on_phone(digits).reverse()[:TEXTS_SHOWN])[::-1]
    context = {
        "digits": digits,
        "texts": texts,
        "is_off": Handset.objects.is_off(digits),
        "correspondents": correspondents(texts, digits),
        "quick_answers": QUICK_ANSWERS,
    }
    return sheet(request, "phone", context)


@csrf_exempt
@require_POST
def answer(request: HttpRequest, digits: str) -> HttpResponse:
    """Write ``text`` (or a ``quick`` answer) to the number ``to``."""
    to = re.sub(r"\D", "", request.POST.get("to", ""))
    wanted = request.POST.get("quick") or request.POST.get("text", "")
    body = re.sub(r"[^\S\n]|[\x00-\x09\x0b-\x1f\x7f]", " ", wanted.strip())
    if not to or not body:
        return HttpResponse("to and text are needed", status=400)
    if Handset.objects.is_off(digits):
        return HttpResponse("this phone is off", status=409)
    network.answer(digits, to, body, clock.now())
    return _back(digits)


@csrf_exempt
@require_POST
def power(request: HttpRequest, digits: str) -> HttpResponse:
    """Switch the phone ``off`` (1) or on (0)."""
    Handset.objects.switch(digits, off=request.POST.get("off") == "1")
    return _back(digits)


def known_phones() -> list[Phone]:
    """Phones that texts went to, the most recently used first."""
    off = set(Handset.objects.filter(is_off=True).values_list("digits", flat=True))
    latest = (
        Text.objects.filter(direction=Text.Direction.TO_HANDSET)
        .order_by()
        .values("recipient")
        .annotate(last=Max("pk"))
        .order_by("-last")[:PHONES_SHOWN]
    )
    bodies = Text.objects.in_bulk([row["last"] for row in latest])
    return [
        Phone(row["recipient"], bodies[row["last"]].text, row["recipient"] in off)
        for row in latest
    ]


def correspondents(texts: list[Text], digits: str) -> list[str]:
    """Whom this phone can write to: who wrote last comes first, then any number."""
    wrote = [text.sender for text in reversed(texts) if text.sender != digits]
    claimed = Number.objects.values_list("digits", flat=True)
    of_today = Integration.objects.values_list("digits", flat=True)
    return list(dict.fromkeys([*wrote, *claimed, *of_today]))


def _back(digits: str) -> HttpResponse:
    response = HttpResponseRedirect(reverse("sandbox-phone", args=[digits]))
    response.status_code = 303
    return response
