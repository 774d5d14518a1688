"""`manage.py tell_owners`: the round of notices and mails that workers make each minute."""

from typing import Any

from django.core.management.base import BaseCommand

from provisioning import clock, notices


class Command(BaseCommand):
    """For when no worker is there to do it."""

    help = "Opens and closes notices about accounts, and mails the owners what is new."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the task of that name does."""
        notices.review(clock.now())
