"""Showing a page with one form: 422 when the form came back."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from provisioning.forms import StepForm
from provisioning.views.door import SetupRequest


def answer(
    request: SetupRequest, template: str, form: StepForm, more: dict[str, Any]
) -> HttpResponse:
    """Render the page about the account; htmx and tests tell by the status."""
    context = {"account": request.account, "form": form, **more}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, context, status=status)
