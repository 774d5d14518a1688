"""The provider's callbacks, over HTTP to a web process of ours."""

import requests
from django.urls import reverse

from provisioning.models import Line

# How long the provider waits for an answer (the sandbox does as much).
PATIENCE = 10


def call(url: str, line: Line, hook: str, **fields: str) -> int:
    """Call back at `url` about the line, and return the status of the answer."""
    return _post(url, line, hook, {"api_id": line.account.api_id, **fields})


def call_with_document(url: str, line: Line, hook: str, document: str) -> int:
    """The same, with a document in a field, as "XML Post" has it."""
    return _post(url, line, hook, {"data": document})


def report(url: str, line: Line, status: str, **ids: str) -> int:
    """Report what became of the text with these ids."""
    known = {"timestamp": "1772463600", "charge": "0.800000"}
    return call(url, line, "receipt_hook", status=status, **known, **ids)


def _post(url: str, line: Line, hook: str, fields: dict[str, str]) -> int:
    account = line.account
    return requests.post(
        f"{url}{reverse(hook, args=[account.hook_secret])}",
        data=fields,
        auth=(account.HOOK_USER, account.hook_password),
        timeout=PATIENCE,
    ).status_code
