"""The provider's callbacks: who is calling, what they report, what a phone wrote."""

import binascii
import secrets
from base64 import b64decode
from datetime import datetime

from provisioning import two_way
from provisioning.clickatell import callbacks
from provisioning.gateway.shapes import (
    BadCallback,
    DeliveryReport,
    HookRequest,
    InboundText,
    Stranger,
    report_of,
)
from provisioning.models import ProviderAccount, ProviderCall


def account_for(secret: str, authorization: str | None) -> ProviderAccount:
    """Return the account a callback's address names, once it has shown its password.

    Raises Stranger(404) for an unknown address, Stranger(401) for a wrong pair.
    """
    account = (
        ProviderAccount.objects.select_related("practice")
        .filter(hook_secret=secret)
        .first()
    )
    if account is None:
        raise Stranger(404)
    expected = f"{account.HOOK_USER}:{account.hook_password}".encode()
    if not secrets.compare_digest(_basic_pair(authorization), expected):
        raise Stranger(401)
    return account


def _basic_pair(authorization: str | None) -> bytes:
    scheme, _space, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""


def read_report(
    account: ProviderAccount, request: HookRequest, now: datetime
) -> DeliveryReport | None:
    """Read a delivery report; None for a probe, and for the wizard's own test.

    Raises BadCallback, also when it names another connection than the account's.
    """
    try:
        receipt = callbacks.read_receipt(
            request.query, request.body, request.content_type
        )
    except callbacks.BadCallback as error:
        raise BadCallback(str(error)) from error
    if receipt is None:
        return None
    _check_connection(account, receipt.api_id)
    _log_callback(account, "receipt", request, now)
    report = report_of(
        receipt.message_id,
        receipt.client_id,
        receipt.status,
        receipt.status_at,
        receipt.charge,
    )
    if two_way.note_report(account, report.client_id, report.provider_id, report.state):
        return None
    return report


def read_text(
    account: ProviderAccount, request: HookRequest, now: datetime
) -> InboundText | None:
    """Read a text from a phone; None for a probe, and for what the owner's mobile
    sends to the set-up: the answer to its test, or a text to the number it waits for.

    Raises BadCallback, also when it names another connection than the account's.
    """
    try:
        inbound = callbacks.read_inbound(
            request.query, request.body, request.content_type
        )
    except callbacks.BadCallback as error:
        raise BadCallback(str(error)) from error
    if inbound is None:
        return None
    _check_connection(account, inbound.api_id)
    _log_callback(account, "inbound text", request, now)
    text = InboundText(
        provider_id=inbound.message_id,
        sender=f"+{inbound.sender}",
        to=f"+{inbound.to}",
        received_at=inbound.received_at,
        text=inbound.text,
        is_fragment=inbound.part is not None and inbound.part.total > 1,
    )
    if two_way.note_answer(
        account, text.provider_id, text.sender, text.to, text.text, now=now
    ) or two_way.note_number(account, text.sender, text.to):
        return None
    return text


def _check_connection(account: ProviderAccount, api_id: str) -> None:
    # XML receipts carry none (HTTP API Specification V2.5.3, push status).
    if api_id and not account.owns_connection(api_id):
        raise BadCallback("This address belongs to another connection.")


def _log_callback(
    account: ProviderAccount,
    action: str,
    request: HookRequest,
    now: datetime,
) -> None:
    """Keep what came, masked; who wrote what is in the message ledger."""
    ProviderCall.objects.create(
        account=account,
        api=ProviderCall.Api.CALLBACK,
        action=action,
        address=f"{request.method} /hooks/…/",
        request=callbacks.shown(request.query, request.body, request.content_type),
        outcome=ProviderCall.Outcome.ANSWERED,
        started_at=now,
        duration_ms=0,
    )
