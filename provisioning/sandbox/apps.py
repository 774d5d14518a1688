"""Django application of the sandbox provider."""

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    """The app label keeps its tables apart from every other app's."""

    name = "provisioning.sandbox"
    label = "sandbox"
    verbose_name = "Sandbox provider"
    default_auto_field = "django.db.models.BigAutoField"
