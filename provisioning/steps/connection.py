"""The API connection that texts go through, and where the provider calls back."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from provisioning import accounts, interfaces, stages, wire
from provisioning.clickatell import envelope
from provisioning.clickatell.errors import ProviderError, Unavailable
from provisioning.clickatell.types import (
    ApiCredentials,
    CallbackType,
    CaptchaAnswer,
    ConnectionRequest,
    ConnectionType,
)
from provisioning.models import ProviderAccount, Stage, User
from provisioning.steps.turn import (
    calls_of_present_account,
    credentials,
    noting,
    turn,
)

CONNECTION_LABEL = "XML API"
CALLBACK_LABEL = "HTTP Post"


class InDoubt(Exception):
    """An earlier try's answer was lost: the provider may have made the connection."""


def connect(
    account: ProviderAccount,
    *,
    by: User,
    now: datetime,
    captcha: CaptchaAnswer | None = None,
    anew: bool = False,
) -> None:
    """Create the API connection that texts go through, once.

    The provider makes another connection each time it is asked and has no call that
    lists them, so an answer that the wire log holds is used before asking again. Where
    an answer was lost this raises InDoubt, unless the owner wants another (`anew`).
    """
    with turn(account, now):
        if account.stage != Stage.PHONE_VERIFIED:
            return
        api_id = _connection_in_the_log(account)
        if not api_id:
            if connection_in_doubt(account) and not anew:
                raise InDoubt
            with noting(account, now):
                api_id = _create_connection(account, by, captcha)
        stages.advance(account, stages.Event.CONNECTED, now=now, by=by, api_id=api_id)


def connection_in_doubt(account: ProviderAccount) -> bool:
    """Whether the provider may have made a connection that we do not know."""
    tried = calls_of_present_account(account, "create_connection").maybe_done()
    return tried.exists() and not _connection_in_the_log(account)


def adopt_connection(
    account: ProviderAccount, api_id: str, *, by: User, now: datetime
) -> None:
    """Take a connection whose API ID the owner has looked up at the provider.

    It is asked for the balance first: 108 means that the account has no such
    connection, 001 that the password is not right (XML API Specification V2.4.9,
    getBalance). That it is one for XML shows only with the first text (INFERRED).
    """
    with turn(account, now):
        if account.stage != Stage.PHONE_VERIFIED:
            return
        held = ApiCredentials(
            user=account.username, password=account.password, api_id=api_id
        )
        try:
            wire.messaging(account, by).balance(held)
        except ProviderError as error:
            for code in error.codes:
                if condition := interfaces.of(account).condition_of(code):
                    accounts.note(account, condition, now)
            raise
        stages.advance(account, stages.Event.CONNECTED, now=now, by=by, api_id=api_id)


def _connection_in_the_log(account: ProviderAccount) -> str:
    calls = calls_of_present_account(account, "create_connection")
    call = calls.filter(outcome="answered").first()
    if call is None:
        return ""
    rows = envelope.read_answer(call.response.encode()).values
    return next((str(row["api_id"]) for row in rows if row.get("api_id")), "")


def _create_connection(
    account: ProviderAccount, by: User, captcha: CaptchaAnswer | None
) -> str:
    client = wire.connect(account, by)
    return client.create_connection(
        credentials(account),
        ConnectionRequest(
            connection_type_id=_id_of(CONNECTION_LABEL, client.connection_types()),
            description="Appointment reminders",
            callback_url=receipt_address(account),
            callback_type_id=_id_of(CALLBACK_LABEL, client.callback_types()),
            callback_username=account.HOOK_USER,
            callback_password=account.hook_password,
        ),
        captcha,
    )


def _id_of(label: str, offered: Sequence[ConnectionType | CallbackType]) -> int:
    for row in offered:
        if row.label.lower() == label.lower():
            return row.id
    raise Unavailable.because(
        f"The SMS provider no longer offers {label}.", maybe_done=False
    )


def receipt_address(account: ProviderAccount) -> str:
    """Where the provider posts delivery receipts."""
    path = reverse("receipt_hook", args=[account.hook_secret])
    return f"{settings.BASE_URL}{path}"


def text_address(account: ProviderAccount) -> str:
    """Where the provider posts patients' answers: the number's reply path.

    No call sets it: the owner pastes it on the provider's page for the number.
    """
    path = reverse("inbound_hook", args=[account.hook_secret])
    return f"{settings.BASE_URL}{path}"
