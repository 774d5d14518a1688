"""Runs the sandbox: ``python -m provisioning.sandbox --port 8001 --data DIR``."""

import argparse
import os
from pathlib import Path

import django
from django.core.management import call_command


def main() -> None:
    """Point Django at the sandbox's own settings and data, then serve."""
    parser = argparse.ArgumentParser(prog="python -m provisioning.sandbox")
    parser.add_argument("--port", type=int, default=8001, help="0 picks a free one")
    parser.add_argument("--data", type=Path, required=True, help="database directory")
    parser.add_argument("--token", help="of the Connect address, 32 hex characters")
    options = parser.parse_args()

    options.data.mkdir(parents=True, exist_ok=True)
    os.environ["SANDBOX_DATA"] = str(options.data.resolve())
    if options.token:
        os.environ["SANDBOX_TOKEN"] = options.token
    os.environ["DJANGO_SETTINGS_MODULE"] = "provisioning.sandbox.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("serve_sandbox", port=options.port)


if __name__ == "__main__":
    main()
