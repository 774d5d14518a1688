"""Addresses of the set-up, under /setup/."""

from django.urls import path

from provisioning.views import account, existing, pages, start

urlpatterns = [
    path("", pages.wizard, name="wizard"),
    path("start/", start.start, name="start"),
    path("existing/", existing.existing, name="existing"),
    path("captcha/", start.captcha, name="captcha"),
    path("terms/", start.terms, name="terms"),
    path("account/", account.account, name="account"),
    path("<slug:slug>/", pages.wizard_page, name="wizard_page"),
    path("<slug:slug>/state/", pages.wizard_state, name="wizard_state"),
]
