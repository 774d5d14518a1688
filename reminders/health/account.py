"""How the practice's account at the provider is, and what is left on it. Asks nobody."""

from datetime import datetime
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.models import ProviderAccount, Stage
from reminders.health.verdict import Tone, Verdict, long


class Trouble(NamedTuple):
    """A condition that keeps every text back, by its column of the account."""

    column: str
    words: str | Promise
    meaning: str | Promise
    todo: str | Promise


TROUBLES = (
    Trouble(
        "credentials_refused_at",
        gettext_lazy("The SMS provider refuses the practice’s sign-in."),
        gettext_lazy("No texts go out. They wait, and none is lost."),
        gettext_lazy("An owner types the new password or key on the account page."),
    ),
    Trouble(
        "suspended_at",
        gettext_lazy("The SMS provider has stopped the account’s texts."),
        gettext_lazy("No texts go out. They wait, and none is lost."),
        gettext_lazy("An owner asks the provider’s support, then presses “Try again”."),
    ),
    Trouble(
        "out_of_credit_at",
        gettext_lazy("No credit is left."),
        gettext_lazy("Texts wait; once there is credit, the soonest visits go first."),
        gettext_lazy("An owner buys credit; the account page leads there."),
    ),
)


def verdict(account: ProviderAccount, now: datetime) -> Verdict:
    """Judge by what the provider last said."""
    key, title, page = "account", _("SMS account"), "account"
    for trouble in TROUBLES:
        if since := getattr(account, trouble.column):
            said = map(str, (trouble.words, trouble.meaning, trouble.todo))
            words, meaning, todo = said
            return Verdict(key, title, Tone.BAD, words, since, meaning, todo, page)
    if account.stage != Stage.READY:
        words = _("The set-up stands at “%(stage)s”.") % {
            "stage": account.get_stage_display()
        }
        return Verdict(key, title, Tone.WARN, words, account.stage_since, page="wizard")
    if account.limited_until and account.limited_until > now:
        words = _("The provider takes no more texts for another %(time)s.") % {
            "time": long(account.limited_until - now)
        }
        meaning = _("Its allowance is used up. Texts wait until then.")
        return Verdict(key, title, Tone.WARN, words, meaning=meaning, page=page)
    if account.credit_low_at:
        return Verdict(
            key,
            title,
            Tone.WARN,
            _("SMS credit is running out.") + " " + _left(account, now),
            account.credit_low_at,
            _("When nothing is left, texts wait."),
            _("An owner buys credit; the account page leads there."),
            page,
        )
    words = _("The account is in order.") + " " + _left(account, now)
    return Verdict(key, title, Tone.OK, words.strip(), page=page)


def _left(account: ProviderAccount, now: datetime) -> str:
    if account.balance is None:
        return ""
    left = {"left": number_format(account.balance.normalize()), "unit": account.unit}
    if account.balance_at is None:
        return _("%(left)s %(unit)s are left.") % left
    asked = {"time": long(now - account.balance_at)}
    return _("%(left)s %(unit)s were left %(time)s ago.") % {**left, **asked}
