"""Why the master switch is thrown."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_WHY = 200


class PauseForm(forms.Form):
    """Pause all reminder texts: colleagues and the history want to know why."""

    do = "pause"

    why = forms.CharField(
        label=_("Why"),
        max_length=LONGEST_WHY,
        help_text=_("For your colleagues; patients do not see it."),
        error_messages={"required": _("Say why, for whoever finds nothing going out.")},
    )


class GoOnForm(forms.Form):
    """Let reminder texts go again."""

    do = "go_on"

    why = forms.CharField(label=_("Note"), max_length=LONGEST_WHY, required=False)
