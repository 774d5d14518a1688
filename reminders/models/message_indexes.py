"""Which questions about texts the database answers without reading past ones.

The table only grows, and what is asked every second is about the few that are not
settled: those indexes hold these alone. The practice comes first where one asks. Each
text changes its state three times, and every index is written each time: a foreign key
has one only where no other begins with it.
"""

from django.db import models
from django.db.models import Q

MESSAGE_INDEXES = [
    # The practice comes first: each line asks for its own next text.
    models.Index(
        fields=["practice", "priority", "useful_until", "id"],
        condition=Q(state="queued"),
        name="messages_next",
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
    # Most texts are by nobody, answer nothing, and need nobody.
    models.Index("by", condition=~Q(by=None), name="messages_by_user"),
    models.Index("handled_by", condition=~Q(handled_by=None), name="messages_handled"),
    models.Index(
        "in_reply_to", condition=~Q(in_reply_to=None), name="messages_replies"
    ),
]
