"""What has to hold after every story: the provider's notes and our rows side by side.

I1  the provider took each reminder of a visit, and each text, at most once
I2  every text and every reminder that was due is settled, planned, or says why not
I3  whatever the provider took is in our rows under the provider's own id
I4  nothing went to whoever had opted out, or about a visit cancelled, moved or begun
I5  no number carried more than a part a second
I6  every text left from its own practice's number, for the phone it was written to
I7  all this came about by itself, within the stated time
"""

import time
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q

from reminders import clock
from reminders.models import AppointmentEvent, ConsentEvent, Message, Reminder
from reminders.wording import measure
from tests.faults.processes import until
from tests.faults.provider import Provider, Taken

State = Message.State

# Where nothing is left to do, and nothing to explain.
SETTLED = (State.SENT, State.DELIVERED, State.UNDELIVERED, State.FAILED)

# I7: the lease, a tick and the question after it, which is asked again ten seconds
# later if it came to nothing; the rest is for a machine that has other things to do.
# In production the lease is a minute: see docs/operations.md.
RECOVERY_SECONDS = 30.0
# I4, I5: the claim decides and keeps the pace to the millisecond. What a busy machine
# does between the claim and the wire, at most a lease long, is not ours to promise.
LATE_SECONDS = 2.0


def check(
    provider: Provider,
    *,
    within: float = RECOVERY_SECONDS,
    late: float = LATE_SECONDS,
) -> None:
    """Fail unless every text is where it should be, once."""
    i7_recovered_by_itself(within)
    i1_taken_once(provider)
    i2_explained()
    i3_known_to_us(provider)
    i4_nothing_after_the_fact(provider, late)
    i5_one_part_a_second(provider, late)
    i6_from_its_own_practice(provider)


def i1_taken_once(provider: Provider) -> None:
    """No text, and no reminder of a visit, reached the provider twice."""
    texts = Counter((each.to, each.text) for each in provider.taken)
    assert not _repeated(texts)
    ours = _ours()
    carried = defaultdict(list)
    for reminder in Reminder.objects.exclude(message=None):
        pair = reminder.appointment_id, reminder.rule_id, reminder.starts_at
        carried[reminder.message_id].append(pair)
    pairs = Counter(
        pair
        for each in provider.taken
        if each.client_id in ours
        for pair in carried[ours[each.client_id].pk]
    )
    assert not _repeated(pairs)


def i2_explained() -> None:
    """Every text was sent, will be, or says why not; no reminder was forgotten."""
    assert not unexplained()


def i3_known_to_us(provider: Provider) -> None:
    """Whatever the provider has taken is in our ledger under its own id."""
    ours = {text.client_id: text.provider_id for text in _ours().values()}
    assert {each.client_id: each.message_id for each in provider.taken}.items() <= (
        ours.items()
    )


def i4_nothing_after_the_fact(provider: Provider, late: float = LATE_SECONDS) -> None:
    """What was taken back before a text was claimed kept the text from leaving."""
    grace = timedelta(seconds=late)
    ours = _ours()
    for each in provider.taken:
        text, at = ours[each.client_id], _taken_at(each) - grace
        if text.kind not in Message.LAWFUL:
            assert not _opted_out(text, at), f"{text} went to an opted-out phone"
        if text.kind in Message.REMINDING and text.appointment:
            assert not _taken_back(text, at), f"{text} is about no visit"
            assert not text.useful_until or text.useful_until > at, f"{text} was late"


def i5_one_part_a_second(provider: Provider, late: float = LATE_SECONDS) -> None:
    """In any span of time a number carried no more parts than the span has seconds."""
    numbers: dict[str, list[Taken]] = defaultdict(list)
    for each in sorted(provider.taken, key=lambda taken: taken.at):
        numbers[each.sender].append(each)
    for number, texts in numbers.items():
        for first, text in enumerate(texts):
            parts = 0
            for later in texts[first:]:
                assert parts <= later.at - text.at + late, f"{number} was too quick"
                parts += measure(later.text).segments


def i6_from_its_own_practice(provider: Provider) -> None:
    """No practice's text left from another's number or went to another's patient."""
    ours = _ours()
    for each in provider.taken:
        text = ours[each.client_id]
        assert text.line is not None
        assert text.line.account.practice_id == text.practice_id
        assert text.phone.practice_id == text.practice_id
        assert (each.sender, each.to, each.text) == (
            text.line.number.removeprefix("+"),
            text.phone.number.removeprefix("+"),
            text.body,
        )


def i7_recovered_by_itself(within: float = RECOVERY_SECONDS) -> None:
    """Nothing is in doubt or overdue any more after the stated time."""
    until(lambda: not unexplained(), within)


def unexplained() -> list[Message | Reminder]:
    """Texts and reminders of which nothing says why they have not gone."""
    now = clock.now()
    left = Message.objects.outbound().exclude(state__in=SETTLED)
    fine = Q(state=State.WITHHELD) & ~Q(reason="")
    fine |= Q(state=State.QUEUED, send_after__gt=now)
    return [*left.exclude(fine), *Reminder.objects.due(now)]


def _ours() -> dict[str, Message]:
    """Our texts by their client id."""
    known = Message.objects.outbound().exclude(client_id="")
    related = known.select_related("phone", "line__account", "appointment")
    return {text.client_id: text for text in related}


def _repeated(times: Counter[Any]) -> list[Any]:
    return [each for each, count in times.items() if count > 1]


def _taken_at(taken: Taken) -> datetime:
    """When the provider took it, by the clock on the wall."""
    offset = time.time() - time.monotonic()
    return datetime.fromtimestamp(taken.at + offset, UTC)


def _opted_out(text: Message, at: datetime) -> bool:
    """Whether the phone was opted out at that moment."""
    kinds = (ConsentEvent.Kind.OPTED_OUT, ConsentEvent.Kind.OPTED_IN)
    told = text.phone.consent_events.filter(at__lte=at, kind__in=kinds)
    last = told.order_by("at", "pk").last()
    return last is not None and last.kind == ConsentEvent.Kind.OPTED_OUT


def _taken_back(text: Message, at: datetime) -> bool:
    """Whether its visit was cancelled or moved after it was written, by that moment."""
    assert text.appointment is not None
    kinds = (AppointmentEvent.Kind.CANCELLED, AppointmentEvent.Kind.MOVED)
    changes = text.appointment.events.filter(kind__in=kinds)
    return changes.filter(at__gt=text.created_at, at__lte=at).exists()
