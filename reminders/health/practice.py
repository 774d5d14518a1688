"""How one practice's texts fare, for its owners and managers: plain words.

Each function judges one part by what it is given; `verdicts` fetches and asks them all.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from provisioning.models import Outage, Practice, ProviderAccount, Stage
from reminders.health import engine, lag, reports
from reminders.health.account import verdict as account_verdict
from reminders.health.engine import Engine
from reminders.health.lag import Lag, Queue
from reminders.health.reports import Signs
from reminders.health.verdict import Tone, Verdict, long
from reminders.models import Heartbeat, SendingPause

# The provider answers a question about a text within this, as a rule.
DOUBTFUL = timedelta(minutes=10)

NONE_LOST = gettext_lazy(
    "None is lost: they wait in the outbox and go out by themselves. A reminder that "
    "would come too late is not sent, and the patient is put on the call list."
)
LOST = gettext_lazy(
    "Whether texts arrive is not known, and patients’ answers may be lost: "
    "a STOP among them."
)


def verdicts(practice: Practice, now: datetime) -> list[Verdict]:
    """All parts, in the order in which a text passes them."""
    limits, account = settings.HEALTH, practice.account
    at_work = engine.judge(Heartbeat.objects.newest(), now, limits.quiet)
    began = Heartbeat.objects.working_since(now - limits.quiet)
    queue = lag.queue(now, practice)
    return [
        replace(
            under_pause(
                sending(
                    account,
                    at_work,
                    Outage.objects.filter(pk=account.interface).first(),
                    lag.lag(now, practice),
                    queue,
                    now,
                ),
                SendingPause.objects.in_force(practice),
            ),
            began=began.get(Heartbeat.Part.SEND),
        ),
        doubts(queue, now),
        coming_back(
            reports.signs(practice),
            now,
            silent=reports.silent(now, limits.reports).filter(pk=practice.pk).exists(),
            refused=reports.refused(now).filter(pk=practice.pk).exists(),
        ),
        account_verdict(account, now),
    ]


def sending(
    account: ProviderAccount,
    at_work: Engine,
    outage: Outage | None,
    late: Lag,
    queue: Queue,
    now: datetime,
) -> Verdict:
    """Whether texts leave."""
    key, title = "sending", _("Sending")
    if account.stage != Stage.READY:
        return Verdict(
            key,
            title,
            Tone.WARN,
            _("Texts wait until the SMS account is set up."),
            account.stage_since,
            _("Visits can be booked meanwhile; their reminders wait in the outbox."),
            _("Continue the set-up."),
        )
    if not at_work.is_well:
        return Verdict(
            key,
            title,
            Tone.BAD,
            silence(at_work, now),
            at_work.since,
            NONE_LOST,
            help_words(),
        )
    if not account.is_usable(now):
        return Verdict(
            key,
            title,
            Tone.WARN,
            _("Texts wait for the SMS account; see below."),
            meaning=NONE_LOST,
        )
    return _of_provider(outage, now) if outage else _pace(late, queue, now)


def under_pause(verdict: Verdict, pause: SendingPause | None) -> Verdict:
    """What is to be said while the switch is thrown, unless something is amiss."""
    if pause is None or verdict.tone != Tone.OK:
        return verdict
    return replace(
        verdict,
        tone=Tone.WARN,
        words=_("Reminder texts are paused. All other texts go out."),
        since=pause.started_at,
        meaning=_(
            "Reminders wait in the outbox. One that becomes too late is skipped, and "
            "the patient is put on the call list."
        ),
        todo=_("Go on when the reason is over: the switch is in the outbox."),
    )


def silence(at_work: Engine, now: datetime) -> str:
    """Since when the engine stands still, in a sentence."""
    if at_work.since is None:
        return _("Texts are not going out: the sending service has not been started.")
    return _(
        "Texts are not going out: the sending service has been silent for %(time)s."
    ) % {"time": long(now - at_work.since)}


def _of_provider(outage: Outage, now: datetime) -> Verdict:
    lasts = now - outage.since
    return Verdict(
        "sending",
        _("Sending"),
        Tone.BAD if lasts > settings.HEALTH.tell_owners else Tone.WARN,
        _("The SMS provider has given no useful answer for %(time)s.")
        % {"time": long(lasts)},
        outage.since,
        NONE_LOST,
        _("It is tried again and again. Phone patients whose visit is near."),
    )


def help_words() -> str:
    """Whom to turn to, as far as the settings say."""
    ways = [way for way in (settings.SUPPORT_EMAIL, settings.SUPPORT_PHONE) if way]
    first = _("Phone patients whose visit is near.")
    if not ways:
        return first + " " + _("Tell whoever runs Frontdesk for you.")
    return first + " " + _("Tell our support: %(ways)s.") % {"ways": ", ".join(ways)}


def _pace(late: Lag, queue: Queue, now: datetime) -> Verdict:
    key, title = "sending", _("Sending")
    waits = now - late.since if late.since else timedelta(0)
    if waits > settings.HEALTH.tell_owners:
        return Verdict(
            key,
            title,
            Tone.BAD,
            _("Texts stand still: the oldest could have left %(time)s ago.")
            % {"time": long(waits)},
            late.since,
            NONE_LOST,
            help_words(),
        )
    if waits > settings.HEALTH.quiet:
        return Verdict(
            key,
            title,
            Tone.WARN,
            _("Texts go out slowly: the oldest could have left %(time)s ago.")
            % {"time": long(waits)},
            late.since,
            _("The provider answers slowly, or more is to be sent than usual."),
            _("Nothing yet. If it goes on, this turns red and the owners get a mail."),
        )
    words = _("Texts are going out.") + " "
    if late.since:
        words += _("The oldest one waiting is %(time)s old.") % {"time": long(waits)}
    elif queue.waiting:
        words += ngettext(
            "%(n)d waits for its turn.", "%(n)d wait for their turn.", queue.waiting
        ) % {"n": queue.waiting}
    else:
        words += _("None is waiting.")
    meaning = (
        _("The number carries about one text a second.") if queue.waiting > 1 else ""
    )
    return Verdict(key, title, Tone.OK, words, meaning=meaning)


def doubts(queue: Queue, now: datetime) -> Verdict:
    """Texts of which it is not known whether the provider has them."""
    key, title = "doubts", _("Doubtful texts")
    if not queue.unknown or queue.unknown_since is None:
        return Verdict(
            key, title, Tone.OK, _("Of every text it is known what became of it.")
        )
    words = ngettext(
        "Of %(n)d text it is not known yet whether it went out.",
        "Of %(n)d texts it is not known yet whether they went out.",
        queue.unknown,
    ) % {"n": queue.unknown}
    late = now - queue.unknown_since > DOUBTFUL
    return Verdict(
        key,
        title,
        Tone.WARN if late else Tone.OK,
        words,
        queue.unknown_since,
        _(
            "The provider is being asked. Until it answers none of them is sent again, so that nobody gets a text twice."
        ),
        _("Phone the patients if their visit is near.") if late else "",
    )


def coming_back(signs: Signs, now: datetime, *, silent: bool, refused: bool) -> Verdict:
    """Whether reports and answers arrive."""
    key, title = "reports", _("Reports and answers")
    if refused:
        return Verdict(
            key,
            title,
            Tone.BAD,
            _("What the SMS provider reports is being refused."),
            signs.report,
            LOST,
            _(
                "Compare the callback address, user name and password at the provider with those on the account page."
            ),
        )
    if silent:
        return Verdict(
            key,
            title,
            Tone.WARN,
            _("Texts go out, but no delivery report comes back."),
            signs.report,
            LOST,
            _(
                "Compare the callback address at the provider with the one on the account page."
            ),
        )
    if signs.report is None:
        words = _("No report has come yet; none is overdue.")
    else:
        words = _("The last delivery report came %(time)s ago.") % {
            "time": long(now - signs.report)
        }
    if signs.inbound:
        words += " " + _("The last text from a patient came %(time)s ago.") % {
            "time": long(now - signs.inbound)
        }
    return Verdict(key, title, Tone.OK, words)
