"""Addresses of the set-up, under /setup/."""

from django.urls import path

from provisioning import views

urlpatterns = [
    path("", views.wizard, name="wizard"),
    path("start/", views.start, name="start"),
    path("captcha/", views.captcha, name="captcha"),
    path("terms/", views.terms, name="terms"),
    path("account/", views.account, name="account"),
    path("<slug:slug>/", views.wizard_page, name="wizard_page"),
    path("<slug:slug>/state/", views.wizard_state, name="wizard_state"),
]
