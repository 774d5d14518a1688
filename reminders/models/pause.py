"""SendingPause: nobody is reminded while one is open. Who paused, why, and who ended it."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from provisioning.models import Practice, User
from reminders.models.tenant import PracticeQuerySet


class SendingPauseQuerySet(PracticeQuerySet["SendingPause"]):
    """Questions about pauses, and how one begins."""

    def open(self) -> Self:
        """Pauses that are in force."""
        return self.filter(ended_at=None)

    def with_people(self) -> Self:
        """With who began and who ended each, the latest first."""
        return self.select_related("started_by", "ended_by").order_by(
            "-started_at", "-pk"
        )

    def in_force(self, practice: Practice) -> "SendingPause | None":
        """The practice's open pause, with who began it; None while reminders go."""
        return self.of(practice).open().with_people().first()

    def begin(self, practice: Practice, *, why: str, by: User, now: datetime) -> bool:
        """Pause the practice's reminders; False when somebody else has just done so."""
        try:
            with transaction.atomic():
                self.create(practice=practice, started_at=now, started_by=by, why=why)
        except IntegrityError:
            return False
        return True


def may_leave(**which: object) -> Q:
    """Match rows that no switch keeps back: the practice's own, or the operator's.

    A pause keeps back only what also matches `which`: patients are still answered, and
    staff still write to them. Asked whenever something is about to leave, so that a
    pause that was committed before wins.
    """
    if not settings.SENDING_ENABLED:
        return Q(pk__in=[])
    return ~Q(practice__in=SendingPause.objects.open().values("practice"), **which)


def is_anything_paused() -> bool:
    """Whether a switch is thrown anywhere."""
    return not settings.SENDING_ENABLED or SendingPause.objects.open().exists()


class SendingPause(models.Model):
    """A time in which a practice's reminders and booking confirmations do not leave.

    Rows are added and ended, never deleted: together they are the switch's history.
    """

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="sending_pauses"
    )
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    why = models.CharField(_("Why"), max_length=200)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    ended_why = models.CharField(max_length=200, blank=True)

    objects = SendingPauseQuerySet.as_manager()

    class Meta:
        constraints = [
            # Two people who pause at once make one pause; and what asks whether a
            # practice is paused reads this index, which holds nothing else.
            models.UniqueConstraint(
                "practice", condition=Q(ended_at=None), name="one_open_pause_a_practice"
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "-started_at"], name="pauses_of_practice"),
        ]

    def __str__(self) -> str:
        return f"{self.practice}: {self.why}"

    def end(self, *, why: str, by: User, now: datetime) -> bool:
        """Let reminders go again; False when somebody else already has."""
        return (
            SendingPause.objects.open()
            .filter(pk=self.pk)
            .update(ended_at=now, ended_by=by, ended_why=why)
            == 1
        )
