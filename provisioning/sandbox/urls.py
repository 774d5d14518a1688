"""Addresses of the sandbox: two APIs, the provider's pages, and our own switches."""

from django.urls import path, re_path

from . import machine
from .connect import connect
from .messaging import messaging
from .pages import buying, console, phone, portal, public, switchboard, two_way
from .platform import door as platform

urlpatterns = [
    # The wire.
    path("connect/<str:token>", connect, name="sandbox-connect"),
    path("xml/xml", messaging, name="sandbox-messaging"),
    path("v1/message", platform.message, name="sandbox-v1-message"),
    path("v1/message/<str:message_id>", platform.status, name="sandbox-v1-status"),
    path("v1/balance", platform.balance, name="sandbox-v1-balance"),
    path("sdk/terms.txt", machine.terms_text, name="sandbox-terms-text"),
    path("sdk/terms.html", public.terms, name="sandbox-terms"),
    # What a customer meets at the provider.
    path("activate/<str:key>/", public.activate, name="sandbox-activate"),
    path("central/", console.sign_in, name="sandbox-sign-in"),
    path("central/overview", console.overview, name="sandbox-console"),
    path("central/buy_now.php", buying.buy_now, name="sandbox-buy"),
    path("twoway/ussb/", two_way.ussb, name="sandbox-two-way"),
    path("portal/", portal.portal, name="sandbox-portal"),
    path("portal/<int:pk>/", portal.integration, name="sandbox-integration"),
    # What only a sandbox has.
    path("", public.index, name="sandbox-index"),
    path("mailbox/", public.mailbox, name="sandbox-mailbox"),
    path("phone/", phone.phones, name="sandbox-phones"),
    re_path(r"^phone/(?P<digits>\d{3,15})/$", phone.phone, name="sandbox-phone"),
    re_path(
        r"^phone/(?P<digits>\d{3,15})/answer$",
        phone.answer,
        name="sandbox-phone-answer",
    ),
    re_path(
        r"^phone/(?P<digits>\d{3,15})/power$",
        phone.power,
        name="sandbox-phone-power",
    ),
    path("switchboard/", switchboard.board, name="sandbox-switchboard"),
    path("switchboard/act", switchboard.act, name="sandbox-act"),
    path("switchboard/state.json", machine.state, name="sandbox-state"),
    path("switchboard/rules", machine.rules, name="sandbox-rules"),
]
