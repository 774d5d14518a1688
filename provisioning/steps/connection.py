"""The API connection that texts go through, and where the provider calls back."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from provisioning import stages, wire
from provisioning.clickatell import envelope
from provisioning.clickatell.types import CaptchaAnswer, ConnectionRequest
from provisioning.models import ProviderAccount, Stage, User
from provisioning.steps.turn import credentials, noting, turn

CONNECTION_LABEL = "XML API"
CALLBACK_LABEL = "HTTP Post"


def connect(
    account: ProviderAccount,
    *,
    by: User,
    now: datetime,
    captcha: CaptchaAnswer | None = None,
) -> None:
    """Create the API connection that texts go through, once.

    The provider makes another connection each time it is asked and has no call that
    lists them, so an answer that the wire log holds is used before asking again. One
    whose answer never came is made again: an unused connection costs nothing.
    """
    with turn(account, now):
        if account.has_reached(Stage.CONNECTED):
            return
        api_id = _connection_in_the_log(account)
        if not api_id:
            with noting(account, now):
                api_id = _create_connection(account, captcha)
        stages.advance(account, Stage.CONNECTED, now=now, by=by, api_id=api_id)


def _connection_in_the_log(account: ProviderAccount) -> str:
    done = account.calls.action_named("create_connection").filter(outcome="answered")
    call = done.first()
    if call is None:
        return ""
    values = envelope.read_answer(call.response.encode()).values
    return next((value["api_id"] for value in values if value.get("api_id")), "")


def _create_connection(account: ProviderAccount, captcha: CaptchaAnswer | None) -> str:
    client = wire.connect(account)
    kinds = {kind.label.lower(): kind.id for kind in client.connection_types()}
    callbacks = {kind.label.lower(): kind.id for kind in client.callback_types()}
    return client.create_connection(
        credentials(account),
        ConnectionRequest(
            connection_type_id=kinds[CONNECTION_LABEL.lower()],
            description="Appointment reminders",
            callback_url=receipt_address(account),
            callback_type_id=callbacks[CALLBACK_LABEL.lower()],
            callback_username=account.HOOK_USER,
            callback_password=account.hook_password,
        ),
        captcha,
    )


def receipt_address(account: ProviderAccount) -> str:
    """Where the provider posts delivery receipts."""
    return settings.BASE_URL + reverse("receipt_hook", args=[account.hook_secret])


def text_address(account: ProviderAccount) -> str:
    """Where the provider posts patients' answers: the number's reply path.

    No call sets it: the owner pastes it on the provider's page for the number.
    """
    return settings.BASE_URL + reverse("inbound_hook", args=[account.hook_secret])
