"""Addresses of the set-up, under /setup/."""

from django.urls import path

from provisioning.views import account, disconnect, existing, pages, password, start

urlpatterns = [
    path("", pages.wizard, name="wizard"),
    path("start/", start.start, name="start"),
    path("existing/", existing.existing, name="existing"),
    path("captcha/", start.captcha, name="captcha"),
    path("terms/", start.terms, name="terms"),
    path("account/", account.account, name="account"),
    path("account/credit/", account.credit_state, name="credit_state"),
    path("account/test/", account.test_state, name="test_state"),
    path("account/password/", password.provider_password, name="provider_password"),
    path("account/disconnect/", disconnect.disconnect, name="disconnect"),
    path("forgot/", password.forgot, name="forgot"),
    path("<slug:slug>/", pages.wizard_page, name="wizard_page"),
    path("<slug:slug>/state/", pages.wizard_state, name="wizard_state"),
]
