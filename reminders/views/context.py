"""What the frame of every page shows: the rail with its counts, health, banners.

Costs one query on pages of the desk, one more on the pages of one's own sign-in or
where something is wrong with sending, and none on all others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, IntegerField, Model, QuerySet, Subquery
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format, time_format
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.models import Membership, Practice, ProviderAccount, Stage
from reminders.clock import now as clock_now
from reminders.models import CallListEntry, Message, Reminder, SendingPause
from reminders.views import alarms
from reminders.views.obstacles import OBSTACLES

A_DAY = timedelta(days=1)
TONES = ("ok", "warn", "bad")


@dataclass(frozen=True)
class Room:
    """One item of the rail, and the pages during which it is the current one."""

    url_name: str
    label: str | Promise
    icon: str
    key: str
    pages: frozenset[str]


RAIL = (
    Room("today", gettext_lazy("Today"), "sun", "t", frozenset({"today", "calls"})),
    Room(
        "schedule",
        gettext_lazy("Schedule"),
        "calendar-days",
        "s",
        frozenset(
            {
                "schedule",
                "appointment_new",
                "appointment",
                "appointment_edit",
                "appointment_cancel",
            }
        ),
    ),
    Room("inbox", gettext_lazy("Inbox"), "inbox", "i", frozenset({"inbox"})),
    Room(
        "patients",
        gettext_lazy("Patients"),
        "users",
        "p",
        frozenset(
            {
                "patients",
                "patient_new",
                "patient",
                "patient_edit",
                "conversation",
                "phone_consent",
            }
        ),
    ),
    Room(
        "outbox",
        gettext_lazy("Outbox"),
        "send",
        "o",
        frozenset({"outbox", "reminder_send", "sending_pause", "health"}),
    ),
)
CLINIC = Room(
    "clinic",
    gettext_lazy("Clinic"),
    "stethoscope",
    "c",
    frozenset(
        {
            "clinic",
            "clinician_new",
            "clinician_edit",
            "appointment_type_new",
            "appointment_type_edit",
        }
    ),
)
ACCOUNT = Room(
    "account",
    gettext_lazy("SMS account"),
    "plug",
    "a",
    frozenset(
        {
            "account",
            "provider_password",
            "provider_key",
            "forgot",
            "disconnect",
            "people",
            "person",
        }
    ),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return what base.html and its partials name."""
    on_own_pages = _is_on_own_pages(request)
    membership: Membership | None = (
        _own(request) if on_own_pages else getattr(request, "membership", None)
    )
    if membership is None:
        return {"sandbox_url": settings.SANDBOX_URL}
    practice = membership.practice
    now = clock_now()
    # Pages that show no frame (parts that htmx asks for) do not pay for it.
    known: Any = SimpleLazyObject(lambda: _known(practice, now))
    shown: Any = SimpleLazyObject(lambda: _health(practice, membership, known, now))
    return {
        "sandbox_url": settings.SANDBOX_URL,
        "practice": practice,
        "membership": membership,
        "on_own_pages": on_own_pages,
        "rail": SimpleLazyObject(lambda: _rail(request, known)),
        "rail_apart": _rail_apart(request, membership),
        "calls_to_make": SimpleLazyObject(lambda: known["today"]),
        "paused_because": SimpleLazyObject(lambda: known["paused_because"]),
        "sending_enabled": settings.SENDING_ENABLED,
        "health": SimpleLazyObject(lambda: shown["health"]),
        "banners": SimpleLazyObject(lambda: shown.get("banners", [])),
    }


def _is_on_own_pages(request: HttpRequest) -> bool:
    """Tell password, e-mail and two-step pages, which allauth serves, from all others."""
    match = request.resolver_match
    name = match.url_name if match else None
    return bool(name and name.startswith(("account_", "mfa_")))


def _own(request: HttpRequest) -> Membership | None:
    """The membership of whoever is signed in; none while the desk is still closed."""
    if not request.user.is_authenticated:
        return None
    membership = request.user.membership()
    if membership is None or not membership.practice.account.is_registered:
        return None
    return membership


def _rail(request: HttpRequest, known: Mapping[str, Any]) -> list[dict[str, Any]]:
    calls, counted = {"today", "inbox"}, {"today", "inbox", "outbox"}
    return [
        {
            **_item(request, room),
            "count": known[room.url_name] if room.url_name in counted else 0,
            "call": room.url_name in calls,
        }
        for room in RAIL
    ]


def _rail_apart(request: HttpRequest, membership: Membership) -> list[dict[str, Any]]:
    rooms = (ACCOUNT, CLINIC) if membership.is_owner else (CLINIC,)
    return [_item(request, room) for room in rooms]


def _item(request: HttpRequest, room: Room) -> dict[str, Any]:
    match = request.resolver_match
    return {
        "url_name": room.url_name,
        "label": room.label,
        "icon": room.icon,
        "key": room.key,
        "current": match is not None and match.url_name in room.pages,
    }


def _known(practice: Practice, now: datetime) -> dict[str, Any]:
    """Open calls; texts that need staff; texts that failed since yesterday or are held.

    Why the reminders are paused, if they are; and signs of life of the engine.
    """
    messages = Message.objects.of(practice)
    paused = SendingPause.objects.of(practice).open()
    calls = CallListEntry.objects.of(practice).ahead(now)
    outbox: Coalesce | CombinedExpression
    outbox = _number_of(messages.failed_since(now - A_DAY))
    if not practice.account.is_usable(now):
        outbox = (
            outbox
            + _number_of(messages.due(now))
            + _number_of(Reminder.objects.of(practice).due(now))
        )
    found = (
        Practice.objects.filter(pk=practice.pk)
        .values(
            today=_number_of(calls),
            inbox=_number_of(messages.needing_staff()),
            outbox=outbox,
            paused_because=Subquery(paused.values("why")[:1]),
            **alarms.glance(practice, now),
        )
        .get()
    )
    return dict(found)


def _number_of(rows: QuerySet[Model, Model]) -> Coalesce:
    """The number of these rows of one practice, as part of a larger query."""
    counted = rows.order_by().values("practice").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number"), output_field=IntegerField()), 0)


def _health(
    practice: Practice, membership: Membership, known: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """The light in the strip, and the banner where something keeps texts back."""
    if practice.account.stage != Stage.READY:
        return _account(practice, membership, now)
    raised = alarms.raised(known, membership, now)
    shown = _account(practice, membership, now)
    lights = [shown["health"], *(alarm.light for alarm in raised)]
    # Of two that are as bad the account's comes first: it is nearer to whoever reads.
    shown["health"] = max(lights, key=lambda light: TONES.index(light["tone"]))
    shown["banners"] = [*shown.get("banners", []), *(alarm.banner for alarm in raised)]
    return shown


def _account(
    practice: Practice, membership: Membership, now: datetime
) -> dict[str, Any]:
    """What the account itself says."""
    account = practice.account
    url = alarms.page_for(membership)
    found = next((o for o in OBSTACLES if getattr(account, o.field)), None)
    if found:
        banner = {"tone": "bad", "text": found.text, "url": reverse("outbox")}
        if membership.is_owner:
            banner |= found.way_out(account)
        else:
            banner["action"] = _("See what waits")
        return {
            "health": {"tone": "bad", "word": found.word, "url": url},
            "banners": [banner],
        }
    if account.stage != Stage.READY:
        url = reverse("wizard") if membership.is_owner else reverse("outbox")
        return {"health": {"tone": "warn", "word": _("Texts wait"), "url": url}}
    if account.limited_until and account.limited_until > now:
        word = _("Texts wait until %(time)s") % {
            "time": time_format(
                timezone.localtime(account.limited_until, practice.zone), "g:i A"
            )
        }
        return {"health": {"tone": "warn", "word": word, "url": url}}
    if account.credit_low_at:
        return _low(account, membership, url)
    return {"health": {"tone": "ok", "word": _("Texts go out"), "url": url}}


def _low(account: ProviderAccount, membership: Membership, url: str) -> dict[str, Any]:
    """Texts go out, but not for long. How long, the account page knows."""
    left = "" if account.balance is None else number_format(account.balance.normalize())
    banner = {
        "tone": "warn",
        "text": _("SMS credit is running out: %(left)s %(unit)s left.")
        % {"left": left, "unit": account.unit},
    }
    if membership.is_owner:
        banner |= {"url": reverse("account"), "action": _("Buy credit")}
    return {
        "health": {"tone": "warn", "word": _("Credit low"), "url": url},
        "banners": [banner],
    }
