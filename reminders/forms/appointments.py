"""Booking, moving, cancelling and marking a visit."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from datetime import time as wall_time
from typing import Any, cast

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from provisioning.models import Practice
from reminders.models import Appointment, AppointmentType, Clinician, Patient
from reminders.plan import AmbiguousTime, NonexistentTime, wall_clock

OFFER = "offer"
"""Name of the buttons that offer another time; their value is the instant in ISO."""
YEARS = range(1901, 2200)
"""Beyond them a time zone's offset may lead out of the calendar."""


class AppointmentForm(forms.Form):
    """Who comes to whom, for what, and when on the practice's wall clock.

    `cleaned_data["starts_at"]` is the instant. The practice's clocks may skip what was
    typed (then `offers` are the nearest times that exist) or show it twice (then
    `asks_which`). What the database says later is put in with `say_taken`.
    """

    patient = forms.ModelChoiceField(
        Patient.objects.none(),
        label=_("Patient"),
        error_messages={
            "required": _("Choose who is coming."),
            "invalid_choice": _("This patient is not on your list any more."),
        },
    )
    clinician = forms.ModelChoiceField(
        Clinician.objects.none(),
        label=_("With"),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose whom the patient comes to see.")},
    )
    appointment_type = forms.ModelChoiceField(
        AppointmentType.objects.none(),
        label=_("Kind of visit"),
        empty_label=_("Choose"),
        help_text=_("Its length decides when the visit ends. Texts never name it."),
        error_messages={"required": _("Choose what kind of visit it is.")},
    )
    day = forms.DateField(
        label=_("Date"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y"],
        error_messages={
            "required": _("Type the date."),
            "invalid": _("Type the date as month/day/year, such as 3/25/2026."),
        },
    )
    time = forms.TimeField(
        label=_("Time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p"],
        error_messages={
            "required": _("Type the time."),
            "invalid": _("Type the time as 2:30 PM or 14:30."),
        },
    )
    which = forms.TypedChoiceField(
        label=_("Which one?"),
        choices=[("0", _("The first")), ("1", _("The second"))],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    double_booked = forms.BooleanField(
        label=_("Double-book on purpose"),
        help_text=_("Both visits stay, and the schedule shows that they overlap."),
        required=False,
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        practice: Practice,
        appointment: Appointment | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        """Offer the practice's own people; `appointment` is one to be moved."""
        self.zone = practice.zone
        self.offers: Sequence[datetime] = ()
        self.asks_which = False
        self.may_double_book = False
        super().__init__(self._with_offer(data), initial={**(initial or {})})
        clinicians = Clinician.objects.of(practice)
        kinds = AppointmentType.objects.of(practice)
        patients = Patient.objects.of(practice).active()
        self._choices("patient", patients.select_related("phone", "guardian__phone"))
        self._choices("clinician", clinicians.filter(is_active=True))
        self._choices("appointment_type", kinds.filter(is_active=True))
        if appointment:
            del self.fields["patient"]
            # Who has left since still keeps the visit they have.
            had_clinician = clinicians.filter(pk=appointment.clinician_id)
            had_kind = kinds.filter(pk=appointment.appointment_type_id)
            self._choices(
                "clinician", clinicians.filter(is_active=True) | had_clinician
            )
            self._choices("appointment_type", kinds.filter(is_active=True) | had_kind)
            self.may_double_book = appointment.double_booked
        if self.data.get("double_booked"):
            self.may_double_book = True

    def clean_day(self) -> date:
        """Refuse years that no calendar of a practice has."""
        day: date = self.cleaned_data["day"]
        if day.year not in YEARS:
            raise forms.ValidationError(_("Check the year."))
        return day

    def clean(self) -> dict[str, Any]:
        """Turn the day and the time on the wall into an instant."""
        cleaned: dict[str, Any] = super().clean() or {}
        day, at = cleaned.get("day"), cleaned.get("time")
        if day and at:
            cleaned["starts_at"] = self._instant(day, at, cleaned.get("which"))
        return cleaned

    def asks_for(self, booked: Appointment) -> bool:
        """Whether this very visit is booked already: the form was sent twice."""
        wanted = self.cleaned_data
        return (booked.patient, booked.starts_at, booked.appointment_type_id) == (
            wanted["patient"],
            wanted["starts_at"],
            wanted["appointment_type"].pk,
        )

    def say_taken(self, by: Appointment, free: Sequence[datetime]) -> None:
        """Say who has the time, offer the nearest free ones, and to double-book."""
        self.offers = [instant.astimezone(self.zone) for instant in free]
        self.may_double_book = True
        start, end = (at.astimezone(self.zone) for at in (by.starts_at, by.ends_at))
        self.add_error(
            "time",
            gettext("%(clinician)s is taken by %(patient)s, %(start)s to %(end)s.")
            % {
                "clinician": by.clinician,
                "patient": by.patient,
                "start": date_format(start, "g:i A"),
                "end": date_format(end, "g:i A"),
            },
        )

    def _choices(self, name: str, rows: Any) -> None:
        cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = rows

    def _with_offer(self, data: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """Put an offered instant, if one was chosen, where it would have been typed."""
        if not data or not data.get(OFFER):
            return data
        try:
            offered = datetime.fromisoformat(data[OFFER])
        except ValueError:
            return data
        if offered.tzinfo is None or offered.year not in YEARS:
            return data
        local = offered.astimezone(self.zone)
        typed = {key: data[key] for key in data if key != OFFER}
        return {
            **typed,
            "day": f"{local:%Y-%m-%d}",
            "time": f"{local:%H:%M}",
            "which": str(local.fold),
        }

    def _instant(self, day: date, at: wall_time, which: int | None) -> datetime | None:
        try:
            return wall_clock(day, at, self.zone)
        except NonexistentTime as gap:
            self.offers = [gap.before, gap.after]
            self.add_error("time", str(gap))
            return None
        except AmbiguousTime as twice:
            self._ask_which(twice)
            if which is None:
                self.add_error("which", str(twice))
                return None
            return wall_clock(day, at, self.zone, fold=which)

    def _ask_which(self, twice: AmbiguousTime) -> None:
        self.asks_which = True
        field = cast("forms.TypedChoiceField", self.fields["which"])
        field.required = True
        field.choices = [
            ("0", _clock_and_zone(twice.first, gettext("the first"))),
            ("1", _clock_and_zone(twice.second, gettext("the second"))),
        ]


def _clock_and_zone(local: datetime, which: str) -> str:
    return f"{date_format(local, 'g:i A')} {local.tzname()}, {which}"


class CancelForm(forms.Form):
    """Why a visit is cancelled."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        help_text=_("For the history; the patient does not see it."),
    )


class MarkForm(forms.Form):
    """What became of a visit."""

    state = forms.ChoiceField(
        choices=[
            (state.value, state.label)
            for state in (
                Appointment.State.BOOKED,
                Appointment.State.CONFIRMED,
                Appointment.State.ARRIVED,
                Appointment.State.COMPLETED,
                Appointment.State.NO_SHOW,
            )
        ]
    )
