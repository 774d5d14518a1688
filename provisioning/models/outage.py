"""Outage: one of the provider's interfaces fails as a whole, and rests."""

from django.db import models

from provisioning.models.account import Interface


class Outage(models.Model):
    """An interface that answered nothing useful lately; the row goes when it does again.

    It belongs to no practice: texts of all of them wait.
    """

    interface = models.CharField(max_length=10, choices=Interface, primary_key=True)
    since = models.DateTimeField()
    failures = models.PositiveIntegerField(help_text="In a row.")
    rests_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.get_interface_display()}: {self.failures}"
