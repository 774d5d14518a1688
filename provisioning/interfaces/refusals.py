"""What both interfaces make of a text that is refused, by us or by the provider."""

from collections.abc import Callable, Sequence

from provisioning.exchange.reading import Fault
from provisioning.interfaces.shapes import Fate, OutgoingText, SendOutcome


def unfit(
    texts: Sequence[OutgoingText], check: Callable[[OutgoingText], None]
) -> dict[str, SendOutcome]:
    """Refuse the texts that `check` raises ValueError for, by client id.

    They are refused before the wire, where one would stop all that travel with it.
    """
    outcomes: dict[str, SendOutcome] = {}
    for text in texts:
        try:
            check(text)
        except ValueError as error:
            outcomes[text.client_id] = SendOutcome(Fate.REFUSED, words=str(error))
    return outcomes


def fate_of(fault: Fault) -> Fate:
    """What a fault comes to for its text."""
    if fault.retry in ("after_change", "at_time"):
        return Fate.HELD
    # An internal error over there does not say whether the text was taken.
    return Fate.UNKNOWN if fault.retry == "retry" else Fate.REFUSED
