"""Addresses of the sandbox: two APIs, the provider's pages, and our own switches."""

from django.urls import path

from . import machine
from .connect import connect
from .messaging import messaging

urlpatterns = [
    path("connect/<str:token>", connect, name="sandbox-connect"),
    path("xml/xml", messaging, name="sandbox-messaging"),
    path("sdk/terms.txt", machine.terms_text, name="sandbox-terms-text"),
    path("switchboard/state.json", machine.state, name="sandbox-state"),
    path("switchboard/rules", machine.rules, name="sandbox-rules"),
]
