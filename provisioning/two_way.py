"""The live two-way test: we text the owner's mobile, the owner answers.

Both halves must work before the number counts as proven and the account as ready. The
outgoing half is sent by `provisioning.steps`; what comes back arrives here through
the gateway, which offers every report and text to the test first. Before there is a
number to test, a text from the owner tells which one it is.
"""

from datetime import datetime, timedelta

from django.db import transaction

from provisioning import accounts, stages
from provisioning.models import Line, ProviderAccount, Stage, TwoWayTest

# How long an answer from the owner's mobile is taken as the test's.
PATIENCE = timedelta(minutes=30)

# E.164: fifteen digits and the plus.
LONGEST_NUMBER = 16

STATES = {
    "delivered": TwoWayTest.State.DELIVERED,
    "failed": TwoWayTest.State.FAILED,
    "undelivered": TwoWayTest.State.FAILED,
}


def note_report(
    account: ProviderAccount, client_id: str, provider_id: str, state: str
) -> bool:
    """Apply a delivery report if it is about a test; False when it is not.

    Only forward: a late "sent" changes nothing, and delivered stays delivered.
    """
    tests = TwoWayTest.objects.filter(line__account=account)
    test = (
        tests.filter(client_id=client_id).first()
        if client_id
        else tests.filter(provider_id=provider_id).first()
    )
    if test is None:
        return False
    after = STATES.get(state)
    if after:
        TwoWayTest.objects.filter(pk=test.pk).exclude(
            state=TwoWayTest.State.DELIVERED
        ).update(state=after)
    return True


def note_answer(
    account: ProviderAccount,
    answer_id: str,
    sender: str,
    to: str,
    text: str,
    *,
    now: datetime,
) -> bool:
    """Take an answer from the tested mobile; the first one proves the number.

    Returns False, changing nothing, for any other text: it is a patient's. An answer
    to a number that was replaced meanwhile proves nothing about the present one.
    """
    tests = TwoWayTest.objects.filter(
        line__account=account,
        line__retired_at=None,
        line__number=to,
        mobile_number=sender,
    )
    if tests.filter(answer_id=answer_id).exists():
        return True
    test = tests.waiting(now - PATIENCE).select_related("line").first()
    if test is None:
        return False
    with transaction.atomic():
        taken = TwoWayTest.objects.filter(pk=test.pk, answered_at=None).update(
            answered_at=now,
            answer=text[:160],
            answer_id=answer_id,
            # An answer proves the delivery, whatever the network reported.
            state=TwoWayTest.State.DELIVERED,
        )
        if taken:
            Line.objects.filter(pk=test.line_id, proven_at=None).update(proven_at=now)
            stages.advance(account, stages.Event.ANSWERED, now=now, by=None)
            # Whatever stopped an earlier try has been put right.
            accounts.try_again(account)
    return bool(taken)


def note_number(account: ProviderAccount, sender: str, to: str) -> bool:
    """Learn from a text of the owner's own mobile which number the account has.

    Only while the set-up waits for a number. False where the text has to be read as any
    other: it came at another time or from another phone, or the practice has texted
    patients before, and this phone may be one of theirs, which says STOP. That what a text came in on is a number of the account's is INFERRED: it was
    posted to our secret address, which only the account's own page can be given.
    """
    if sender != account.mobile_number or len(to) > LONGEST_NUMBER:
        return False
    waiting = ProviderAccount.objects.filter(
        pk=account.pk, stage=Stage.CONNECTED, mobile_number=sender
    )
    noted = waiting.update(seen_number=to) == 1
    return noted and not account.stage_changes.filter(after=Stage.READY).exists()
