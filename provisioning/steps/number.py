"""The US long number, the credits, and the live test that proves the number."""

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction

from provisioning import accounts, gateway, stages, wire
from provisioning.clickatell.types import CaptchaAnswer
from provisioning.models import (
    Interface,
    Line,
    ProviderAccount,
    Stage,
    TwoWayTest,
    User,
)
from provisioning.steps.key import portal_address
from provisioning.steps.turn import credentials, noting, turn

TEST_TEXT = (
    "{practice}: this is your new number for appointment reminders. "
    "Answer OK to finish the set-up."
)


def number_page(
    account: ProviderAccount,
    *,
    by: User,
    now: datetime,
    captcha: CaptchaAnswer | None = None,
) -> str:
    """Return the provider's page for claiming a US long number; never stored.

    INFERRED action: its name is a setting (Connect API User Guide, Apply Two-Way).
    """
    if account.interface == Interface.ONE_API:
        return portal_address()
    with noting(account, now):
        return wire.connect(account, by).two_way_url(credentials(account), captcha)


def claim_number(
    account: ProviderAccount, number: str, *, by: User, now: datetime
) -> None:
    """Note the number the owner claimed; the two-way test proves it.

    No call lists an account's numbers, so this is the one stage that starts from what
    a person says. Before it is proven no patient's text leaves from it.
    """
    with transaction.atomic():
        if stages.advance(account, stages.Event.NUMBER_NOTED, now=now, by=by):
            Line.objects.create(
                account=account, number=number, claimed_at=now, free_at=now
            )


def known_numbers(account: ProviderAccount) -> list[str]:
    """Numbers that the account is likely to have, likeliest first; nothing is asked.

    One that a text from the owner came in on; then those that worked here before. A
    new account at the provider has none of the numbers of the one before it.
    """
    lines = account.lines.filter(retired_at__isnull=False, proven_at__isnull=False)
    left = account.stage_changes.filter(after=Stage.DISCONNECTED).last()
    if left and not account.brought:
        lines = lines.filter(claimed_at__gt=left.at)
    before = lines.order_by("-retired_at", "-pk").values_list("number", flat=True)
    known = dict.fromkeys(n for n in (account.seen_number, *before) if n)
    return [n for n in known if not Line.objects.in_use_elsewhere(n, account)]


def give_up_number(account: ProviderAccount, *, by: User, now: datetime) -> bool:
    """Let go of the number, so that another can be claimed; False where there is none.

    Texts that are queued wait for the next number. The provider goes on renting the
    old one out until it is given back on its own page: no call does that.
    """
    with transaction.atomic():
        given_up = stages.advance(
            account, stages.Event.NUMBER_GIVEN_UP, now=now, by=by, seen_number=""
        )
        if given_up:
            account.lines.live().update(retired_at=now)
    return given_up


def correct_number(account: ProviderAccount, number: str, now: datetime) -> None:
    """Replace a number that was typed wrong, as long as it is not proven."""
    accounts.try_again(account)
    waiting = ProviderAccount.objects.filter(stage=Stage.NUMBER_CLAIMED)
    with transaction.atomic():
        # Held, so that no number is left behind on an account that is let go of.
        if not waiting.select_for_update().filter(pk=account.pk):
            return
        account.lines.live().filter(proven_at=None).update(retired_at=now)
        try:
            with transaction.atomic():
                account.lines.create(number=number, claimed_at=now, free_at=now)
        except IntegrityError:
            return  # a proven line is in place, and stays


def buy_page(
    account: ProviderAccount,
    *,
    by: User,
    now: datetime,
    captcha: CaptchaAnswer | None = None,
) -> str:
    """Return a fresh single-use link to the provider's page for buying credits.

    Never stored or logged: whoever has it is in the owner's account.
    """
    if account.interface == Interface.ONE_API:
        return portal_address()
    if account.balance is None:
        accounts.refresh_balance(account, now, by)
    with noting(account, now):
        return wire.connect(account, by).buy_credits_url(credentials(account), captcha)


def settle_credits(account: ProviderAccount, now: datetime) -> None:
    """Go on without buying: the number's own allowance may be enough."""
    ProviderAccount.objects.filter(
        pk=account.pk, stage=Stage.NUMBER_CLAIMED, credits_settled_at=None
    ).update(credits_settled_at=now)


def mobile_to_test(account: ProviderAccount) -> str:
    """The mobile that was texted last from this number, or else the account's own."""
    tests = TwoWayTest.objects.filter(line__account=account, line__retired_at=None)
    last = tests.first()
    return last.mobile_number if last else account.mobile_number


def start_test(
    account: ProviderAccount, mobile_number: str, *, now: datetime
) -> TwoWayTest | None:
    """Text a mobile (E.164) from the new number; the row exists before the text.

    Only an answer from this mobile proves the number; the row keeps which it was. None
    where there is no number (any more).
    """
    with turn(account, now):
        line = account.lines.live().select_related("account").first()
        if line is None:
            return None
        test = TwoWayTest.objects.create(
            line=line,
            mobile_number=mobile_number,
            client_id=uuid.uuid4().hex,
            started_at=now,
        )
        text = gateway.OutgoingText(
            line=line,
            client_id=test.client_id,
            to=test.mobile_number,
            body=TEST_TEXT.format(practice=account.practice.name[:40]),
            unicode=not account.practice.name.isascii(),
            max_parts=3,
        )
        outcome = gateway.send([text], now)[test.client_id]
    states = {
        gateway.Fate.ACCEPTED: TwoWayTest.State.SENT,
        gateway.Fate.UNKNOWN: TwoWayTest.State.UNKNOWN,
    }
    # A receipt may have come before this line: only "sending" is overwritten.
    TwoWayTest.objects.filter(pk=test.pk, state=TwoWayTest.State.SENDING).update(
        state=states.get(outcome.fate, TwoWayTest.State.FAILED),
        provider_id=outcome.provider_id,
        problem=outcome.words[:200],
    )
    test.refresh_from_db()
    return test
