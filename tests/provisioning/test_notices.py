"""Notices: opened, mailed once to all owners, closed, and never lost."""

import smtplib
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from provisioning import notices, owner_mail, tasks
from provisioning.models import Membership, Notice, ProviderAccount, Stage
from provisioning.models.notice import LEASE
from tests.make import NOW, make_account, make_member, make_practice, make_user

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def account() -> ProviderAccount:
    practice = make_practice()
    make_member(practice, user=make_user("olivia@example.org"))
    return make_account(practice, balance=12)


def has(account: ProviderAccount, **conditions: datetime | None) -> None:
    """Put the account into these conditions."""
    ProviderAccount.objects.filter(pk=account.pk).update(**conditions)


@pytest.mark.parametrize(
    ("column", "kind", "words"),
    [
        ("credit_low_at", "credit_low", "has 12 credits left"),
        ("out_of_credit_at", "out_of_credit", "no credit left"),
        ("suspended_at", "suspended", "has stopped the account's texts"),
        ("credentials_refused_at", "credentials_refused", "no longer accepts"),
    ],
)
def test_it_opens_mails_and_closes_a_notice(account, settings, column, kind, words):
    has(account, **{column: NOW})
    notices.review(NOW)
    notice = account.notices.get()
    assert (notice.kind, notice.opened_at, notice.closed_at) == (kind, NOW, None)
    (letter,) = mail.outbox
    assert letter.to == ["olivia@example.org"]
    assert letter.subject.startswith("Lakeside Clinic: ")
    assert words in letter.body
    assert f"{settings.BASE_URL}/setup/account/" in letter.body
    assert "&" not in letter.body

    has(account, **{column: None})
    notices.review(NOW + HOUR)
    notice.refresh_from_db()
    assert notice.closed_at == NOW + HOUR
    assert len(mail.outbox) == 1


def test_it_mails_once_however_often_it_looks(account):
    has(account, suspended_at=NOW)
    for minutes in range(5):
        notices.review(NOW + timedelta(minutes=minutes))
    assert len(mail.outbox) == 1
    assert account.notices.count() == 1


def test_it_writes_to_every_owner_and_nobody_else(account):
    practice = account.practice
    make_member(practice, user=make_user("otto@example.org"))
    make_member(practice, Membership.Role.MANAGER)
    make_member(practice, user=make_user("gone@example.org", is_active=False))
    make_member(make_practice())
    has(account, suspended_at=NOW)
    notices.review(NOW)
    assert mail.outbox[0].to == ["olivia@example.org", "otto@example.org"]


def test_a_practice_without_owners_stops_nothing(account):
    make_account(make_practice(), suspended_at=NOW)
    has(account, suspended_at=NOW)
    notices.review(NOW)
    assert len(mail.outbox) == 1
    assert not Notice.objects.unmailed(NOW).exists()


def test_it_says_out_of_credit_and_not_low_as_well(account):
    has(account, credit_low_at=NOW)
    notices.review(NOW)
    has(account, out_of_credit_at=NOW)
    notices.review(NOW + HOUR)
    open_now = account.notices.open().values_list("kind", flat=True)
    assert list(open_now) == ["out_of_credit"]


def test_little_credit_is_no_news_during_the_set_up(account):
    has(account, credit_low_at=NOW, stage=Stage.NUMBER_CLAIMED)
    notices.review(NOW)
    assert mail.outbox == []
    has(account, stage=Stage.READY)
    notices.review(NOW)
    assert len(mail.outbox) == 1


def test_an_account_that_was_let_go_of_is_nobodys_concern(account):
    has(account, suspended_at=NOW)
    notices.review(NOW)
    has(account, stage=Stage.DISCONNECTED)
    notices.review(NOW + HOUR)
    assert not account.notices.open().exists()


class Broken(EmailBackend):
    """A mail server that is down."""

    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("gone")


def test_a_failed_mail_is_tried_again(account, settings):
    settings.EMAIL_BACKEND = "tests.provisioning.test_notices.Broken"
    has(account, suspended_at=NOW)
    notices.review(NOW)
    assert account.notices.unmailed(NOW).exists()

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    notices.review(NOW + HOUR)
    assert len(mail.outbox) == 1
    assert account.notices.get().mailed_at == NOW + HOUR


def test_a_mail_that_another_worker_has_is_left_to_it(account):
    has(account, suspended_at=NOW)
    notice = account.notices.create(kind="suspended", opened_at=NOW)
    assert notice.take(NOW)
    assert not notice.take(NOW)
    notices.review(NOW)
    assert mail.outbox == []


def test_a_mail_is_not_lost_with_the_worker_that_had_it(account, monkeypatch):
    has(account, suspended_at=NOW)

    def killed(*_args):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(owner_mail, "send", killed)
        with pytest.raises(RuntimeError):
            notices.review(NOW)
    notices.review(NOW + timedelta(minutes=1))
    assert mail.outbox == []
    notices.review(NOW + LEASE)
    notices.review(NOW + 2 * LEASE)
    assert len(mail.outbox) == 1


def test_a_condition_that_comes_back_is_mailed_again_but_not_while_it_flaps(account):
    for hours in (0, 1, 2):
        has(account, out_of_credit_at=NOW)
        notices.review(NOW + hours * HOUR)
        has(account, out_of_credit_at=None)
        notices.review(NOW + (hours + 0.5) * HOUR)
    assert len(mail.outbox) == 1

    # It came back within the damping, and holds when that is over.
    has(account, out_of_credit_at=NOW)
    notices.review(NOW + 5 * HOUR)
    assert len(mail.outbox) == 1
    notices.review(NOW + 7 * HOUR)
    assert len(mail.outbox) == 2
    assert account.notices.count() == 4


def test_a_line_break_in_the_practices_name_breaks_no_mail(account):
    account.practice.name = "Lakeside\nBcc: someone"
    account.practice.save()
    has(account, suspended_at=NOW)
    tasks.tell_owners()
    assert "\n" not in mail.outbox[0].subject


def test_its_queries_do_not_grow_with_accounts_that_are_well(
    account, django_assert_num_queries
):
    for _n in range(5):
        make_account(make_practice())
    with django_assert_num_queries(3):
        notices.review(NOW)
