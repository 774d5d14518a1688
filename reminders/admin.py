"""The operator's pages: plain lists by practice. The ledger can be read, not written.

What upcoming visits depend on takes their reminders along, in the transaction that
Django opens for each of these pages.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from provisioning.admin import PracticeAdmin
from provisioning.models import Practice
from reminders import schedule
from reminders.clock import now
from reminders.models import (
    Appointment,
    AppointmentEvent,
    AppointmentType,
    CallListEntry,
    Clinician,
    ClosedDay,
    ConsentEvent,
    Message,
    MessageTemplate,
    Patient,
    Phone,
    Receipt,
    Reminder,
    ReminderRule,
    SendingPause,
    SendingPolicy,
)


class ByPractice(admin.ModelAdmin[Any]):
    """A list that is narrowed down to a practice first, and never counts everything."""

    list_filter: ClassVar[tuple[str, ...]] = ("practice",)
    show_full_result_count = False
    list_per_page = 50


class ReadOnly(ByPractice):
    """Rows that tell what happened: nobody adds, changes or deletes them by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only the app adds rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes them."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes them."""
        return False


class Kept(ByPractice):
    """Rows that are changed or switched off, and stay: much depends on them."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes them."""
        return False


class TemplateInline(admin.TabularInline[MessageTemplate, ReminderRule]):
    """The words of a rule, beside it."""

    model = MessageTemplate
    extra = 0


class EventInline(admin.TabularInline[AppointmentEvent, Appointment]):
    """The history of a visit, beside it."""

    model = AppointmentEvent
    extra = 0
    can_delete = False
    readonly_fields = ("kind", "source", "at", "by", "before", "after", "reason")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """History is written by the app."""
        return False


class ClosedDayInline(admin.TabularInline[ClosedDay, Practice]):
    """When the practice is closed, beside it."""

    model = ClosedDay
    extra = 1


admin.site.unregister(Practice)


@admin.register(Practice)
class PracticeWithPlanAdmin(PracticeAdmin):
    """The ground floor's page; upcoming visits follow zone and closed days at once."""

    inlines = [*PracticeAdmin.inlines, ClosedDayInline]

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        """Plan anew, once the closed days are saved as well."""
        super().save_related(request, form, formsets, change)
        schedule.replan_practice(form.instance, now=now())


@admin.register(Clinician, AppointmentType)
class FurnitureAdmin(Kept):
    """Clinicians and kinds of visit.

    A rule that names one kind of visit would be for all kinds once that is gone.
    """

    list_display = ("name", "practice", "is_active")


@admin.register(SendingPolicy)
class SendingPolicyAdmin(Kept):
    """Sending hours, working days and caps; upcoming visits follow a change at once."""

    list_display = ("practice", "weekday_from", "weekday_to", "daily_cap")

    def save_model(
        self, request: HttpRequest, obj: SendingPolicy, form: Any, change: bool
    ) -> None:
        """Plan anew: what is on time goes without another look at the hours."""
        super().save_model(request, obj, form, change)
        schedule.replan_practice(obj.practice, now=now())


@admin.register(ReminderRule)
class ReminderRuleAdmin(ByPractice):
    """Rules with their templates; upcoming visits follow a change at once."""

    list_display = ("name", "practice", "timing_kind", "is_active")
    inlines = (TemplateInline,)

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        """Plan anew, once the kinds of visit are saved as well."""
        super().save_related(request, form, formsets, change)
        schedule.replan_practice(form.instance.practice, now=now())


@admin.register(Patient)
class PatientAdmin(ByPractice):
    """Patients; found by name. Their visits follow a change of zone or guardian."""

    list_display = ("last_name", "first_name", "practice", "left_at")
    search_fields = ("last_name", "first_name", "external_id")
    raw_id_fields = ("phone", "guardian")

    def save_model(
        self, request: HttpRequest, obj: Patient, form: Any, change: bool
    ) -> None:
        """Plan anew, where it may be night now."""
        super().save_model(request, obj, form, change)
        schedule.replan_patient(obj, now=now())


@admin.register(Phone)
class PhoneAdmin(ReadOnly):
    """Phones; consent is changed at the desk, where it is written down."""

    list_display = ("number", "practice", "reach", "consented_at", "opted_out_at")
    search_fields = ("number",)


@admin.register(ConsentEvent)
class ConsentEventAdmin(ReadOnly):
    """What was agreed to and taken back."""

    list_display = ("at", "phone", "kind", "source", "by")
    list_filter = ("phone__practice", "kind")
    list_select_related = ("phone", "by")


@admin.register(Appointment)
class AppointmentAdmin(ReadOnly):
    """Visits and their history; they are changed at the desk."""

    list_display = ("starts_at", "patient", "clinician", "state", "practice")
    list_select_related = ("patient", "clinician", "practice")
    inlines = (EventInline,)


@admin.register(Reminder)
class ReminderAdmin(ReadOnly):
    """What was decided about each reminder, and why."""

    list_display = ("due_at", "appointment", "rule", "state", "skip_reason")
    list_select_related = ("appointment__patient", "rule")


@admin.register(Message)
class MessageAdmin(ReadOnly):
    """The ledger. The words of patients are not shown in lists."""

    list_display = ("created_at", "practice", "direction", "kind", "state", "reason")
    list_filter = ("practice", "direction", "state")
    search_fields = ("client_id", "provider_id")


@admin.register(Receipt)
class ReceiptAdmin(ReadOnly):
    """Delivery reports as they came."""

    list_display = ("received_at", "practice", "provider_id", "status", "message")
    list_select_related = ("practice", "message")
    search_fields = ("client_id", "provider_id")


@admin.register(SendingPause)
class SendingPauseAdmin(ReadOnly):
    """When reminders were paused, by whom and why; the switch is at the desk."""

    list_display = ("started_at", "practice", "why", "started_by", "ended_at")
    list_select_related = ("practice", "started_by")


@admin.register(CallListEntry)
class CallListAdmin(ReadOnly):
    """Whom to phone; calls are ticked off at the desk."""

    list_display = ("created_at", "patient", "reason", "done_at", "practice")
    list_select_related = ("patient", "practice")
