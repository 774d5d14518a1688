"""Delivery reports: kept as they come, and only ever moving a text forward."""

from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from provisioning.gateway import DeliveryReport
from provisioning.models import Practice
from reminders.models import Message, Phone, Receipt
from reminders.outbox.calls import call_about

log = structlog.get_logger(__name__)

State = Message.State

# What a report makes of a text. "unknown" says nothing, and is only kept.
STATES = {
    "queued": State.SENT,
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "undelivered": State.UNDELIVERED,
    "failed": State.FAILED,
}


@transaction.atomic
def apply_report(practice: Practice, report: DeliveryReport, now: datetime) -> None:
    """Keep a report, and move its text forward if it says more than we know.

    Reports come twice, late, in any order, and before our own commit of the sending;
    the text is found by our client id, then by the provider's. One that fits no text
    is kept and counted.
    """
    text = _text_of(practice, report)
    Receipt.objects.bulk_create(
        [
            Receipt(
                practice=practice,
                message=text,
                client_id=report.client_id,
                provider_id=report.provider_id,
                status=report.status,
                status_at=report.at,
                charge=report.charge,
                received_at=now,
            )
        ],
        ignore_conflicts=True,
    )
    if text is None:
        log.warning("receipt fits no text", practice=practice.pk, status=report.status)
        return
    if report.charge is not None:
        Message.objects.filter(pk=text.pk, charge=None).update(charge=report.charge)
    if report.state in STATES and _move_forward(text, report, now):
        log.info("receipt applied", message=text.pk, status=report.status)
        _learn(text, report, now)


def _text_of(practice: Practice, report: DeliveryReport) -> Message | None:
    texts = Message.objects.of(practice).outbound().select_related("phone")
    if report.client_id and (found := texts.filter(client_id=report.client_id).first()):
        return found
    if report.provider_id:
        return texts.filter(provider_id=report.provider_id).first()
    return None


def _move_forward(text: Message, report: DeliveryReport, now: datetime) -> bool:
    state = STATES[report.state]
    changes: dict[str, Any] = {
        "state": state,
        "state_at": now,
        "lease_until": None,
        "sent_at": Coalesce(F("sent_at"), Value(report.at)),
    }
    if report.provider_id:
        changes["provider_id"] = report.provider_id
    if state == State.DELIVERED:
        changes |= {"delivered_at": report.at, "error_code": "", "reason": ""}
    elif state != State.SENT:
        changes |= {
            "error_code": report.status,
            "reason": report.words[: Message.LONGEST_REASON],
        }
    moved = Message.objects.filter(pk=text.pk).ranked_below(state).update(**changes)
    return moved == 1


def _learn(text: Message, report: DeliveryReport, now: datetime) -> None:
    """What a final report says about the phone, and whom to call now."""
    phone = Phone.objects.filter(pk=text.phone_id)
    if report.state == "delivered":
        phone.exclude(reach=Phone.Reach.MOBILE).update(reach=Phone.Reach.MOBILE)
    if report.dead_number:
        phone.update(reach=Phone.Reach.UNREACHABLE)
    if report.state in ("undelivered", "failed"):
        call_about(text, report.words[: Message.LONGEST_REASON], now)
