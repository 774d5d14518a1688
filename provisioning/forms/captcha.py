"""The provider's picture as a field: shown, refreshed alone, answered."""

from base64 import b64encode
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from provisioning.clickatell.types import Captcha, CaptchaAnswer


class CaptchaInput(forms.TextInput):
    """The provider's picture, a button for another one, and the box for its code."""

    template_name = "provisioning/_captcha.html"

    def __init__(self, captcha: Captcha | None = None) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false"})
        self.captcha = captcha

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:
        """Return the picture's id along with what was read in it."""
        return data.get("captcha_id", ""), data.get(name, "")

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add the picture, which travels inside the page (data:)."""
        context = super().get_context(name, value[1] if value else "", attrs)
        if self.captcha:
            image = b64encode(self.captcha.image).decode()
            context["captcha"] = self.captcha
            context["picture"] = f"data:image/png;base64,{image}"
        return context


class CaptchaField(forms.Field):
    """Cleans to a CaptchaAnswer, or None where nothing was typed."""

    def clean(self, value: tuple[str, str]) -> CaptchaAnswer | None:
        """Codes have at most 6 characters (Connect API User Guide, captcha)."""
        captcha_id, code = value[0][:64], "".join(value[1].split())
        if not code:
            if self.required:
                raise ValidationError(
                    _("Type the characters of the picture."), code="required"
                )
            return None
        if len(code) > 6:
            raise ValidationError(
                _("The picture has at most 6 characters."), code="too_long"
            )
        return CaptchaAnswer(captcha_id, code)
