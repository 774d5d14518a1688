"""The desk's addresses, and the provider's. Names have no namespace: `{% url "patient" patient.pk %}`."""

from django.urls import path

from reminders import webhooks
from reminders.views import (
    appointments,
    calls,
    clinic,
    conversations,
    health,
    holding,
    inbox,
    outbox,
    patients,
    pause,
    schedule,
    today,
)

urlpatterns = [
    path("", today.today, name="today"),
    path("calls/", calls.index, name="calls"),
    path("calls/<int:pk>/done/", calls.done, name="call_done"),
    path("calls/<int:pk>/undo/", calls.undo, name="call_undo"),
    path("schedule/", schedule.schedule, name="schedule"),
    path("appointments/new/", appointments.new, name="appointment_new"),
    path("appointments/<int:pk>/", appointments.show, name="appointment"),
    path("appointments/<int:pk>/edit/", appointments.edit, name="appointment_edit"),
    path(
        "appointments/<int:pk>/cancel/", appointments.cancel, name="appointment_cancel"
    ),
    path("appointments/<int:pk>/mark/", appointments.mark, name="appointment_mark"),
    path("patients/", patients.index, name="patients"),
    path("patients/new/", patients.new, name="patient_new"),
    path("patients/choices/", patients.choices, name="patient_choices"),
    path("patients/<int:pk>/", patients.show, name="patient"),
    path("patients/<int:pk>/edit/", patients.edit, name="patient_edit"),
    path("conversations/<int:pk>/", conversations.show, name="conversation"),
    path(
        "conversations/<int:pk>/consent/", conversations.consent, name="phone_consent"
    ),
    path("conversations/measure/", conversations.measure, name="text_measure"),
    path("inbox/", inbox.index, name="inbox"),
    path("inbox/<int:pk>/settle/", inbox.settle, name="text_settle"),
    path("outbox/", outbox.index, name="outbox"),
    path("outbox/day/", holding.whole_day, name="outbox_day"),
    path("outbox/pause/", pause.switch, name="sending_pause"),
    path("outbox/<int:pk>/hold/", holding.hold, name="reminder_hold"),
    path("outbox/<int:pk>/release/", holding.release, name="reminder_release"),
    path("outbox/<int:pk>/send/", holding.send, name="reminder_send"),
    path("outbox/texts/<int:pk>/hold/", holding.hold_text, name="text_hold"),
    path("health/", health.index, name="health"),
    path("clinic/", clinic.index, name="clinic"),
    path("clinic/clinicians/new/", clinic.clinician_new, name="clinician_new"),
    path(
        "clinic/clinicians/<int:pk>/edit/", clinic.clinician_edit, name="clinician_edit"
    ),
    path("clinic/kinds/new/", clinic.kind_new, name="appointment_type_new"),
    path("clinic/kinds/<int:pk>/edit/", clinic.kind_edit, name="appointment_type_edit"),
    path("hooks/<slug:secret>/receipts/", webhooks.receipt_hook, name="receipt_hook"),
    path("hooks/<slug:secret>/texts/", webhooks.inbound_hook, name="inbound_hook"),
]
