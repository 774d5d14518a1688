"""The portal of the present-day platform: integrations, their keys and numbers.

INFERRED: what the real portal looks like is not recorded. Here everybody sees every
integration, and nobody signs in.
"""

from decimal import Decimal
from typing import ClassVar

from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from .. import clock
from ..connect.registering import is_web_address
from ..models import Integration
from .sheet import sheet
from .two_way import AREAS, free_numbers

TOP_UP = Decimal(25)


class NewIntegrationForm(forms.Form):
    """A workspace with SMS and a two-way number of the area."""

    name = forms.CharField(label="Name", max_length=80)
    area = forms.ChoiceField(
        label="Number from",
        choices=[(code, f"{code} – {place}") for code, place in AREAS.items()],
    )


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]  # no stubs at run time
    """Where the platform posts, and what is switched on."""

    class Meta:
        model = Integration
        fields: ClassVar[list[str]] = [
            "status_url",
            "inbound_url",
            "has_stop_commands",
            "is_active",
            "is_suspended",
        ]
        labels: ClassVar[dict[str, str]] = {
            "status_url": "Message status callback",
            "inbound_url": "Reply callback",
            "has_stop_commands": "STOP and SUBSCRIBE commands are on",
            "is_active": "The integration is active",
            "is_suspended": "The number is suspended",
        }
        widgets: ClassVar[dict[str, type[forms.Widget]]] = {
            "status_url": forms.TextInput,
            "inbound_url": forms.TextInput,
        }

    def clean_status_url(self) -> str:
        """Empty, or an address we could post to."""
        return _address(self.cleaned_data["status_url"])

    def clean_inbound_url(self) -> str:
        """Empty, or an address we could post to."""
        return _address(self.cleaned_data["inbound_url"])


def _address(url: str) -> str:
    if url and not is_web_address(url):
        raise forms.ValidationError("Enter an address with http:// or https://.")
    return url


@csrf_exempt
@require_http_methods(["GET", "POST"])
def portal(request: HttpRequest) -> HttpResponse:
    """Every integration, and a form for another one."""
    form = NewIntegrationForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        made = _create(form.cleaned_data["name"], form.cleaned_data["area"])
        if made:
            return _to(made)
        form.add_error("area", "Every number of this area is taken.")
    integrations = Integration.objects.all()
    return sheet(request, "portal", {"form": form, "integrations": integrations})


@csrf_exempt
@require_http_methods(["GET", "POST"])
def integration(request: HttpRequest, pk: int) -> HttpResponse:
    """One integration: its key, its number, its money, its callbacks."""
    shown = get_object_or_404(Integration, pk=pk)
    if "top_up" in request.POST:
        shown.receive(TOP_UP)
        return _to(shown)
    form = SettingsForm(request.POST or None, instance=shown, label_suffix="")
    saved = request.method == "POST" and form.is_valid()
    if saved:
        form.save()
    context = {"integration": shown, "form": form, "saved": saved, "top_up": TOP_UP}
    return sheet(request, "integration", context)


def _create(name: str, area: str) -> Integration | None:
    """With the first number of the area that nobody has."""
    for digits in free_numbers(area):
        try:
            with transaction.atomic():
                return Integration.objects.create(
                    name=name, digits=digits, created_at=clock.now()
                )
        except IntegrityError:
            continue
    return None


def _to(shown: Integration) -> HttpResponse:
    response = HttpResponseRedirect(reverse("sandbox-integration", args=[shown.pk]))
    response.status_code = 303
    return response
