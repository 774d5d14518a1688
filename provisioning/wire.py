"""The provider's clients as the settings describe them, with the wire log plugged in.

Live or sandbox is an address and a token; nothing else in the house knows which.
"""

from typing import cast

from django.conf import settings

from provisioning import clock
from provisioning.clickatell.connect import Connect
from provisioning.clickatell.messaging import Messaging
from provisioning.clickatell.transport import Transport, WireCall
from provisioning.models import ProviderAccount, ProviderCall

# Answers are stored whole up to this many characters.
KEPT = 20_000


class CallRecorder:
    """Commits one ProviderCall before the wire is touched and completes it after.

    A row that stays pending is a call that was interrupted: the provider may have
    done the work, which is what `provisioning.steps` looks at before repeating one.
    """

    def __init__(self, account: ProviderAccount | None) -> None:
        self.account = account

    def started(self, call: WireCall) -> None:
        """Write the row; the masked request is complete by now."""
        row = ProviderCall.objects.create(
            account=self.account,
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


def _transport(account: ProviderAccount | None) -> Transport:
    return Transport(
        CallRecorder(account),
        connect_timeout=settings.PROVIDER_CONNECT_TIMEOUT,
        read_timeout=settings.PROVIDER_READ_TIMEOUT,
    )


def connect(account: ProviderAccount | None = None) -> Connect:
    """Return the Connect API client; its calls are logged under `account`."""
    return Connect(
        settings.CONNECT_URL,
        settings.CONNECT_TOKEN,
        _transport(account),
        two_way_action=settings.TWO_WAY_ACTION,
        two_way_element=settings.TWO_WAY_ELEMENT,
    )


def messaging(account: ProviderAccount | None = None) -> Messaging:
    """Return the messaging client; None logs packets that carry several accounts."""
    return Messaging(settings.MESSAGING_URL, _transport(account))
