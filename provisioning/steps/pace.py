"""How often mails and codes are asked for: a pause between two, and how many there were.

Read from the wire log, so that it holds in every tab and on every device. How many the
provider allows is not documented.
"""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from provisioning.models import ProviderAccount, ProviderCall

PAUSE = timedelta(seconds=60)
RESEND, TEXT = "resend_email_activation", "send_activation_sms"


class TooSoon(Exception):
    """The last one is on its way still; `left` says how long to wait."""

    def __init__(self, left: timedelta) -> None:
        super().__init__()
        self.left = left


def keep(account: ProviderAccount, action: str, now: datetime) -> None:
    """Refuse another mail or code right after the last: raises TooSoon."""
    left = wait(account, action, now)
    if left:
        raise TooSoon(left)


def wait(account: ProviderAccount, action: str, now: datetime) -> timedelta:
    """How long until the next one may be asked for; zero when it may be now."""
    last = _sent(account, action).order_by("-pk").first()
    return max(last.started_at + PAUSE - now, timedelta()) if last else timedelta()


def mails_sent(account: ProviderAccount) -> int:
    """Activation mails so far; registering sends the first of them."""
    return _sent(account, RESEND).count() + (0 if account.brought else 1)


def texts_sent(account: ProviderAccount) -> int:
    """Texts with a code so far."""
    return _sent(account, TEXT).count()


def _sent(account: ProviderAccount, action: str) -> QuerySet[ProviderCall]:
    """Calls of this stage that may have sent something."""
    done = account.calls.action_named(action).maybe_done()
    return done.filter(started_at__gte=account.stage_since)
