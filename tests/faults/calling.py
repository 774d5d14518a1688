"""The provider's callbacks, over HTTP to a web process of ours."""

import requests
from django.urls import reverse

from provisioning.models import Line

# How long the provider waits for an answer (the sandbox does as much).
PATIENCE = 10


def call(url: str, line: Line, hook: str, **fields: str) -> int:
    """Call back at `url` about the line, and return the status of the answer."""
    account = line.account
    return requests.post(
        f"{url}{reverse(hook, args=[account.hook_secret])}",
        data={"api_id": account.api_id, **fields},
        auth=(account.HOOK_USER, account.hook_password),
        timeout=PATIENCE,
    ).status_code
