"""Registers the ground floor with Django."""

from django.apps import AppConfig


class ProvisioningConfig(AppConfig):
    """Loads the system checks along with the models."""

    name = "provisioning"
    verbose_name = "Provisioning"

    def ready(self) -> None:
        """Register the checks of `provisioning.checks`."""
        from provisioning import checks  # noqa: F401  # after the registry
