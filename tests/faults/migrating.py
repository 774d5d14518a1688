"""Migrations, forwards or back.

    python -m tests.faults.migrating [FLOOR MIGRATION]…

Without arguments everything that is there; with them each floor back to its migration.
"""

import sys

import django
from django.core.management import call_command


def main(*words: str) -> None:
    """Do it."""
    django.setup()
    for pair in zip(words[::2], words[1::2], strict=True) if words else [()]:
        call_command("migrate", *pair, verbosity=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
