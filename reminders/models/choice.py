"""Choice: what a number in a patient's answer stands for."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from reminders.models.appointment import Appointment
from reminders.models.message import Message


class Choice(models.Model):
    """One numbered line of a text that asks about two or more visits.

    `intent` is what choosing it means: a family reminder asks who is coming; "which
    visit do you mean?" asks about what the patient wanted just before.
    """

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="choices"
    )
    number = models.PositiveSmallIntegerField()
    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="choices"
    )
    # The start that the line named: after a move the number means nothing any more.
    starts_at = models.DateTimeField()
    intent = models.CharField(max_length=16, help_text=_("What choosing it means."))

    class Meta:
        ordering = ["message", "number"]
        constraints = [
            models.UniqueConstraint("message", "number", name="one_choice_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.appointment}"
