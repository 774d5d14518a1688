"""An account without credit, frozen, or with another password: it alone is held, at once."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from provisioning import accounts
from provisioning.models import ProviderAccount
from reminders import clock
from reminders.models import Appointment, CallListEntry, Message, Reminder
from reminders.plan import SkipReason
from tests import make
from tests.faults.processes import until

State = Message.State

A_DAY, AN_HOUR, SOON = timedelta(days=1), timedelta(hours=1), timedelta(minutes=10)
CREDIT = 1


def test_it_holds_all_texts_of_an_account_without_credit_and_goes_on_when_there_is_some(
    installation,
):
    """E25: in the order of the visits; what is past by then says why, and mail comes once."""
    provider, line = installation.provider, installation.line()
    practice, user = line.account.practice, line.account.username
    make.make_member(practice)
    account = ProviderAccount.objects.filter(pk=line.account.pk)
    provider.accounts[user].credit = CREDIT
    with transaction.atomic():
        later_first = [
            installation.reminder(practice, A_DAY + place * AN_HOUR)
            for place in (4, 3, 2, 1)
        ]
    installation.tick()
    until(lambda: account.exclude(out_of_credit_at=None).exists())
    for _time in range(3):
        installation.do("provisioning.tasks.tell_owners")
    carry_on(installation)
    assert len(provider.heard_from(user)) == CREDIT + 1

    lost = Reminder.objects.filter(pk=later_first[0].pk)
    bring_forward(lost.get(), SOON)
    until(lambda: lost.filter(state=Reminder.State.SKIPPED).exists())
    assert lost.get().skip_reason == SkipReason.NO_CREDIT
    assert CallListEntry.objects.filter(appointment=lost.get().appointment).exists()

    provider.accounts[user].credit = None
    installation.do("provisioning.tasks.refresh_balances")
    until(lambda: account.filter(out_of_credit_at=None).exists())
    installation.until_settled()
    phones = [each.appointment.patient.phone.number for each in later_first[:0:-1]]
    assert [f"+{text.to}" for text in provider.taken_from(line.number)] == phones
    assert len(list(installation.mail.iterdir())) == 1


def bring_forward(reminder, starts_in):
    """Let time pass for one visit, until it starts in a while."""
    rows = Appointment.objects.filter(pk=reminder.appointment_id)
    by = reminder.starts_at - clock.now() - starts_in
    starts_at = reminder.starts_at - by
    rows.update(starts_at=starts_at, ends_at=starts_at + AN_HOUR / 2)
    Reminder.objects.filter(pk=reminder.pk).update(
        starts_at=starts_at, due_at=F("due_at") - by
    )
    Message.objects.filter(reminders=reminder).update(useful_until=starts_at)


def test_it_knocks_once_with_a_password_that_is_refused_and_for_an_account_that_is_frozen(
    installation,
):
    """E26: neither texts nor questions, until a person has put it right."""
    provider = installation.provider
    refused, frozen = installation.line(), installation.line()
    wrong, cold = refused.account.username, frozen.account.username
    provider.accounts[wrong].fault = "001, Authentication failed"
    provider.accounts[cold].fault = "004, Account frozen"
    for line in (refused, frozen):
        for _text in range(2):
            installation.text(line)
    held = ProviderAccount.objects.filter(
        pk__in=[refused.account.pk, frozen.account.pk]
    )
    well = held.filter(credentials_refused_at=None, suspended_at=None)
    until(lambda: not well.exists())
    # Another text of the account is in doubt.
    doubtful = installation.text(
        refused, state=State.UNKNOWN, line=refused, client_id="0" * 32
    )
    provider.knows(doubtful.client_id, wrong, refused.number, doubtful.phone.number)
    for task in ("reminders.tasks.reconcile", "provisioning.tasks.refresh_balances"):
        installation.do(task)
    carry_on(installation)
    assert [each.name for each in provider.heard if each.user == wrong] == ["sendMsg"]
    assert len(provider.heard_from(cold)) == 1

    provider.accounts.clear()
    held.update(credentials_refused_at=None)
    accounts.try_again(frozen.account)
    installation.until_settled()
    assert len(provider.taken_from(refused.number)) == 3
    assert len(provider.taken_from(frozen.number)) == 2


def carry_on(installation):
    """Let another practice have two texts sent, which takes a second or two."""
    line = installation.line()
    texts = [installation.text(line) for _text in range(2)]
    mine = Message.objects.filter(pk__in=[text.pk for text in texts])
    until(lambda: mine.filter(state=State.SENT).count() == len(texts))
