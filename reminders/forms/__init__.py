"""What people type at the desk, checked: one module for each room of the desk."""

from reminders.forms.appointments import AppointmentForm, CancelForm, MarkForm
from reminders.forms.calls import CallForm
from reminders.forms.clinic import AppointmentTypeForm, ClinicianForm
from reminders.forms.conversations import ReplyForm
from reminders.forms.outbox import GoOnForm, PauseForm
from reminders.forms.patients import ConsentForm, PatientForm

__all__ = [
    "AppointmentForm",
    "AppointmentTypeForm",
    "CallForm",
    "CancelForm",
    "ClinicianForm",
    "ConsentForm",
    "GoOnForm",
    "MarkForm",
    "PatientForm",
    "PauseForm",
    "ReplyForm",
]
