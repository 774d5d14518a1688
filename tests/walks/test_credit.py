"""Walk: credit runs out, texts wait; it is bought, and they go, soonest visit first."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from provisioning import accounts, credit, notices
from provisioning.sandbox.models import Account as ProvidersAccount
from reminders.models import Message
from tests import make
from tests.talk import Story

pytestmark = pytest.mark.django_db

# Booked in another order than the visits come in.
VISITS = ("2026-03-06 16:00", "2026-03-06 09:00", "2026-03-06 11:30")


@pytest.fixture
def story() -> Iterator[Story]:
    """An office that can send, on Monday, 2 March 2026, at ten."""
    with Story().told() as story:
        yield story


def has_credit(story: Story, left: int) -> None:
    """Set what is on the account at the provider, and let ours look at it."""
    ProvidersAccount.objects.filter(pk=story.provider.pk).update(credit=Decimal(left))


def looks(story: Story) -> Decimal:
    """Do what the workers do every ten minutes."""
    account = story.practice.account
    account.refresh_from_db()
    left = accounts.refresh_balance(account, story.now)
    notices.review(story.now)
    assert left is not None
    return left


def test_texts_wait_without_credit_and_go_in_order_of_the_visits(story, mailoutbox):
    make.make_member(story.practice)
    account = story.practice.account
    has_credit(story, 0)

    # The first text is refused, and from then on all others wait.
    ada = make.make_patient(story.practice, "Ada")
    story.books(ada, "2026-03-20", "09:00")
    story.passes(minutes=4)
    account.refresh_from_db()
    assert account.out_of_credit_at
    assert looks(story) == 0
    assert "no SMS credit left" in mailoutbox[-1].subject
    phones = []
    for number, visit in enumerate(VISITS):
        patient = make.make_patient(story.practice, f"Ana{number}")
        story.books(patient, *visit.split())
        phones.append(story.phone_of(patient))
    story.goes_to("2026-03-03", "10:00")
    assert not any(phone.received() for phone in phones)
    assert not Message.objects.went_out().exists()

    # Credit is bought: what is due by then goes, the soonest visits first.
    has_credit(story, 500)
    assert looks(story) == 500
    assert not account.notices.open().exists()
    story.passes(minutes=1)
    assert all(phone.received() for phone in phones)
    assert story.phone_of(ada).received()
    waited = Message.objects.went_out().filter(attempt=1).order_by("state_at", "pk")
    starts = [text.appointment.starts_at for text in waited if text.appointment]
    assert len(starts) == len(VISITS)
    assert starts == sorted(starts)

    assert looks(story) < 500
    used = credit.readings(account, story.now)
    assert used[-1].balance < used[-2].balance
