"""The provider's callbacks: who is calling, what they report, what a phone wrote."""

import binascii
import secrets
from base64 import b64decode
from datetime import datetime

from provisioning import interfaces, stages, two_way
from provisioning.interfaces.shapes import (
    DeliveryReport,
    HookRequest,
    InboundText,
    Stranger,
)
from provisioning.models import Interface, ProviderAccount, ProviderCall


def account_for(secret: str, request: HookRequest) -> ProviderAccount:
    """Return the account a callback's address names, once it has shown its password.

    Raises Stranger(404) for an unknown address, Stranger(401) for a wrong pair. One
    API's callbacks carry no pair: the secret in the address is all they show, and that
    is enough only where the practice has, or had, an account of that interface.
    """
    account = (
        ProviderAccount.objects.select_related("practice")
        .filter(hook_secret=secret)
        .first()
    )
    if account is None:
        raise Stranger(404)
    if not (_shows_pair(account, request) or _needs_none(account, request)):
        raise Stranger(401)
    return account


def _shows_pair(account: ProviderAccount, request: HookRequest) -> bool:
    expected = f"{account.HOOK_USER}:{account.hook_password}".encode()
    return secrets.compare_digest(_basic_pair(request.authorization), expected)


def _needs_none(account: ProviderAccount, request: HookRequest) -> bool:
    face = interfaces.that_posted(account, request)
    return not face.SHOWS_PASSWORD and _has_had_key(account)


def _has_had_key(account: ProviderAccount) -> bool:
    """Whether the practice has an account of One API, or has let go of one."""
    if account.interface == Interface.ONE_API:
        return True
    return account.stage_changes.filter(event=stages.Event.KEY_ACCEPTED).exists()


def _basic_pair(authorization: str) -> bytes:
    scheme, _space, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""


def read_reports(
    account: ProviderAccount, request: HookRequest, now: datetime
) -> list[DeliveryReport]:
    """Read delivery reports, the wizard's own test left out; none for a probe.

    Raises BadCallback, also when one names another connection than the account's.
    """
    face = interfaces.that_posted(account, request)
    reports = face.read_reports(account, request)
    if reports:
        _log_callback(account, "receipt", request, face.shown(request), now)
    return [report for report in reports if not _is_of_test(account, report)]


def _is_of_test(account: ProviderAccount, report: DeliveryReport) -> bool:
    return two_way.note_report(
        account, report.client_id, report.provider_id, report.state
    )


def read_texts(
    account: ProviderAccount, request: HookRequest, now: datetime
) -> list[InboundText]:
    """Read texts from phones; none for a probe. What the owner's mobile sends to the
    set-up is left out: the answer to its test, or a text to the number it waits for.

    Raises BadCallback, also when one names another connection than the account's.
    """
    face = interfaces.that_posted(account, request)
    texts = face.read_texts(account, request)
    if texts:
        _log_callback(account, "inbound text", request, face.shown(request), now)
    if face is not interfaces.of(account):
        # They are to a number of a former account, which the set-up waits for no more.
        return texts
    return [text for text in texts if not _is_for_setup(account, text, now)]


def _is_for_setup(account: ProviderAccount, text: InboundText, now: datetime) -> bool:
    return two_way.note_answer(
        account, text.provider_id, text.sender, text.to, text.text, now=now
    ) or two_way.note_number(account, text.sender, text.to)


def _log_callback(
    account: ProviderAccount,
    action: str,
    request: HookRequest,
    shown: str,
    now: datetime,
) -> None:
    """Keep what came, masked; who wrote what is in the message ledger."""
    ProviderCall.objects.create(
        account=account,
        api=ProviderCall.Api.CALLBACK,
        action=action,
        address=f"{request.method} /hooks/…/",
        request=shown,
        outcome=ProviderCall.Outcome.ANSWERED,
        started_at=now,
        duration_ms=0,
    )
