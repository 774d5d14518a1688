"""Which questions about texts the database answers without reading past ones.

The table only grows, and what is asked every second is about the few that are not
settled: those indexes hold these alone. The practice comes first where one asks.
"""

from django.db import models
from django.db.models import Q

MESSAGE_INDEXES = [
    # The practice comes first: each line asks for its own next text.
    models.Index(
        "practice",
        "priority",
        "send_after",
        "id",
        condition=Q(state="queued"),
        name="messages_due",
    ),
    models.Index(
        "state",
        "lease_until",
        condition=Q(state__in=["sending", "unknown"]),
        name="messages_in_doubt",
    ),
    # Answers that nobody wants any more; reminders go by their visits.
    models.Index(
        "useful_until",
        condition=Q(state="queued", useful_until__isnull=False)
        & ~Q(kind__in=["reminder", "booking"]),
        name="messages_outdated",
    ),
    # What the rail counts and the outbox shows, however much went before.
    models.Index(
        "practice",
        "created_at",
        condition=Q(state__in=["queued", "sending", "unknown"]),
        name="messages_under_way",
    ),
    models.Index(
        "practice",
        "state_at",
        condition=Q(direction="out", state__in=["undelivered", "failed"]),
        name="messages_failed",
    ),
    models.Index("phone", "created_at", name="messages_of_phone"),
    models.Index(fields=["practice", "-created_at"], name="messages_of_practice"),
    models.Index(
        "practice",
        "created_at",
        condition=Q(needs_staff=True, handled_at=None),
        name="messages_needing_staff",
    ),
    models.Index(
        "created_at",
        condition=Q(direction="in", worked_at=None),
        name="messages_unworked",
    ),
    models.Index(
        "provider_id", condition=~Q(provider_id=""), name="messages_by_provider"
    ),
]
