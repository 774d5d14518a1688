"""What the workers do for accounts: watching, balances, notices, old log rows.

Tasks are hints that carry ids or nothing; what they should do is in the database.
"""

from datetime import timedelta

import structlog
from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session

from provisioning import abandoned, accounts, clock, notices, outages, steps
from provisioning.clickatell.errors import ProviderError
from provisioning.models import ProviderAccount, ProviderCall, Stage

log = structlog.get_logger(__name__)


@shared_task
def watch_accounts() -> None:
    """Ask the provider about accounts that wait for a click or for credit."""
    now = clock.now()
    waiting = [
        *ProviderAccount.objects.waiting_for_mail(now),
        *ProviderAccount.objects.waiting_for_credit(now),
    ]
    for account in waiting:
        if not account.take_look(now, steps.next_look(account, now)):
            continue
        # The list is as old as the calls before this one were long.
        account.refresh_from_db()
        try:
            steps.watch(account, now)
        except ProviderError as error:
            log.warning("account_not_watched", account=account.pk, codes=error.codes)


@shared_task
def ward_off_lock() -> None:
    """Keep failed sign-ins from locking every practice behind a picture code."""
    try:
        steps.ward_off_lock(clock.now())
    except (steps.Busy, ProviderError) as error:
        log.warning("lock_not_warded_off", codes=getattr(error, "codes", ()))


@shared_task
def refresh_balances() -> None:
    """Ask for the balance of every account that sends texts.

    Not with a password that was refused: only a person tries that again.
    """
    now = clock.now()
    ready = ProviderAccount.objects.answered_to().filter(stage=Stage.READY)
    for pk in ready.values_list("pk", flat=True):
        # Looked at again: the calls before this one may have taken long.
        account = ready.filter(pk=pk).first()
        if account is None:
            continue
        try:
            accounts.refresh_balance(account, now)
        except ProviderError as error:
            log.warning("balance_not_known", account=pk, codes=error.codes)


@shared_task
def tell_owners() -> None:
    """Open and close notices about accounts, and mail the owners what is new."""
    notices.review(clock.now())
    outages.forget(clock.now())


@shared_task
def prune_wire_log() -> None:
    """Delete wire-log rows past their keeping time (`WIRE_LOG_DAYS`)."""
    oldest = clock.now() - timedelta(days=settings.WIRE_LOG_DAYS)
    ProviderCall.objects.older_than(oldest).settled().prune()


@shared_task
def clean_up() -> None:
    """Delete abandoned sign-ups, invitations that are over, sessions that ran out."""
    now = clock.now()
    abandoned.clean_up(now, days=settings.ABANDONED_SIGNUP_DAYS)
    Session.objects.filter(expire_date__lt=now).delete()
