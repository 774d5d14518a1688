"""Addresses of the set-up, under /setup/."""

from django.urls import path

from provisioning.views import (
    account,
    captcha,
    disconnect,
    errors,
    existing,
    hood,
    join,
    key,
    pages,
    password,
    people,
    start,
)

urlpatterns = [
    path("", pages.wizard, name="wizard"),
    path("start/", start.start, name="start"),
    path("existing/", existing.existing, name="existing"),
    path("key/", key.key, name="key"),
    path("captcha/", captcha.captcha, name="captcha"),
    path("captcha/help/", captcha.captcha_help, name="captcha_help"),
    path("captcha/answer/", captcha.captcha_answer, name="captcha_answer"),
    path("captcha/read/", captcha.captcha_helper, name="captcha_helper"),
    path("terms/", start.terms, name="terms"),
    path("errors/", errors.error_codes, name="error_codes"),
    path("hood/", hood.wire_news, name="wire_news"),
    path("account/", account.account, name="account"),
    path("account/credit/", account.credit_state, name="credit_state"),
    path("account/test/", account.test_state, name="test_state"),
    path("account/password/", password.provider_password, name="provider_password"),
    path("account/key/", key.provider_key, name="provider_key"),
    path("account/disconnect/", disconnect.disconnect, name="disconnect"),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", people.person, name="person"),
    path(
        "people/invitations/<int:pk>/resend/",
        people.invitation_resend,
        name="invitation_resend",
    ),
    path(
        "people/invitations/<int:pk>/withdraw/",
        people.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path("join/<str:token>/", join.join, name="join"),
    path("forgot/", password.forgot, name="forgot"),
    path("<slug:slug>/", pages.wizard_page, name="wizard_page"),
    path("<slug:slug>/state/", pages.wizard_state, name="wizard_state"),
]
