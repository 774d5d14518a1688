"""What each of the provider's interfaces has to be able to do for the house."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from provisioning.interfaces.shapes import (
    Balance,
    Condition,
    DeliveryReport,
    HookRequest,
    InboundText,
    OutgoingText,
    SendOutcome,
)
from provisioning.models import Line, ProviderAccount, User


class Face(Protocol):
    """A module of `provisioning.interfaces`."""

    # Whether its callbacks show a Basic pair on top of the secret in their address.
    SHOWS_PASSWORD: bool

    def send(
        self, texts: Sequence[OutgoingText], now: datetime
    ) -> dict[str, SendOutcome]:
        """Send texts of accounts of this interface, an outcome for each client id.

        Raises nothing. No transaction may be open.
        """

    def ask(self, line: Line, client_id: str, now: datetime) -> DeliveryReport | None:
        """Ask what became of a text; None when the provider never got it.

        Raises Unavailable where there is no usable answer, CannotAsk where the
        interface has no such question.
        """

    def balance(self, account: ProviderAccount, by: User | None = None) -> Balance:
        """Ask what is left on the account; raises ProviderError."""

    def condition_of(self, code: str) -> Condition | None:
        """The condition that a code of this interface puts the whole account into."""

    def read_reports(
        self, account: ProviderAccount, request: HookRequest
    ) -> list[DeliveryReport]:
        """Read a callback's delivery reports; none for a probe. Raises BadCallback."""

    def read_texts(
        self, account: ProviderAccount, request: HookRequest
    ) -> list[InboundText]:
        """Read a callback's inbound texts; none for a probe. Raises BadCallback."""

    def shown(self, request: HookRequest) -> str:
        """The callback as the wire log may show it. Raises BadCallback."""
