"""Practices with a number each, and texts for their patients."""

from django.db import transaction

from provisioning.models import Line
from reminders import clock
from reminders.models import Message
from tests import make


@transaction.atomic
def open_lines(count: int) -> list[Line]:
    """Make practices that are free to send from now on, and return their numbers."""
    now = clock.now()
    accounts = [make.make_account(make.make_practice(), now=now) for _ in range(count)]
    return [make.make_line(account, now=now) for account in accounts]


@transaction.atomic
def queue(lines: list[Line], each: int = 1) -> list[Message]:
    """Queue texts on each line, each to a phone of its own, all at the same instant."""
    return [
        make.make_message(
            make.make_phone(line.account.practice),
            f"Text {number} from {line.number}",
            now=clock.now(),
        )
        for number in range(each)
        for line in lines
    ]


def states(texts: list[Message]) -> set[str]:
    """In which states the texts are by now."""
    keys = [text.pk for text in texts]
    found = Message.objects.filter(pk__in=keys).values_list("state", flat=True)
    return set(found)


def are_sent(texts: list[Message]) -> bool:
    """Whether the provider has taken all of them, as far as we know."""
    return states(texts) == {Message.State.SENT}
