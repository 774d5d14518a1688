"""The platform's callbacks: JSON with one event in a list of its kind.

Source: "One API client callbacks"; the first letters of the lists' names are INFERRED
for status.
"""

import json
from typing import Any

from ..models import CallbackJob
from . import tables
from .door import milliseconds


def document(job: CallbackJob) -> bytes:
    """What is posted about this receipt or inbound text."""
    integration = job.text.integration
    if integration is None:
        raise LookupError(job.message_id)
    receipt = job.kind == CallbackJob.Kind.RECEIPT
    event = (
        {"messageStatusUpdate": [_status(job)]} if receipt else {"moText": [_text(job)]}
    )
    return json.dumps(
        {
            "integrationId": integration.integration_id,
            "integrationName": integration.name,
            "event": event,
        }
    ).encode()


def _status(job: CallbackJob) -> dict[str, Any]:
    number, name = tables.STATUSES[job.status]
    return {
        "channel": "sms",
        "messageId": job.message_id,
        "clientMessageId": job.text.client_id or None,
        "timestamp": milliseconds(job.event_at),
        "statusCode": number,
        "status": name,
    }


def _text(job: CallbackJob) -> dict[str, Any]:
    """A long text comes whole: parts are not told of (INFERRED)."""
    return {
        "channel": "sms",
        "messageId": job.message_id,
        "relatedMessageId": None,
        "relatedClientMessageId": None,
        "from": job.text.sender,
        "to": job.text.recipient,
        "timestamp": milliseconds(job.event_at),
        "content": job.text.text,
        "charset": "UTF-8",
    }
