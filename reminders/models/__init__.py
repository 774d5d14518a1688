"""One noun a file, its QuerySet above it.

- `clinic`: Clinician, AppointmentType, SendingPolicy, ClosedDay
- `patient`: Phone, Patient, ConsentEvent
- `appointment`: Appointment, AppointmentEvent
- `rule`: ReminderRule, MessageTemplate
- `pause`: SendingPause (the switch that stops all reminders)
- `reminder`: Reminder
- `message`: Message
- `choice`: Choice (what a number in an answer stands for)
- `receipt`: Receipt
- `call_list`: CallListEntry
- `heartbeat`: Heartbeat (work that a process has just done)
- `refused_callback`: RefusedCallback (callbacks that were sent away)
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
from reminders.models.heartbeat import Heartbeat
from reminders.models.message import Message
from reminders.models.patient import ConsentEvent, Patient, Phone
from reminders.models.pause import SendingPause
from reminders.models.receipt import Receipt
from reminders.models.refused_callback import RefusedCallback
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
    "Heartbeat",
    "Message",
    "MessageTemplate",
    "Patient",
    "Phone",
    "Receipt",
    "RefusedCallback",
    "Reminder",
    "ReminderRule",
    "SendingPause",
    "SendingPolicy",
]
