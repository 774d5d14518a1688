"""Over the wire, and what became of each text.

An outcome is written only while the text still has the client id that was sent. A
client id belongs to one attempt and is never used again, so it guards both the state
and the attempt: a worker that was asleep through its lease, and wakes up when the text
has been claimed anew, changes nothing.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import CharField, QuerySet

from provisioning import gateway
from provisioning.gateway import Fate, OutgoingText, SendOutcome
from provisioning.models import Line
from reminders import consent
from reminders.models import ConsentEvent, Message, Phone
from reminders.models.many import by_key
from reminders.outbox.calls import call_about
from reminders.outbox.claiming import occupy

log = structlog.get_logger(__name__)

State = Message.State

# A text that surely was not sent is tried again after 2, 4, 8 … seconds, at most after
# five minutes. A held one is due at once: its account may not send meanwhile.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=5)
# A line's pace counts from when its text leaves; so much later than the claim matters.
SLIP = timedelta(milliseconds=250)


def packets(texts: Iterable[Message]) -> list[list[Message]]:
    """Sort what `claim` returned into packets of texts that may travel together.

    The fullest come first: those of one account each take as long as those of many.
    """
    together: dict[Hashable, list[Message]] = defaultdict(list)
    for text in texts:
        together[gateway.shares_packet(_line_of(text))].append(text)
    size = settings.PACKET_SIZE
    found = [
        alike[start : start + size]
        for alike in together.values()
        for start in range(0, len(alike), size)
    ]
    return sorted(found, key=len, reverse=True)


def deliver(packet: Sequence[Message], now: datetime) -> bool:
    """Send one packet, and record what became of each text; False if nobody knows.

    No transaction may be open. `now` is the moment of sending: a text whose lease has
    run out by then goes back into the queue, since another worker may be asking about
    it.
    """
    leased: list[Message] = []
    late: list[Message] = []
    for text in packet:
        in_time = text.lease_until is not None and text.lease_until > now
        (leased if in_time else late).append(text)
    put_back(late, now)
    if any(now - text.state_at > SLIP for text in leased):
        occupy(leased, now)
    outcomes = gateway.send([_outgoing(text) for text in leased], now)
    accepted: dict[str, str] = {}
    rest: dict[tuple[SendOutcome, int], list[Message]] = defaultdict(list)
    for text in leased:
        outcome = outcomes[text.client_id]
        if outcome.fate is Fate.ACCEPTED:
            accepted[text.client_id] = outcome.provider_id
        else:
            rest[outcome, text.attempt].append(text)
    _record_accepted(accepted, now)
    for (outcome, attempt), alike in rest.items():
        _record(outcome, attempt, alike, now)
    return not (leased and gateway.came_to_nothing(outcomes.values()))


def put_back(texts: Sequence[Message], now: datetime) -> None:
    """Queue texts again that were claimed and certainly not sent."""
    if texts:
        ours = _in_doubt([text.client_id for text in texts])
        ours.update(state=State.QUEUED, state_at=now, lease_until=None)
        log.warning("claimed and not sent", messages=[text.pk for text in texts])


def _line_of(text: Message) -> Line:
    if text.line is None:
        raise ValueError("Only a claimed text has a line to leave on.")
    return text.line


def _outgoing(text: Message) -> OutgoingText:
    return OutgoingText(
        line=_line_of(text),
        client_id=text.client_id,
        to=text.phone.number,
        body=text.body,
        unicode=text.travels_as_unicode,
        max_parts=text.max_parts,
    )


def _in_doubt(client_ids: Sequence[str]) -> QuerySet[Message]:
    """The texts of these very attempts, as long as nothing is known about them."""
    return Message.objects.filter(
        client_id__in=client_ids, state__in=[State.SENDING, State.UNKNOWN]
    )


def _record_accepted(accepted: Mapping[str, str], now: datetime) -> None:
    """One UPDATE for all. A text whose receipt was quicker has more than we know."""
    if accepted:
        sent = Message.objects.filter(client_id__among=accepted).ranked_below(
            State.SENT
        )
        count = sent.update(
            state=State.SENT,
            state_at=now,
            sent_at=now,
            lease_until=None,
            error_code="",
            reason="",
            provider_id=by_key("client_id", accepted, CharField()),
        )
        log.info("texts sent", accepted=len(accepted), recorded=count)


def _record(
    outcome: SendOutcome, attempt: int, texts: Sequence[Message], now: datetime
) -> None:
    log.info(
        "texts not sent",
        fate=outcome.fate.value,
        code=outcome.code,
        messages=[text.pk for text in texts],
    )
    if outcome.fate is Fate.REFUSED:
        for text in texts:
            _refuse(text, outcome, now)
        return
    changes: dict[str, Any] = {
        "state": State.UNKNOWN if outcome.fate is Fate.UNKNOWN else State.QUEUED,
        "state_at": now,
        "error_code": outcome.code,
        "reason": outcome.words[: Message.LONGEST_REASON],
    }
    if outcome.fate is Fate.NOT_SENT:
        changes["send_after"] = now + pause_after(attempt)
    _in_doubt([text.client_id for text in texts]).update(**changes)


def pause_after(attempt: int) -> timedelta:
    """How long to wait after the attempt of this number, counted from 1."""
    return min(FIRST_PAUSE * (1 << min(attempt - 1, 16)), LONGEST_PAUSE)


@transaction.atomic
def _refuse(text: Message, outcome: SendOutcome, now: datetime) -> None:
    refused = _in_doubt([text.client_id]).update(
        state=State.FAILED,
        state_at=now,
        lease_until=None,
        error_code=outcome.code,
        reason=outcome.words[: Message.LONGEST_REASON],
    )
    if not refused:
        return
    if outcome.opted_out:
        consent.record(
            text.phone,
            ConsentEvent.Kind.OPTED_OUT,
            source=ConsentEvent.Source.PROVIDER,
            wording=outcome.words,
            now=now,
        )
    if outcome.unreachable:
        Phone.objects.filter(pk=text.phone_id).update(reach=Phone.Reach.UNREACHABLE)
    call_about(text, outcome.words[: Message.LONGEST_REASON], now)
