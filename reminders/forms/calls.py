"""What came of a call."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reminders.models import CallListEntry
from reminders.models.call_list import LONGEST_NOTE


class CallForm(forms.Form):
    """The outcome, if somebody says it, and a word for whoever reads it next."""

    outcome = forms.ChoiceField(
        required=False, choices=[("", ""), *CallListEntry.Outcome.choices]
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=LONGEST_NOTE)
