"""What every form of the set-up can do."""

from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from provisioning import support
from provisioning.clickatell.envelope import can_travel
from provisioning.clickatell.errors import ProviderError, Unknown
from provisioning.clickatell.types import Captcha, CaptchaAnswer
from provisioning.forms.captcha import CaptchaField, CaptchaInput
from provisioning.models import ProviderAccount


class StepForm(forms.Form):
    """A form whose call the provider may answer with a wish for a picture code.

    `captcha` is the picture to show when it did; the field exists only then, or when
    an answer to one is posted.
    """

    # Wire names of fields to ours, where they differ (errors land on the right one).
    wire_names: ClassVar[dict[str, str]] = {}
    # What to say about a code here, where the general words are not right.
    own_words: ClassVar[dict[str, Any]] = {}
    needs_captcha = False

    def __init__(
        self,
        *args: Any,
        account: ProviderAccount | None = None,
        captcha: Captcha | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.account = account
        if (
            captcha
            or "captcha_id" in self.data
            or (self.needs_captcha and self.is_bound)
        ):
            self.show_captcha(captcha)

    def show_captcha(
        self,
        captcha: Captcha | None,
        *,
        typed: str = "",
        asking: bool = False,
        came: bool = False,
    ) -> None:
        """Show this picture; what was typed in the other fields stays.

        `asking` and `came` are about somebody else's reading it (`CaptchaInput`).
        """
        self.fields["captcha_code"] = CaptchaField(
            label=_("Characters in the picture"),
            required=self.needs_captcha or captcha is not None,
            widget=CaptchaInput(captcha, asking=asking, came=came),
        )
        if captcha:
            self.initial["captcha_code"] = (captcha.id, typed)
        if captcha and self.is_bound:
            self._put(captcha_id=captcha.id, captcha_code=typed)
        # Django keeps the field as it was first asked for, with the old picture.
        self.__dict__["_bound_fields_cache"].pop("captcha_code", None)

    def hide_captcha(self) -> None:
        """Take the picture away: the provider wants none any more."""
        self.fields.pop("captcha_code", None)
        self.errors.pop("captcha_code", None)

    def _put(self, **values: str) -> None:
        self.data = {**{name: self.data[name] for name in self.data}, **values}

    def clean(self) -> dict[str, Any]:
        """Refuse characters that no XML document, so no call, can carry."""
        cleaned = super().clean() or {}
        for name, value in list(cleaned.items()):
            typed = value.code + value.id if isinstance(value, CaptchaAnswer) else value
            if isinstance(typed, str) and not can_travel(typed):
                self.add_error(
                    name, _("There is an invisible character in this. Type it anew.")
                )
        return cleaned

    @property
    def answer(self) -> CaptchaAnswer | None:
        """What was read in the picture, if one was shown."""
        return cast("CaptchaAnswer | None", self.cleaned_data.get("captcha_code"))

    def add_provider_error(self, error: ProviderError) -> None:
        """Put each of the provider's problems on the field it belongs to."""
        for problem in error.problems:
            field = self.wire_names.get(problem.field, problem.field)
            words = f"{gettext(problem.sentence)} {gettext(problem.remedy)}".strip()
            words = str(self.own_words.get(problem.code, words))
            if isinstance(error, Unknown):
                words = f"{words} [{problem.code} {problem.label}]"
            self.add_error(field if field in self.fields else None, words)
        if ours := support.words(error):
            self.add_error(None, ours)
