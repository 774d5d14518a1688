"""Notices: what the owners must know about their account, found, mailed, closed.

    condition appears → notice opens → mail, once → condition goes → notice closes

A condition that comes back opens another notice and is mailed again, but not twice
within `DAMPING`: one that flaps is mailed about once, and again only if it still holds
when that time is over.

Conditions of the account itself are found here. What concerns texts and reports the
floor above finds, and opens and closes those notices; they are mailed here like others.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from provisioning import owner_mail
from provisioning.models import Notice, ProviderAccount, Stage

Kind = Notice.Kind

# The column of the account that says since when.
CONDITIONS: Mapping[Notice.Kind, str] = {
    Kind.CREDIT_LOW: "credit_low_at",
    Kind.OUT_OF_CREDIT: "out_of_credit_at",
    Kind.SUSPENDED: "suspended_at",
    Kind.CREDENTIALS_REFUSED: "credentials_refused_at",
}
SUBJECTS: Mapping[str, str | Promise] = {
    Kind.CREDIT_LOW: _("SMS credit is running out"),
    Kind.OUT_OF_CREDIT: _("no SMS credit left, texts wait"),
    Kind.SUSPENDED: _("the SMS provider has stopped your texts"),
    Kind.CREDENTIALS_REFUSED: _("the SMS provider refuses the sign-in, texts wait"),
    Kind.TEXTS_STUCK: _("texts stand still"),
    Kind.REPORTS_SILENT: _("no delivery reports come back"),
    Kind.REPORTS_REFUSED: _("delivery reports are refused"),
}
DAMPING = timedelta(hours=6)


def review(now: datetime) -> None:
    """Open and close notices by the accounts' conditions, and mail what is unmailed."""
    opened: dict[int, dict[str, Notice]] = defaultdict(dict)
    for notice in Notice.objects.open().filter(kind__in=CONDITIONS):
        opened[notice.account_id][notice.kind] = notice
    concerned = Q(pk__in=opened)
    for column in CONDITIONS.values():
        concerned |= Q(**{f"{column}__isnull": False})
    for account in ProviderAccount.objects.filter(concerned):
        _compare(account, opened[account.pk], now)
    for notice in Notice.objects.unmailed(now).select_related("account__practice"):
        _mail(notice, now)


def holding(account: ProviderAccount) -> dict[Notice.Kind, datetime]:
    """What is the matter with the account, each with since when.

    Nothing is, once the practice has let go of it.

    Having no credit says all that having little would; and little is no news before
    the set-up is through, since an account begins with a few free credits.
    """
    if account.stage == Stage.DISCONNECTED:
        return {}
    found = {
        kind: since
        for kind, column in CONDITIONS.items()
        if (since := getattr(account, column))
    }
    if Kind.OUT_OF_CREDIT in found or account.stage != Stage.READY:
        found.pop(Kind.CREDIT_LOW, None)
    return found


def _compare(
    account: ProviderAccount, opened: dict[str, Notice], now: datetime
) -> None:
    holds = holding(account)
    for kind in holds:
        if kind not in opened:
            # Whoever is second finds the row of the first.
            Notice.objects.get_or_create(
                account=account, kind=kind, closed_at=None, defaults={"opened_at": now}
            )
    gone = [notice.pk for kind, notice in opened.items() if kind not in holds]
    Notice.objects.filter(pk__in=gone, closed_at=None).update(closed_at=now)


def _mail(notice: Notice, now: datetime) -> None:
    """Mail one notice to the owners; a failed mail is tried again next time.

    Noted once it has left, so that whoever dies in between keeps nothing from anybody.
    """
    account = notice.account
    mailed = account.notices.filter(kind=notice.kind, mailed_at__gt=now - DAMPING)
    if mailed.exists() or not notice.take(now):
        return
    subject, about = SUBJECTS[notice.kind], {"account": account}
    if owner_mail.send(account.practice, notice.kind, subject, about):
        notice.is_mailed(now)
    else:
        notice.give_back(now)
