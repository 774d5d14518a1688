"""One noun a file, its QuerySet above it.

- `clinic`: Clinician, AppointmentType, SendingPolicy, ClosedDay
- `patient`: Phone, Patient, ConsentEvent
- `appointment`: Appointment, AppointmentEvent
- `rule`: ReminderRule, MessageTemplate
- `reminder`: Reminder
- `message`: Message
- `choice`: Choice (what a number in an answer stands for)
- `receipt`: Receipt
- `call_list`: CallListEntry
"""

from reminders.models.appointment import Appointment, AppointmentEvent
from reminders.models.call_list import CallListEntry
from reminders.models.choice import Choice
from reminders.models.clinic import (
    AppointmentType,
    Clinician,
    ClosedDay,
    SendingPolicy,
)
from reminders.models.message import Message
from reminders.models.patient import ConsentEvent, Patient, Phone
from reminders.models.receipt import Receipt
from reminders.models.reminder import Reminder
from reminders.models.rule import MessageTemplate, ReminderRule

__all__ = [
    "Appointment",
    "AppointmentEvent",
    "AppointmentType",
    "CallListEntry",
    "Choice",
    "Clinician",
    "ClosedDay",
    "ConsentEvent",
    "Message",
    "MessageTemplate",
    "Patient",
    "Phone",
    "Receipt",
    "Reminder",
    "ReminderRule",
    "SendingPolicy",
]
