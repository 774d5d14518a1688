"""Every address, in one place."""

from django.contrib import admin
from django.urls import include, path

handler500 = "reminders.views.broken.broken"

urlpatterns = [
    path("", include("reminders.urls")),
    path("setup/", include("provisioning.urls")),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
