"""What has to hold after every story: the provider's notes and our rows side by side."""

from collections import Counter

from django.db.models import Q

from reminders import clock
from reminders.models import Message, Reminder
from tests.faults.provider import Provider

State = Message.State

# Where nothing is left to do, and nothing to explain.
SETTLED = (State.SENT, State.DELIVERED, State.UNDELIVERED, State.FAILED)


def check(provider: Provider) -> None:
    """Fail unless every text is where it should be, once."""
    taken_once(provider)
    known_to_us(provider)
    explained()


def taken_once(provider: Provider) -> None:
    """No text reached the provider twice, under whatever client id."""
    bodies = Counter((each.to, each.text) for each in provider.taken)
    assert not [text for text, times in bodies.items() if times > 1]


def known_to_us(provider: Provider) -> None:
    """Whatever the provider has taken is in our ledger under its own id."""
    ours = {
        text.client_id: text.provider_id
        for text in Message.objects.outbound().exclude(client_id="")
    }
    assert {each.client_id: each.message_id for each in provider.taken}.items() <= (
        ours.items()
    )


def explained() -> None:
    """Every text was sent, or says why not; no reminder was forgotten."""
    unsettled = Message.objects.outbound().exclude(state__in=SETTLED)
    assert not unsettled.exclude(Q(state=State.WITHHELD) & ~Q(reason="")).exists()
    assert not Reminder.objects.due(clock.now()).exists()
