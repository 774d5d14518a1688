"""The provider's clients as the settings describe them, with the wire log plugged in.

Live or sandbox is an address and a token; nothing else in the house knows which.
"""

from functools import lru_cache
from pathlib import Path
from traceback import walk_stack
from typing import cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from provisioning import clock, support
from provisioning.clickatell.connect import Connect
from provisioning.clickatell.messaging import Messaging
from provisioning.exchange import sessions
from provisioning.exchange.transport import Transport, WireCall
from provisioning.models import ProviderAccount, ProviderCall, User
from provisioning.oneapi.messaging import OneApi

# Answers are stored whole up to this many characters.
KEPT = 20_000
FLOOR = Path(__file__).parent
# The provider's interfaces, one folder each: what a call is made of, not why.
CLIENTS = (FLOOR / "clickatell", FLOOR / "oneapi", FLOOR / "exchange")


class CallRecorder:
    """Commits one ProviderCall before the wire is touched and completes it after.

    A row that stays pending is a call that was interrupted: the provider may have
    done the work, which is what `provisioning.steps` looks at before repeating one.
    """

    def __init__(self, account: ProviderAccount | None, by: User | None) -> None:
        self.account = account
        self.by = by

    def started(self, call: WireCall) -> None:
        """Write the row; the masked request is complete by now."""
        step, method = places()
        row = ProviderCall.objects.create(
            account=self.account,
            by=self.by,
            step=step,
            method=method,
            api=call.api,
            action=call.action,
            address=call.address[:200],
            request=call.request[:KEPT],
            started_at=clock.now(),
        )
        call.key = row.pk

    def ended(self, call: WireCall) -> None:
        """Complete the row with the masked answer, the codes and the time it took."""
        ProviderCall.objects.filter(pk=cast("int", call.key)).update(
            response=call.response[:KEPT],
            outcome=call.outcome,
            codes=",".join(call.codes)[:100],
            http_status=call.http_status,
            duration_ms=call.duration_ms,
        )
        support.tell_operator(call.api, call.codes, cast("int", call.key))


def places() -> tuple[str, str]:
    """Where the call under way is made: (step, method of the client).

    Each as "provisioning/steps/registration.py register". Read off the stack, so that
    what the panel under each page says is where the call really came from.
    """
    step = method = ""
    for frame, _line in walk_stack(None):
        place, of_client = _place(frame.f_code.co_filename, frame.f_code.co_name)
        if place and of_client:
            method = method if step else place
        elif place:
            step = step or place
    return step, method


@lru_cache(maxsize=512)
def _place(filename: str, name: str) -> tuple[str, bool]:
    """A function of the ground floor, if it is one, and whether a client's."""
    file = Path(filename)
    if file == Path(__file__) or FLOOR not in file.parents or name[0] in "_<":
        return "", False
    of_client = any(client in file.parents for client in CLIENTS)
    return f"{file.relative_to(FLOOR.parent)} {name}"[:100], of_client


def _transport(
    account: ProviderAccount | None,
    by: User | None,
    *,
    keeps: bool = False,
) -> Transport:
    return Transport(
        CallRecorder(account, by),
        connect_timeout=settings.PROVIDER_CONNECT_TIMEOUT,
        read_timeout=settings.PROVIDER_READ_TIMEOUT,
        total=settings.PROVIDER_TOTAL_TIMEOUT,
        session=sessions.kept(Transport.adapters) if keeps else None,
    )


def connect(account: ProviderAccount | None = None, by: User | None = None) -> Connect:
    """Return the Connect API client; its calls are logged under `account` and `by`."""
    return Connect(
        settings.CONNECT_URL,
        settings.CONNECT_TOKEN,
        _transport(account, by),
        two_way_action=settings.TWO_WAY_ACTION,
        two_way_element=settings.TWO_WAY_ELEMENT,
    )


def messaging(
    account: ProviderAccount | None = None, by: User | None = None
) -> Messaging:
    """Return the messaging client; None logs packets that carry several accounts.

    Its connection is kept for a moment, since packets follow each other.
    """
    return Messaging(settings.MESSAGING_URL, _transport(account, by, keeps=True))


def one_api(
    account: ProviderAccount, by: User | None = None, api_key: str = ""
) -> OneApi:
    """Return the One API client; `api_key` is one to be tried instead of the kept."""
    key = api_key or account.api_key
    return OneApi(settings.ONE_API_URL, key, _transport(account, by))


def is_shown_to(user: User | AnonymousUser) -> bool:
    """Whether the setting WIRE_PANEL lets this person look at the log of their account."""
    if settings.WIRE_PANEL == "operators":
        return isinstance(user, User) and user.is_staff
    return bool(settings.WIRE_PANEL == "owners")
