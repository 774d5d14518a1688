"""A text that staff write."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from reminders.wording import measure, mend

MAX_SEGMENTS = 4


class ReplyForm(forms.Form):
    """The words of one text, mended for the network and measured as it counts."""

    body = forms.CharField(
        label=_("Your text"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={
            "required": _("Write something first."),
            "max_length": _("This is far too long for a text."),
        },
    )

    # The newest text that the writer had before them: tells a form that was sent twice
    # from the same words said again.
    after = forms.IntegerField(
        required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput
    )

    def clean_body(self) -> str:
        """Return the text as it will be sent; refuse what takes too many parts."""
        body = mend(self.cleaned_data["body"]).strip()
        if not body:
            raise forms.ValidationError(_("Write something first."))
        segments = measure(body).segments
        if segments > MAX_SEGMENTS:
            raise forms.ValidationError(
                ngettext(
                    "This would go out as %(n)d text; four is the most. Shorten it.",
                    "This would go out as %(n)d texts; four is the most. Shorten it.",
                    segments,
                ),
                params={"n": segments},
            )
        return body
