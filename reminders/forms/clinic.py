"""Clinicians and kinds of visit."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from provisioning.models import Practice
from reminders.models import AppointmentType, Clinician
from reminders.models.clinic import Hue
from reminders.models.tenant import PracticeQuerySet


class ClinicianForm(forms.ModelForm[Clinician]):
    """Whom patients come to see."""

    class Meta:
        model = Clinician
        fields = ["name", "hue", "is_active"]
        widgets = {"hue": forms.RadioSelect}
        error_messages = {"name": {"required": _("Type the clinician’s name.")}}
        help_texts = {
            "name": _("As patients know them, such as Dr. Imani Okafor."),
            "is_active": _("Switched off, they keep their visits and get no new ones."),
        }

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        """Keep names apart within the practice; offer a colour nobody has."""
        super().__init__(*args, **kwargs)
        self.instance.practice = practice
        self.initial.setdefault("hue", _free_hue(Clinician.objects.of(practice)))

    def clean_name(self) -> str:
        """Refuse a name that another clinician of the practice has."""
        rows = Clinician.objects.of(self.instance.practice)
        return _own_name(self, rows, _("There is a clinician of this name already."))


class AppointmentTypeForm(forms.ModelForm[AppointmentType]):
    """A kind of visit and its length."""

    class Meta:
        model = AppointmentType
        fields = ["name", "minutes", "hue", "is_active"]
        widgets = {"hue": forms.RadioSelect}
        error_messages = {
            "name": {"required": _("Type what this kind of visit is called.")},
            "minutes": {
                "required": _("Type the length in minutes, such as 30."),
                "invalid": _("Type the length in whole minutes, such as 30."),
            },
        }
        help_texts = {
            "name": _("For your own eyes: texts to patients never name it."),
            "minutes": _("Visits already booked keep their length."),
            "is_active": _("Switched off, no new visits of this kind can be booked."),
        }

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        """Keep names apart within the practice; offer a colour nobody has."""
        super().__init__(*args, **kwargs)
        self.instance.practice = practice
        self.initial.setdefault("hue", _free_hue(AppointmentType.objects.of(practice)))

    def clean_name(self) -> str:
        """Refuse a name that another kind of visit of the practice has."""
        rows = AppointmentType.objects.of(self.instance.practice)
        return _own_name(
            self, rows, _("There is a kind of visit of this name already.")
        )


def _free_hue(
    rows: PracticeQuerySet[Clinician] | PracticeQuerySet[AppointmentType],
) -> int:
    taken = set(rows.values_list("hue", flat=True))
    return next((hue for hue in Hue if hue not in taken), Hue.PINE)


def _own_name(
    form: ClinicianForm | AppointmentTypeForm,
    rows: PracticeQuerySet[Clinician] | PracticeQuerySet[AppointmentType],
    taken: Any,
) -> str:
    name = " ".join(form.cleaned_data["name"].split())
    if rows.filter(name__iexact=name).exclude(pk=form.instance.pk).exists():
        raise forms.ValidationError(taken)
    return name
